// DPO on pairs of its own answers: what it would say, and not what somebody wrote.
#include "20-dpo/alignment.h"

static void print_pairs(const struct reward_pairs *p, int count) {
    char text[256];
    for (int i = 0; i < 2 * count; i++) {
        const size_t from = i > 0 ? p->conversations.ends.end[i - 1] : 0, to = p->conversations.ends.end[i];
        int id[PAIR_T], n = 0;
        for (size_t k = from + 2; k + 1 < to; k++) id[n++] = p->conversations.tokens.id[k] & ~LEARN;
        micro_world_decode(text, sizeof text, id, n);
        printf("  %c %s\n", i % 2 ? '-' : '+', text);
    }
}

// Of two answers of the reference to each of `count` questions: how often both are right, one is, none is.
static void print_content(struct teachers *t, int count, uint64_t seed) {
    struct answers a;
    int pairs[3] = {0};
    answers_init(&a, 2 * count);
    group_ask(&a, 2, false, seed);
    answers_draw(&a, &t->reference.config, t->reference.params, 1, seed);
    for (int i = 0; i < 2 * count; i += 2) {
        int right = 0;
        for (int k = i; k < i + 2; k++)
            right += micro_world_judge(&a.question[k], a.id + (size_t)k * (MW_RESPONSE_LONGEST + 1),
                                       a.length[k] - a.ended[k], a.ended[k])
                         .right;
        pairs[right]++;
    }
    printf("  of %d pairs both are right in %.1f%%, one in %.1f%%, none in %.1f%%\n", count, 100.0 * pairs[2] / count,
           100.0 * pairs[1] / count, 100.0 * pairs[0] / count);
    answers_free(&a);
}

void show_own(const struct dpo_show *s) {
    char folder[4096];
    struct policy p;
    struct reward_pairs pairs;
    struct alignment how = show_how(s, METHOD_DPO);
    how.label = "own";
    how.own = true;
    own_pairs_draw(&pairs, 4, s->teachers, how.seed);
    printf("\nPairs of its own answers, in the judge's order\n");
    print_pairs(&pairs, 4);
    print_content(s->teachers, s->quick ? 50 : 2000, how.seed + 5);
    snprintf(folder, sizeof folder, "%s/own", s->out);
    alignment_stage(&p, s->teachers, &how, folder, &s->before);
    reward_pairs_free(&pairs);
    policy_free(&p);
}
