// Nothing is paid for leaving the reference: the judge is content, and the answers are not better.
#include "19-ppo/policy.h"

// Faster than the stage, and every answer is learned from twice: it goes wrong sooner.
static const float RATE = 1e-3f;
enum { PASSES = 2 };

static struct policy_exam train(const struct ppo_show *s, float beta, const char *label) {
    struct policy p;
    struct teachers *t = s->teachers;
    struct ppo_training how = *s->how;
    how.label = label;
    how.rules.beta = beta;
    how.lr = RATE;
    how.epochs = PASSES;
    policy_init(&p, &t->reference.config, t->reference.params, how.minibatch, PAIR_T);
    ppo_train(&p, &t->reference, &t->judge, &how);
    const struct policy_exam e =
        policy_examine(&p, &t->reference, &t->judge, &how.rules, how.questions, how.seed + 100);
    policy_free(&p);
    return e;
}

void show_free(const struct ppo_show *s) {
    const struct policy_exam paid = train(s, s->how->rules.beta, "paid"), nothing = train(s, 0, "free");
    policy_exam_heads("Twice: with a price on every nat, and with none");
    policy_exam_print("with a price", &paid);
    policy_exam_print("without", &nothing);
}
