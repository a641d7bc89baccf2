// Tests of sgd.c.
#include "04-training/definitions.h"

static void call_sgd(struct problem *p, const float *dw, int step) {
    (void)step;
    sgd_step(p->w, dw, (float)p->s.lr, p->n);
}

// The worked example of section 4.1: L = (x^2 + 20 y^2) / 2 at (1, 1), where the slope is (1, 20).
EXERCISE(sgd_step, .number = "04.1", .points = 2) {
    const float start[] = {1, 1}, slope[] = {1, 20};
    float *w = grade_copy(start, 2), *dw = grade_copy(slope, 2);
    suspect("uphill: the gradient is added, not taken away", (double[]){1.1, 3});
    suspect("lr is left out", (double[]){0, -19});
    sgd_step(w, dw, 0.1f, 2);
    grade_array("w after the text's first step", w, (double[]){0.9, -1}, AXES("i", 2), 1e-6);

    struct problem p = random_problem();
    p.s.mu = 0;
    take_steps(&p, call_sgd);
    check_steps(&p, momentum_rule, NULL, NULL);
    check_golden_steps(golden_problem(0, 0), call_sgd, golden_sgd);
}

static void call_momentum(struct problem *p, const float *dw, int step) {
    (void)step;
    momentum_step(p->w, p->a, dw, (float)p->s.lr, (float)p->s.mu, p->n);
}

EXERCISE(momentum_step, .number = "04.1", .points = 4, .needs = "sgd_step") {
    const float start[] = {1, 1}, slopes[] = {1, 20, 0.95f, 0};
    float *w = grade_copy(start, 2), *dw = grade_copy(slopes, 4), *buf = grade_copy((float[]){0, 0}, 2);
    momentum_step(w, buf, dw, 0.05f, 0.9f, 2);
    suspect("dampening: the new gradient is multiplied by 1 - mu; PyTorch's momentum takes it whole",
            (double[]){0.995, 0.9});
    suspect("w moves by the old buf: update buf first", (double[]){1, 1});
    grade_array("w after the text's first step", w, (double[]){0.95, 0}, AXES("i", 2), 1e-6);
    momentum_step(w, buf, dw + 2, 0.05f, 0.9f, 2);
    suspect("plain descent: buf does not remember the step before", (double[]){0.9025, 0});
    grade_array("w after the text's second step", w, (double[]){0.8575, -0.9}, AXES("i", 2), 1e-6);

    struct problem p = random_problem();
    take_steps(&p, call_momentum);
    suspect_rule("dampening: the new gradient is multiplied by 1 - mu", &p, momentum_rule, DAMPENED);
    suspect_rule("Nesterov's look ahead; the heavy ball steps by lr * buf", &p, momentum_rule, NESTEROV);
    suspect_rule("w moves by the old buf: update buf first", &p, momentum_rule, OLD_STATE);
    check_steps(&p, momentum_rule, "buf", NULL);
    check_golden_steps(golden_problem(0, 0), call_momentum, golden_momentum);
}
