// Tests of adagrad.c.
#include "04-training/definitions.h"

static void adagrad_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    scaled_step(p, g, s, s.mistake != FORGETS);
}

static void call_adagrad(struct problem *p, const float *dw, int step) {
    (void)step;
    adagrad_step(p->w, p->a, dw, (float)p->s.lr, (float)p->s.eps, p->n);
}

EXERCISE(adagrad_step, .number = "04.2", .points = 5) {
    float *w = grade_copy((float[]){1, 1}, 2), *dw = grade_copy((float[]){1, 20, 0.9f, 18}, 4);
    float *sum = grade_copy((float[]){0, 0}, 2);
    adagrad_step(w, sum, dw, 0.1f, 1e-10f, 2);
    suspect("sum holds the slopes, not their squares", (double[]){0.9, 0.552786});
    grade_array("w after the text's first step", w, (double[]){0.9, 0.9}, AXES("i", 2), 1e-6);
    adagrad_step(w, sum, dw + 2, 0.1f, 1e-10f, 2);
    grade_array("w after the text's second step", w, (double[]){0.833104, 0.833104}, AXES("i", 2), 1e-5);

    struct problem p = random_problem();
    take_steps(&p, call_adagrad);
    suspect_rule("eps is inside the square root", &p, adagrad_rule, EPS_INSIDE);
    suspect_rule("the square root is missing", &p, adagrad_rule, NO_ROOT);
    suspect_rule("the step uses sum from before this gradient", &p, adagrad_rule, OLD_STATE);
    check_steps(&p, adagrad_rule, "sum", NULL);
    check_golden_steps(golden_problem(0, 1e-10), call_adagrad, golden_adagrad);
}
