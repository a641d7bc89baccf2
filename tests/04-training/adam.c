// Tests of adam.c.
#include "04-training/definitions.h"

static void adam_rule(struct weight *p, double g, int step, struct setting s) {
    const int t = s.mistake == STEP_FROM_0 ? step + 1 : step;
    p->a = s.beta1 * p->a + (1 - s.beta1) * g;
    p->b = s.beta2 * p->b + (1 - s.beta2) * (s.mistake == NOT_SQUARED ? fabs(g) : g * g);
    const double m = s.mistake == NO_CORRECTION ? p->a : p->a / (1 - pow(s.beta1, t));
    const bool raw = s.mistake == NO_CORRECTION || s.mistake == HALF_CORRECTED;
    const double v = raw ? p->b : p->b / (1 - pow(s.beta2, t));
    p->w -= s.lr * m / (s.mistake == EPS_INSIDE ? sqrt(v + s.eps) : sqrt(v) + s.eps);
}

static void adam_l2_rule(struct weight *p, double g, int step, struct setting s) {
    if (s.mistake == DECOUPLED) p->w *= 1 - s.lr * s.decay;
    const bool penalty = s.mistake != DECOUPLED && s.mistake != NO_DECAY;
    adam_rule(p, penalty ? g + s.decay * p->w : g, step, s);
}

static void adamw_rule(struct weight *p, double g, int step, struct setting s) {
    if (s.mistake == L2_INSIDE) g += s.decay * p->w;
    const bool decays = s.mistake != L2_INSIDE && s.mistake != NO_DECAY;
    const double factor = decays ? 1 - (s.mistake == DECAY_NO_LR ? 1 : s.lr) * s.decay : 1;
    if (s.mistake != DECAY_LATE) p->w *= factor;
    adam_rule(p, g, step, s);
    if (s.mistake == DECAY_LATE) p->w *= factor;
}

static void suspect_adam(const struct problem *p, rule rule) {
    suspect_rule("no bias correction: m and v start at 0 and are too small at first", p, rule, NO_CORRECTION);
    suspect_rule("v is not bias-corrected", p, rule, HALF_CORRECTED);
    suspect_rule("the bias correction uses step + 1; step already counts from 1", p, rule, STEP_FROM_0);
    suspect_rule("eps is inside the square root", p, rule, EPS_INSIDE);
    suspect_rule("v averages the slopes, not their squares", p, rule, NOT_SQUARED);
}

static void call_adam(struct problem *p, const float *dw, int step) {
    const struct setting s = p->s;
    adam_step(p->w, p->a, p->b, dw, (float)s.lr, (float)s.beta1, (float)s.beta2, (float)s.eps, step, p->n);
}

EXERCISE(adam_step, .number = "04.4", .points = 7) {
    float *w = grade_copy((float[]){1, 1}, 2), *dw = grade_copy((float[]){1, 20}, 2);
    float *m = grade_copy((float[]){0, 0}, 2), *v = grade_copy((float[]){0, 0}, 2);
    adam_step(w, m, v, dw, 0.1f, 0.9f, 0.999f, 1e-8f, 1, 2);
    suspect("no bias correction: m and v start at 0 and are too small at first", (double[]){0.683772, 0.683772});
    suspect("v averages the slopes, not their squares", (double[]){0.9, 0.552786});
    grade_array("w after the text's first step", w, (double[]){0.9, 0.9}, AXES("i", 2), 1e-5);
    suspect("the corrected average is stored: the correction is for this step's use only", (double[]){1, 20});
    grade_array("m after it", m, (double[]){0.1, 2}, AXES("i", 2), 1e-5);
    grade_array("v after it", v, (double[]){0.001, 0.4}, AXES("i", 2), 1e-5);

    struct problem p = random_problem();
    take_steps(&p, call_adam);
    suspect_adam(&p, adam_rule);
    check_steps(&p, adam_rule, "m", "v");
    check_golden_steps(golden_problem(0.999, 1e-8), call_adam, golden_adam);
}

static void call_adam_l2(struct problem *p, const float *dw, int step) {
    const struct setting s = p->s;
    adam_l2_step(p->w, p->a, p->b, dw, (float)s.lr, (float)s.beta1, (float)s.beta2, (float)s.eps, (float)s.decay, step,
                 p->n);
}

EXERCISE(adam_l2_step, .number = "04.5", .points = 3, .needs = "adam_step") {
    struct problem p = random_problem();
    take_steps(&p, call_adam_l2);
    suspect_rule("AdamW: here the penalty must pass through m and v", &p, adam_l2_rule, DECOUPLED);
    suspect_rule("plain Adam: the penalty is left out", &p, adam_l2_rule, NO_DECAY);
    suspect_adam(&p, adam_l2_rule);
    check_steps(&p, adam_l2_rule, "m", "v");
    check_golden_steps(golden_problem(0.999, 1e-8), call_adam_l2, golden_adam_l2);
}

static void call_adamw(struct problem *p, const float *dw, int step) {
    const struct setting s = p->s;
    adamw_step(p->w, p->a, p->b, dw, (float)s.lr, (float)s.beta1, (float)s.beta2, (float)s.eps, (float)s.decay, step,
               p->n);
}

EXERCISE(adamw_step, .number = "04.5", .points = 5, .needs = "adam_step") {
    struct problem p = random_problem();
    take_steps(&p, call_adamw);
    suspect_rule("L2 inside: the decay passes through m and v, which is what AdamW avoids", &p, adamw_rule, L2_INSIDE);
    suspect_rule("the decay is not multiplied by lr", &p, adamw_rule, DECAY_NO_LR);
    suspect_rule("plain Adam: the decay is left out", &p, adamw_rule, NO_DECAY);
    suspect_rule("the weights shrink after Adam's step; they must shrink before it", &p, adamw_rule, DECAY_LATE);
    suspect_adam(&p, adamw_rule);
    check_steps(&p, adamw_rule, "m", "v");
    check_golden_steps(golden_problem(0.999, 1e-8), call_adamw, golden_adamw);
}
