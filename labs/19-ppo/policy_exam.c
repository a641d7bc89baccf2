// What a policy is worth: to its judge, by the hidden rule, and how far it went for it.
#include "19-ppo/policy.h"

struct policy_exam policy_examine(struct policy *p, struct gpt *reference, struct reward_model *judge,
                                  const struct rollout_rules *rules, int questions, uint64_t seed) {
    struct policy_exam e;
    struct rollout r;
    rollout_init(&r, questions);
    rollout_draw(&r, p, reference, judge, rules, true, seed);
    e.drawn = exam_grade(&r.answers);
    e.proxy = rollout_proxy(&r);
    e.kl = sequence_kl(r.log_prob, r.log_ref, r.mask, r.B, r.T);
    e.entropy = rollout_entropy(&r);
    e.greedy = exam_run(&p->gpt.config, p->gpt.params, -1, questions, 0, seed + 1);
    rollout_free(&r);
    return e;
}

void policy_exam_heads(const char *title) {
    printf("\n%s\n", title);
    printf("  %-18s %7s %7s %6s %8s %7s %7s %7s %7s %6s %7s %9s\n", "", "judge", "gold", "KL", "entropy", "right",
           "honest", "rude", "polite", "ended", "length", "greedy:");
    printf("  %-18s %7s %7s %6s %8s %7s %7s %7s %7s %6s %7s %9s\n", "", "", "", "nats", "nats", "%", "%", "%", "%", "%",
           "tokens", "right, %");
}

void policy_exam_print(const char *name, const struct policy_exam *e) {
    const struct exam *d = &e->drawn;
    printf("  %-18s %7.2f %7.2f %6.2f %8.3f %7.1f %7.1f %7.1f %7.1f %6.1f %7.2f %9.1f\n", name, e->proxy, d->gold,
           e->kl, e->entropy, 100 * d->right, 100 * d->honest, 100 * d->rude, 100 * d->polite, 100 * d->ended,
           d->length, 100 * e->greedy.right);
}

void policy_exam_tasks(const char *const *name, const struct policy_exam *e, int n) {
    printf("\n  %-24s", "right, %, by question");
    for (int task = 0; task < MW_TASKS; task++) printf(" %8s", micro_world_task_name[task]);
    printf("\n");
    for (int greedy = 0; greedy < 2; greedy++) {
        for (int k = 0; k < n; k++) {
            const struct exam *x = greedy ? &e[k].greedy : &e[k].drawn;
            printf("  %-8s %-15s", greedy ? "greedy" : "drawn", name[k]);
            for (int task = 0; task < MW_TASKS; task++) printf(" %8.1f", 100 * x->by_task[task]);
            printf("\n");
        }
    }
}
