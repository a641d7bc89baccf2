// DPO; and what pairs that it never saw are worth to it: the policy is its own reward model.
#include <stdlib.h>

#include "20-dpo/alignment.h"

enum { AT_ONCE = 32 };

struct alignment show_how(const struct dpo_show *s, enum method method) {
    struct alignment how = s->quick ? alignment_quick(method) : alignment_defaults(method);
    if (s->steps > 0) how.steps = s->steps;
    how.seed = s->seed;
    how.out = s->out;
    how.checkpoint_every = 0;
    return how;
}

// Shares in the right order, by the implicit rewards and by the judge, and how far the logs of both answers moved.
struct order {
    double implicit, judge, chosen, rejected;
};

static struct order examine_pairs(struct policy *p, struct teachers *t, float beta, bool held, int count,
                                  uint64_t seed) {
    struct reward_pairs pairs;
    struct preferences b;
    struct order o = {0};
    int which[AT_ONCE];
    reward_pairs_draw(&pairs, count, held, false, seed, PAIRS_FOR_TESTING);
    reward_pairs_score(&pairs, &t->judge);
    preferences_init(&b, AT_ONCE);
    for (int first = 0; first < count; first += AT_ONCE) {
        const int n = count - first < AT_ONCE ? count - first : AT_ONCE;
        const struct alignment how = {.method = METHOD_DPO, .beta = beta};
        for (int i = 0; i < n; i++) which[i] = first + i;
        preferences_fill(&b, &pairs, which, n, &t->reference);
        preferences_loss(&b, p, &how);
        for (int i = 0; i < n; i++) {
            const float chosen = implicit_reward(b.policy[i], b.reference[i], beta);
            const float rejected = implicit_reward(b.policy[n + i], b.reference[n + i], beta);
            o.implicit += (double)(chosen > rejected) / count;
            o.judge += (double)(pairs.chosen[first + i] > pairs.rejected[first + i]) / count;
            o.chosen += (double)chosen / (double)beta / count;
            o.rejected += (double)rejected / (double)beta / count;
        }
    }
    preferences_free(&b);
    reward_pairs_free(&pairs);
    return o;
}

void show_dpo(const struct dpo_show *s) {
    char folder[4096];
    struct policy p;
    const struct alignment how = show_how(s, METHOD_DPO);
    const int pairs = s->quick ? 60 : 2000;
    snprintf(folder, sizeof folder, "%s/dpo", s->out);
    alignment_stage(&p, s->teachers, &how, folder, &s->before);
    printf("\n%d pairs that it never saw: in the right order, and how far their answers moved\n", pairs);
    printf("  %-22s %12s %12s %14s %14s\n", "questions", "it itself", "its judge", "chosen, nats", "rejected, nats");
    for (int held = 0; held < 2; held++) {
        const struct order o = examine_pairs(&p, s->teachers, how.beta, held, pairs, s->seed + 2);
        printf("  %-22s %11.1f%% %11.1f%% %14.2f %14.2f\n", held ? "never asked" : "as in training", 100 * o.implicit,
               100 * o.judge, o.chosen, o.rejected);
    }
    policy_free(&p);
}
