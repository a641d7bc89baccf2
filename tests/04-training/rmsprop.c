// Tests of rmsprop.c.
#include "04-training/definitions.h"

static void rmsprop_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    scaled_step(p, g, s, s.mistake == NEVER_FORGETS);
}

static void call_rmsprop(struct problem *p, const float *dw, int step) {
    (void)step;
    rmsprop_step(p->w, p->a, dw, (float)p->s.lr, (float)p->s.beta2, (float)p->s.eps, p->n);
}

EXERCISE(rmsprop_step, .number = "04.3", .points = 5) {
    struct problem p = random_problem();
    take_steps(&p, call_rmsprop);
    suspect_rule("eps is inside the square root", &p, rmsprop_rule, EPS_INSIDE);
    suspect_rule("alpha and 1 - alpha are swapped: the average forgets almost everything", &p, rmsprop_rule, SWAPPED);
    suspect_rule("a sum, as in AdaGrad: nothing is forgotten", &p, rmsprop_rule, NEVER_FORGETS);
    suspect_rule("the square root is missing", &p, rmsprop_rule, NO_ROOT);
    suspect_rule("the step uses v from before this gradient", &p, rmsprop_rule, OLD_STATE);
    check_steps(&p, rmsprop_rule, "v", NULL);
    check_golden_steps(golden_problem(0.99, 1e-8), call_rmsprop, golden_rmsprop);
}
