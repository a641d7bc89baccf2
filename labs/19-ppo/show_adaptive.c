// The distance is named, and the price of it follows (Ziegler et al. 2019).
#include "19-ppo/policy.h"

static const double TARGET = 1.5, HORIZON = 1280;

void show_adaptive(const struct ppo_show *s) {
    struct policy p;
    struct teachers *t = s->teachers;
    struct ppo_training how = *s->how;
    const uint64_t questions = how.seed + 100;
    how.label = "adaptive";
    how.target = TARGET;
    how.horizon = HORIZON;
    policy_init(&p, &t->reference.config, t->reference.params, how.minibatch, PAIR_T);
    ppo_train(&p, &t->reference, &t->judge, &how);
    const struct policy_exam e = policy_examine(&p, &t->reference, &t->judge, &how.rules, how.questions, questions);
    policy_exam_heads("The same with a price that follows the distance: 1.5 nats are wanted");
    policy_exam_print("adaptive", &e);
    policy_free(&p);
}
