// Chapter 04's tests. Expected values come from three places: the text's worked example (two weights in a long valley),
// definitions in double written here, and PyTorch (tests/golden/04-training.h).
#include "04-training/training.h"

#include <stdlib.h>

#include "golden/04-training.h"
#include "grade/grade.h"

// ==== Optimizers =====================================================================================================
// Every optimizer treats each weight alone, so one rule in double for one weight tells what all must become.
enum mistake {
    RIGHT,
    DAMPENED,        // the new gradient enters with 1 - mu
    NESTEROV,        // the step looks ahead
    OLD_STATE,       // the step uses the state from before this gradient
    FORGETS,         // a running average where a sum is asked for
    NEVER_FORGETS,   // and the other way round
    SWAPPED,         // alpha and 1 - alpha the wrong way round
    NO_ROOT,         // divided by v, not by its root
    EPS_INSIDE,      // sqrt(v + eps)
    NO_CORRECTION,   // Adam without bias correction
    HALF_CORRECTED,  // m corrected, v not
    STEP_FROM_0,     // corrected as if for the step before
    L2_INSIDE,       // the decay goes through the moments
    DECOUPLED,       // it does not, where it should
    DECAY_NO_LR,     // the decay is not multiplied by lr
    DECAY_LATE,      // the weight shrinks after Adam's step
    NO_DECAY,
    LR_IN_STATE,  // the buffer holds lr times the gradient
    NOT_SQUARED   // the gradient itself where its square is asked for
};
struct setting {
    double lr, mu, beta1, beta2, eps, decay;
    enum mistake mistake;
};
struct weight {
    double w, a, b;  // the weight, and what the optimizer remembers of it
};
typedef void (*rule)(struct weight *p, double g, int step, struct setting s);

static void momentum_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    const double old = p->a;
    if (s.mistake == LR_IN_STATE) g *= s.lr, s.lr = 1;
    p->a = s.mu * p->a + (s.mistake == DAMPENED ? 1 - s.mu : 1) * g;
    p->w -= s.lr * (s.mistake == OLD_STATE ? old : s.mistake == NESTEROV ? g + s.mu * p->a : p->a);
}

// AdaGrad (add = true) and RMSProp: the sum of squares, or the average.
static void scaled_step(struct weight *p, double g, struct setting s, bool add) {
    const double old = p->a, alpha = s.mistake == SWAPPED ? 1 - s.beta2 : s.beta2;
    p->a = add ? p->a + g * g : alpha * p->a + (1 - alpha) * g * g;
    const double square = s.mistake == OLD_STATE ? old : p->a;
    const double root = s.mistake == EPS_INSIDE ? sqrt(square + s.eps) : sqrt(square) + s.eps;
    p->w -= s.lr * g / (s.mistake == NO_ROOT ? square + s.eps : root);
}

static void adagrad_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    scaled_step(p, g, s, s.mistake != FORGETS);
}

static void rmsprop_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    scaled_step(p, g, s, s.mistake == NEVER_FORGETS);
}

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

// Weights and their gradients, step by step, with what the optimizer needs besides.
struct problem {
    int n, steps;
    struct setting s;
    float *start, *dw, *w, *a, *b;  // start, w, a, b (n); dw (steps,n)
};
static void start_problem(struct problem *p) {
    p->w = grade_copy(p->start, p->n);
    p->a = grade_copy_doubles(grade_doubles(p->n), p->n);
    p->b = grade_copy_doubles(grade_doubles(p->n), p->n);
}

// Settings in which eps, the decay and the first steps all leave a mark.
static struct problem random_problem(void) {
    struct problem p = {.n = grade_int(5, 40), .steps = 4};
    p.s.lr = (float)(0.05 + 0.1 * rng_uniform(grade_rng()));
    p.s.mu = (float)(0.6 + 0.3 * rng_uniform(grade_rng()));
    p.s.beta1 = (float)(0.7 + 0.2 * rng_uniform(grade_rng()));
    p.s.beta2 = (float)(0.9 + 0.08 * rng_uniform(grade_rng()));
    p.s.eps = (float)(0.1 + 0.2 * rng_uniform(grade_rng()));
    p.s.decay = (float)(0.3 + 0.4 * rng_uniform(grade_rng()));
    p.start = grade_floats(p.n);
    p.dw = grade_floats(p.steps * p.n);
    start_problem(&p);
    return p;
}

// PyTorch's three steps of golden/04-training.py, with its usual constants.
static struct problem golden_problem(double beta2, double eps) {
    struct problem p = {.n = 5, .steps = 3, .s = {.lr = 0.1, .mu = 0.9, .beta1 = 0.9, .decay = 0.5}};
    p.s.beta2 = beta2, p.s.eps = eps;
    p.start = grade_copy_doubles(golden_w, 5);
    p.dw = grade_copy_doubles(golden_dw, 15);
    start_problem(&p);
    return p;
}

// One call of the learner's function, with the problem's state and this step's gradient; step counts from 1.
typedef void (*call)(struct problem *p, const float *dw, int step);

static void take_steps(struct problem *p, call call) {
    for (int k = 0; k < p->steps; k++) call(p, p->dw + k * p->n, k + 1);
}

// What all the steps make of the weights and of the state, by the rule: (n) each.
struct outcome {
    double *w, *a, *b;
};
static struct outcome after_steps(const struct problem *p, rule rule, enum mistake mistake) {
    struct outcome result = {grade_doubles(p->n), grade_doubles(p->n), grade_doubles(p->n)};
    struct setting s = p->s;
    s.mistake = mistake;
    for (int i = 0; i < p->n; i++) {
        struct weight weight = {p->start[i], 0, 0};
        for (int k = 0; k < p->steps; k++) rule(&weight, p->dw[k * p->n + i], k + 1, s);
        result.w[i] = weight.w, result.a[i] = weight.a, result.b[i] = weight.b;
    }
    return result;
}

static void suspect_rule(const char *name, const struct problem *p, rule rule, enum mistake mistake) {
    suspect(name, after_steps(p, rule, mistake).w);
}

// After take_steps and the suspicions. a and b are the state's names; NULL where there is none.
static void check_steps(const struct problem *p, rule rule, const char *a, const char *b) {
    const struct outcome want = after_steps(p, rule, RIGHT);
    grade_array("w after four steps", p->w, want.w, AXES("i", p->n), 1e-4);
    if (rule == momentum_rule) suspect("lr is inside buf; it belongs to w's line", after_steps(p, rule, LR_IN_STATE).a);
    if (a) grade_array(a, p->a, want.a, AXES("i", p->n), 1e-4);
    if (b) grade_array(b, p->b, want.b, AXES("i", p->n), 1e-4);
    grade_unchanged("dw", p->dw);
}

static void check_golden_steps(struct problem p, call call, const double *want) {
    take_steps(&p, call);
    grade_array("w after PyTorch's three steps", p.w, want, AXES("i", p.n), 1e-5);
}

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

// ==== Initialisation =================================================================================================
struct spread {
    double mean, std, largest;
};
static struct spread measure(const float *weight, int n) {
    struct spread s = {0};
    for (int i = 0; i < n; i++) s.mean += weight[i] / (double)n;
    for (int i = 0; i < n; i++) s.std += (weight[i] - s.mean) * (weight[i] - s.mean) / n;
    s.std = sqrt(s.std);
    for (int i = 0; i < n; i++) s.largest = fmax(s.largest, fabs(weight[i]));
    return s;
}

// Sizes so large that 1% is six standard errors or more.
EXERCISE(xavier_init, .number = "04.6", .points = 2) {
    const int O = grade_int(101, 150), I = grade_int(401, 500);
    float *weight = grade_output(O * I);
    xavier_init(weight, O, I, grade_rng());
    const struct spread s = measure(weight, O * I);
    const double want = sqrt(2.0 / (I + O)), bound = sqrt(6.0 / (I + O));
    suspect_scalar("numbers in [0, a): they must lie on both sides of 0", 0.5);
    suspect_scalar("the bound is sqrt(2 / (I + O)); that is the standard deviation, the bound is sqrt(3) times more",
                   sqrt(1.0 / 3));
    suspect_scalar("only the inputs count: I in place of (I + O) / 2", sqrt((I + O) / 2.0 / I));
    suspect_scalar("only the outputs count: O in place of (I + O) / 2", sqrt((I + O) / 2.0 / O));
    grade_scalar("standard deviation of the weights, over sqrt(2 / (I + O))", s.std / want, 1, 0.01);
    grade_true(fabs(s.mean) < 0.03 * bound, "the weights' mean is %.4g; expected 0", s.mean);
    grade_true(s.largest <= 1.0001 * bound, "the largest weight is %.4g; expected none over sqrt(6 / (I + O)) = %.4g%s",
               s.largest, bound, "\nlooks like: normal numbers where uniform ones are asked for");
}

EXERCISE(kaiming_init, .number = "04.6", .points = 3) {
    const int O = grade_int(101, 150), I = grade_int(401, 500);
    float *weight = grade_output(O * I);
    kaiming_init(weight, O, I, grade_rng());
    const struct spread s = measure(weight, O * I);
    suspect_scalar("fan_out: divided by O, the outputs; the sum that feeds a unit has I terms", sqrt((double)I / O));
    suspect_scalar("1 / I: the 2 that makes up for ReLU is missing", sqrt(0.5));
    suspect_scalar("Xavier's variance", sqrt((double)I / (I + O)));
    suspect_scalar("the root is missing: 2 / I is the variance, not the standard deviation", sqrt(2.0 / I));
    suspect_scalar("uniform in [-s, s] with s the standard deviation", sqrt(1.0 / 3));
    grade_scalar("standard deviation of the weights, over sqrt(2 / I)", s.std / sqrt(2.0 / I), 1, 0.01);
    grade_true(fabs(s.mean) < 0.03 * s.std, "the weights' mean is %.4g; expected 0", s.mean);
    grade_true(s.largest > 3 * s.std, "the largest weight is only %.3g standard deviations; normal numbers reach 4",
               s.largest / s.std);
}

// The inner products of the rows of a (R,N), or of the columns where by_columns: (K,K) with K rows or columns.
static float *gram(const float *a, int R, int N, bool by_columns) {
    const int K = by_columns ? N : R, length = by_columns ? R : N;
    float *products = grade_output(K * K);
    for (int p = 0; p < K; p++) {
        for (int q = 0; q < K; q++) {
            double sum = 0;
            for (int i = 0; i < length; i++) {
                sum += by_columns ? (double)a[i * N + p] * a[i * N + q] : (double)a[p * N + i] * a[q * N + i];
            }
            products[p * K + q] = (float)sum;
        }
    }
    return products;
}

static void check_orthogonal(int O, int I, const char *what) {
    const float gain = 0.5f + rng_uniform(grade_rng()) * 0.4f;
    float *weight = grade_output(O * I);
    struct rng r, same;
    rng_seed(&r, rng_u32(grade_rng()), 1);
    same = r;
    orthogonal_init(weight, O, I, gain, &r);
    const int K = O > I ? I : O;
    double *want = grade_doubles(K * K);
    for (int k = 0; k < K; k++) want[k * K + k] = (double)gain * gain;
    suspect_factor("gain is left out", 1 / ((double)gain * gain));
    suspect_factor("the root of gain, or gain applied to the products", 1 / (double)gain);
    const float *products = gram(weight, O, I, O > I);
    bool lengths = true;
    for (int k = 0; k < K; k++) lengths = lengths && fabs(products[k * K + k] - want[k * K + k]) < 1e-4;
    double *found = grade_doubles(K * K);
    for (int k = 0; lengths && k < K * K; k++) found[k] = products[k];
    if (lengths)
        suspect("all lengths are right, the angles are not: each must lose its part along ALL earlier ones", found);
    grade_array(what, products, want, AXES("pq", K, K), 1e-4);

    float *again = grade_output(O * I), *other = grade_output(O * I);
    double *first = grade_doubles(O * I);
    for (int i = 0; i < O * I; i++) first[i] = weight[i];
    orthogonal_init(again, O, I, gain, &same);
    grade_array("the weights from the same seed", again, first, AXES("oi", O, I), 1e-6);
    orthogonal_init(other, O, I, gain, &r);
    grade_true(memcmp(other, weight, O * I * sizeof(float)) != 0, "two calls gave the same matrix: r is not used");
}

EXERCISE(orthogonal_init, .number = "04.6", .points = 6) {
    check_orthogonal(grade_int(5, 17), grade_int(19, 31), "products of the rows (O < I)");
    check_orthogonal(grade_int(19, 31), grade_int(5, 17), "products of the columns (O > I)");
    const int n = grade_int(8, 16);
    check_orthogonal(n, n, "products of the rows (O = I)");
}

// ==== Norms ==========================================================================================================
// All norms but weight norm are one definition; they differ in which values of x (B,C,S) share a mean and a variance.
enum sharing { PER_CHANNEL, PER_ROW, PER_GROUP };
struct norm_case {
    int B, C, S, G;  // G groups per row where PER_GROUP
    enum sharing sharing;
    bool centred;  // false: RMS norm
    double eps;
    // Mistakes of the forward pass: divided by n - 1, not divided at all, eps beside the root, no weight and bias; and of
    // the backward pass: terms left out, dout in place of dout * weight throughout or in the means, sums for means.
    bool unbiased, summed, eps_outside, plain;
    bool no_mean_term, no_variance_term, weight_late, unweighted_means, sums;
    enum { CHANNEL_RIGHT, CHANNEL_EVERY_NUMBER, CHANNEL_OF_FIRST_GROUP } channel;
    const float *x, *weight, *bias, *dout;
    double *mean, *rstd, *out, *dx, *dweight, *dbias;
};

static int share_of(const struct norm_case *k, int e) {
    const int b = e / (k->C * k->S), c = e / k->S % k->C;
    if (k->sharing == PER_CHANNEL) return c;
    return k->sharing == PER_ROW ? b : b * k->G + c / (k->C / k->G);
}
// The channel whose weight and bias element e gets.
static int channel_of(const struct norm_case *k, int e) {
    const int c = e / k->S % k->C, per_group = k->C / k->G;
    if (k->channel == CHANNEL_OF_FIRST_GROUP) return c % per_group;
    return k->channel == CHANNEL_EVERY_NUMBER ? c - c % per_group + e % per_group : c;
}
static int shares(const struct norm_case *k) {
    return k->sharing == PER_CHANNEL ? k->C : k->sharing == PER_ROW ? k->B : k->B * k->G;
}

// mean, rstd and out, all zero before, of the definition, from x in double.
static void fill_forward(struct norm_case *k, const double *x) {
    const int n = k->B * k->C * k->S, count = shares(k), size = n / count;
    for (int e = 0; e < n && k->centred; e++) k->mean[share_of(k, e)] += x[e] / size;
    for (int e = 0; e < n; e++) {
        const double off = x[e] - k->mean[share_of(k, e)];
        k->rstd[share_of(k, e)] += off * off / (k->summed ? 1 : k->unbiased ? size - 1 : size);
    }
    for (int s = 0; s < count; s++) {
        k->rstd[s] = k->eps_outside ? 1 / (sqrt(k->rstd[s]) + k->eps) : 1 / sqrt(k->rstd[s] + k->eps);
    }
    for (int e = 0; e < n; e++) {
        const int c = channel_of(k, e);
        const double normal = (x[e] - k->mean[share_of(k, e)]) * k->rstd[share_of(k, e)];
        k->out[e] = k->plain ? normal : normal * k->weight[c] + (k->bias ? k->bias[c] : 0);
    }
}

static void define_forward(struct norm_case *k, const double *x) {
    k->mean = grade_doubles(shares(k)), k->rstd = grade_doubles(shares(k));
    k->out = grade_doubles(k->B * k->C * k->S);
    fill_forward(k, x);
}

static double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

// The mistaken output, where one field of the case is other than it should be.
static void suspect_forward(const char *name, struct norm_case wrong) {
    define_forward(&wrong, in_double(wrong.x, wrong.B * wrong.C * wrong.S));
    suspect(name, wrong.out);
}

// The gradients by the formula; a case with mistakes gives what they would give. After define_forward.
static void define_backward(struct norm_case *k) {
    const int n = k->B * k->C * k->S, count = shares(k), size = n / count;
    double *sum = grade_doubles(count), *sum_normal = grade_doubles(count);
    k->dx = grade_doubles(n), k->dweight = grade_doubles(k->C), k->dbias = grade_doubles(k->C);
    for (int pass = 0; pass < 2; pass++) {
        for (int e = 0; e < n; e++) {
            const int c = channel_of(k, e), s = share_of(k, e);
            const double normal = (k->x[e] - k->mean[s]) * k->rstd[s];
            const double d = k->dout[e] * (k->weight_late ? 1 : k->weight[c]);
            if (pass == 0) {
                const double part = (k->unweighted_means ? k->dout[e] : d) / (k->sums ? 1 : size);
                sum[s] += part, sum_normal[s] += part * normal;
                k->dweight[c] += k->dout[e] * normal, k->dbias[c] += k->dout[e];
            } else {
                const double mean_term = k->no_mean_term || !k->centred ? 0 : sum[s];
                const double variance_term = k->no_variance_term ? 0 : normal * sum_normal[s];
                k->dx[e] = k->rstd[s] * (d - mean_term - variance_term) * (k->weight_late ? k->weight[c] : 1);
            }
        }
    }
}

static void suspect_backward(const char *name, struct norm_case wrong) {
    define_backward(&wrong);
    suspect(name, wrong.dx);
}

// The loss whose gradient the backward functions give: the sum of dout * out.
static double norm_loss(const double *x, void *context) {
    struct norm_case k = *(struct norm_case *)context;
    k.mean = alloc_doubles(shares(&k)), k.rstd = alloc_doubles(shares(&k));
    k.out = alloc_doubles((size_t)k.B * k.C * k.S);
    fill_forward(&k, x);
    double loss = 0;
    for (int e = 0; e < k.B * k.C * k.S; e++) loss += k.dout[e] * k.out[e];
    free(k.mean), free(k.rstd), free(k.out);
    return loss;
}

// Inputs whose mean is not 0 and whose variance is not 1; eps large enough to leave a mark; weights away from 0 and 1.
static struct norm_case random_norm(enum sharing sharing, int B, int C, int S, int G) {
    struct norm_case k = {.B = B, .C = C, .S = S, .G = G, .sharing = sharing, .centred = true};
    k.eps = (float)(0.1 + 0.2 * rng_uniform(grade_rng()));
    float *x = grade_floats(B * C * S), *weight = grade_floats(C);
    for (int e = 0; e < B * C * S; e++) x[e] = 1.5f + 1.2f * x[e];
    for (int c = 0; c < C; c++) weight[c] = weight[c] < 0 ? weight[c] - 0.5f : weight[c] + 0.5f;
    k.x = grade_copy(x, B * C * S), k.weight = grade_copy(weight, C);
    k.bias = grade_floats(C), k.dout = grade_floats(B * C * S);
    define_forward(&k, in_double(k.x, B * C * S));
    return k;
}

#define SHAPE(k) AXES("bcs", (k).B, (k).C, (k).S)

static void suspect_all_forward(const struct norm_case *k) {
    struct norm_case wrong = *k;
    wrong.unbiased = true;
    suspect_forward("the variance is divided by n - 1; what normalizes is divided by n", wrong);
    wrong = *k, wrong.eps_outside = true;
    suspect_forward("eps is added to the standard deviation; it belongs under the root", wrong);
    wrong = *k, wrong.eps = 0;
    suspect_forward("eps is left out", wrong);
    wrong = *k, wrong.summed = true;
    suspect_forward("the squares are added up, not averaged: 1/n is missing", wrong);
    wrong = *k, wrong.plain = true;
    suspect_forward("weight and bias are left out", wrong);
}

// What the learner's forward functions write; rms norm leaves mean alone.
struct norm_outputs {
    float *out, *mean, *rstd;
};
typedef void (*norm_forward)(const struct norm_outputs *o, const struct norm_case *k);
static struct norm_outputs run_forward(norm_forward forward, const struct norm_case *k) {
    struct norm_outputs o = {grade_output(k->B * k->C * k->S), grade_output(shares(k)), grade_output(shares(k))};
    forward(&o, k);
    return o;
}

// After the suspicions.
static void check_forward(const struct norm_case *k, const struct norm_outputs *o) {
    grade_array("out", o->out, k->out, SHAPE(*k), 1e-4);
    if (k->centred) grade_array("mean", o->mean, k->mean, AXES("i", shares(k)), 1e-4);
    double *std = grade_doubles(shares(k)), *variance = grade_doubles(shares(k));
    for (int s = 0; s < shares(k); s++) std[s] = 1 / k->rstd[s], variance[s] = std[s] * std[s] - k->eps;
    suspect("the standard deviation; rstd is 1 over it", std);
    suspect("the variance; rstd is 1 over the root of variance + eps", variance);
    grade_array("rstd", o->rstd, k->rstd, AXES("i", shares(k)), 1e-4);
    grade_unchanged("x", k->x);
}

// golden is PyTorch's case, want its output.
static void check_golden_forward(norm_forward forward, struct norm_case golden, const double *want) {
    const struct norm_outputs o = run_forward(forward, &golden);
    grade_array("out of PyTorch's example", o.out, want, SHAPE(golden), 1e-4);
}

// What the learner's backward functions get from the forward pass, and what they add to.
struct norm_grads {
    float *dx, *dweight, *dbias, *mean, *rstd;
};
typedef void (*norm_backward)(const struct norm_grads *g, const struct norm_case *k);
static struct norm_grads run_backward(norm_backward backward, const struct norm_case *k) {
    struct norm_grads g = {grade_grad(k->B * k->C * k->S), grade_grad(k->C), grade_grad(k->C),
                           grade_copy_doubles(k->mean, shares(k)), grade_copy_doubles(k->rstd, shares(k))};
    backward(&g, k);
    return g;
}

static void check_backward(norm_backward backward, struct norm_case *k) {
    const struct norm_grads g = run_backward(backward, k);
    define_backward(k);
    if (k->bias) grade_gradient("dbias", g.dbias, k->dbias, AXES("c", k->C), 1e-4);
    double *raw = grade_doubles(k->C), *weighted = grade_doubles(k->C);
    for (int e = 0; e < k->B * k->C * k->S; e++) raw[e / k->S % k->C] += (double)k->dout[e] * k->x[e];
    for (int c = 0; c < k->C; c++) weighted[c] = k->dweight[c] * k->weight[c];
    suspect("dout times x; the weight multiplies the normalized x", raw);
    suspect("the weight itself is in it: dweight is dout times the normalized x", weighted);
    grade_gradient("dweight", g.dweight, k->dweight, AXES("c", k->C), 1e-4);
    struct norm_case wrong = *k;
    wrong.no_mean_term = true;
    if (k->centred) suspect_backward("the mean of dnormal is not taken away: x also moves the mean", wrong);
    wrong = *k, wrong.no_variance_term = true;
    suspect_backward("the term through the variance is missing: x also moves rstd", wrong);
    wrong.no_mean_term = true;
    if (k->centred) suspect_backward("mean and rstd are treated as constants; x moves them both", wrong);
    wrong = *k, wrong.weight_late = true;
    suspect_backward("the means are taken of dout, without the weight", wrong);
    wrong = *k, wrong.unweighted_means = true;
    suspect_backward("the means are taken of dout, without the weight", wrong);
    wrong = *k, wrong.sums = true;
    suspect_backward("the sums are not divided by their number of values: means are meant", wrong);
    grade_gradient("dx", g.dx, k->dx, SHAPE(*k), 2e-4);
    grade_gradient_check("dx against central differences", g.dx, k->x, SHAPE(*k), norm_loss, k, 1e-3);
}

// PyTorch's case: x (4,6) or (2,4,3), its own dout, weight and bias, and eps 1e-5.
static struct norm_case golden_norm(enum sharing sharing, int B, int C, int S, int G) {
    struct norm_case k = {.B = B, .C = C, .S = S, .G = G, .sharing = sharing, .centred = true, .eps = 1e-5};
    k.x = grade_copy_doubles(golden_x, 24), k.dout = grade_copy_doubles(golden_dout, 24);
    k.weight = grade_copy_doubles(golden_weight, C), k.bias = grade_copy_doubles(golden_bias, C);
    define_forward(&k, golden_x);
    return k;
}
static void check_golden_backward(norm_backward backward, struct norm_case golden, const double *dx,
                                  const double *dweight) {
    const struct norm_grads g = run_backward(backward, &golden);
    grade_gradient("dx of PyTorch's example", g.dx, dx, SHAPE(golden), 1e-4);
    grade_gradient("dweight of PyTorch's example", g.dweight, dweight, AXES("c", golden.C), 1e-4);
}

// ---- batch norm -----------------------------------------------------------------------------------------------------
EXERCISE(batchnorm_forward, .number = "04.7", .points = 6) {
    // The text's example: two channels of three rows. 1, 2, 6 has mean 3 and variance 14/3; 10, 10, 40 is 10, 20 times.
    const float x3[] = {1, 10, 2, 10, 6, 40}, ones[] = {1, 1}, zeros[] = {0, 0};
    float *out3 = grade_output(6), *mean3 = grade_output(2), *rstd3 = grade_output(2);
    float *rm3 = grade_copy(zeros, 2), *rv3 = grade_copy(ones, 2);
    batchnorm_forward(out3, mean3, rstd3, rm3, rv3, grade_copy(x3, 6), grade_copy(ones, 2), grade_copy(zeros, 2), 0.1f,
                      0, 3, 2);
    suspect("the mean is taken along the row: batch norm goes down the column, over the batch",
            (double[]){-1, 1, -1, 1, -1, 1});
    suspect_factor("the variance is divided by n - 1; what normalizes is divided by n", sqrt(2.0 / 3));
    grade_array("out of the text's example", out3,
                (double[]){-0.925820, -0.707107, -0.462910, -0.707107, 1.388730, 1.414214}, AXES("bc", 3, 2), 1e-5);

    struct norm_case k = random_norm(PER_CHANNEL, grade_int(5, 9), grade_int(10, 17), 1, 1);
    float *old_mean = grade_floats(k.C), *old_var = grade_floats(k.C);
    float *running_mean = grade_copy(old_mean, k.C), *running_var = grade_copy(old_var, k.C);
    const float momentum = 0.2f + 0.2f * rng_uniform(grade_rng());
    const struct norm_outputs o = {grade_output(k.B * k.C), grade_output(k.C), grade_output(k.C)};
    batchnorm_forward(o.out, o.mean, o.rstd, running_mean, running_var, k.x, k.weight, k.bias, momentum, (float)k.eps,
                      k.B, k.C);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.sharing = PER_ROW;
    suspect_forward("the mean is taken along the row: batch norm goes down the column, over the batch", wrong);
    check_forward(&k, &o);

    double *want_mean = grade_doubles(k.C), *want_var = grade_doubles(k.C);
    double *swapped = grade_doubles(k.C), *biased = grade_doubles(k.C), *swapped_mean = grade_doubles(k.C);
    double *kept = grade_doubles(k.C);
    for (int c = 0; c < k.C; c++) {
        const double var = 1 / (k.rstd[c] * k.rstd[c]) - k.eps, unbiased = var * k.B / (k.B - 1), mu = momentum;
        want_mean[c] = (1 - mu) * old_mean[c] + mu * k.mean[c];
        kept[c] = old_mean[c] + mu * k.mean[c];
        swapped_mean[c] = mu * old_mean[c] + (1 - mu) * k.mean[c];
        want_var[c] = (1 - mu) * old_var[c] + mu * unbiased;
        biased[c] = (1 - mu) * old_var[c] + mu * var;
        swapped[c] = mu * old_var[c] + (1 - mu) * unbiased;
    }
    suspect("momentum and 1 - momentum are swapped: PyTorch's momentum is the share of the new", swapped_mean);
    suspect("the old value is kept whole: 1 - momentum is missing", kept);
    suspect("running_mean was not updated", in_double(old_mean, k.C));
    grade_array("running_mean", running_mean, want_mean, AXES("c", k.C), 1e-4);
    suspect("the running variance is the biased one; divide by B - 1 here", biased);
    suspect("momentum and 1 - momentum are swapped", swapped);
    grade_array("running_var", running_var, want_var, AXES("c", k.C), 1e-4);

    struct norm_case g = golden_norm(PER_CHANNEL, 4, 6, 1, 1);
    float *rm = grade_copy_doubles(grade_doubles(6), 6), *rv = grade_copy((float[]){1, 1, 1, 1, 1, 1}, 6);
    float *out_g = grade_output(24);
    batchnorm_forward(out_g, grade_output(6), grade_output(6), rm, rv, g.x, g.weight, g.bias, 0.1f, 1e-5f, 4, 6);
    grade_array("out of PyTorch's example", out_g, golden_batchnorm_out, AXES("bc", 4, 6), 1e-4);
    grade_array("running_mean of PyTorch's example", rm, golden_batchnorm_running_mean, AXES("c", 6), 1e-5);
    grade_array("running_var of PyTorch's example", rv, golden_batchnorm_running_var, AXES("c", 6), 1e-5);
}

EXERCISE(batchnorm_eval, .number = "04.7", .points = 3) {
    struct norm_case k = random_norm(PER_CHANNEL, grade_int(3, 7), grade_int(8, 13), 1, 1);
    float *mean = grade_floats(k.C), *noise = grade_floats(k.C), *var = grade_output(k.C);
    double *want = grade_doubles(k.B * k.C), *outside = grade_doubles(k.B * k.C), *no_root = grade_doubles(k.B * k.C);
    double *plain = grade_doubles(k.B * k.C);
    for (int c = 0; c < k.C; c++) var[c] = 0.5f + noise[c] * noise[c];
    for (int e = 0; e < k.B * k.C; e++) {
        const int c = e % k.C;
        const double off = k.x[e] - mean[c];
        plain[e] = off / sqrt(var[c] + k.eps);
        want[e] = plain[e] * k.weight[c] + k.bias[c];
        outside[e] = off / (sqrt(var[c]) + k.eps) * k.weight[c] + k.bias[c];
        no_root[e] = off / (var[c] + k.eps) * k.weight[c] + k.bias[c];
    }
    float *out = grade_output(k.B * k.C), *fixed_var = grade_copy(var, k.C);
    batchnorm_eval(out, k.x, mean, fixed_var, k.weight, k.bias, (float)k.eps, k.B, k.C);
    suspect("the batch's own statistics: in use, the running ones stand in their place", k.out);
    suspect("eps is added to the standard deviation; it belongs under the root", outside);
    suspect("divided by the variance, not by its root", no_root);
    suspect("weight and bias are left out", plain);
    grade_array("out", out, want, AXES("bc", k.B, k.C), 1e-4);
    grade_unchanged("running_mean", mean);
    grade_unchanged("running_var", fixed_var);

    float *out_g = grade_output(24);
    batchnorm_eval(out_g, grade_copy_doubles(golden_x, 24), grade_copy_doubles(golden_batchnorm_running_mean, 6),
                   grade_copy_doubles(golden_batchnorm_running_var, 6), grade_copy_doubles(golden_weight, 6),
                   grade_copy_doubles(golden_bias, 6), 1e-5f, 4, 6);
    grade_array("out of PyTorch's example", out_g, golden_batchnorm_eval, AXES("bc", 4, 6), 1e-4);
}

static void call_batchnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    batchnorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(batchnorm_backward, .number = "04.7", .points = 6) {
    struct norm_case k = random_norm(PER_CHANNEL, grade_int(5, 9), grade_int(4, 7), 1, 1);
    check_backward(call_batchnorm_backward, &k);
    check_golden_backward(call_batchnorm_backward, golden_norm(PER_CHANNEL, 4, 6, 1, 1), golden_batchnorm_dx,
                          golden_batchnorm_dweight);
}

// ---- layer norm and RMS norm ----------------------------------------------------------------------------------------
static void call_layernorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    layernorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C);
}

EXERCISE(layernorm_forward, .number = "04.8", .points = 4) {
    const float x2[] = {1, 2, 6, 3, 3, 9}, ones[] = {1, 1, 1}, zeros[] = {0, 0, 0};
    float *out2 = grade_output(6), *mean2 = grade_output(2), *rstd2 = grade_output(2);
    layernorm_forward(out2, mean2, rstd2, grade_copy(x2, 6), grade_copy(ones, 3), grade_copy(zeros, 3), 0, 2, 3);
    suspect("the mean is taken down the column: layer norm goes along the row", (double[]){-1, -1, -1, 1, 1, 1});
    suspect_factor("the variance is divided by n - 1; what normalizes is divided by n", sqrt(2.0 / 3));
    grade_array("out of the text's example", out2,
                (double[]){-0.925820, -0.462910, 1.388730, -0.707107, -0.707107, 1.414214}, AXES("bc", 2, 3), 1e-5);

    struct norm_case k = random_norm(PER_ROW, grade_int(4, 8), grade_int(10, 17), 1, 1);
    const struct norm_outputs o = run_forward(call_layernorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.sharing = PER_CHANNEL;
    suspect_forward("the mean is taken down the column: layer norm goes along the row", wrong);
    wrong = k, wrong.centred = false;
    suspect_forward("the mean is not taken away: this is RMS norm", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_layernorm_forward, golden_norm(PER_ROW, 4, 6, 1, 1), golden_layernorm_out);
}

static void call_layernorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    layernorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(layernorm_backward, .number = "04.8", .points = 5) {
    struct norm_case k = random_norm(PER_ROW, grade_int(3, 6), grade_int(7, 11), 1, 1);
    check_backward(call_layernorm_backward, &k);
    check_golden_backward(call_layernorm_backward, golden_norm(PER_ROW, 4, 6, 1, 1), golden_layernorm_dx,
                          golden_layernorm_dweight);
}

static struct norm_case rms_case(struct norm_case k) {
    k.centred = false;
    k.bias = NULL;
    define_forward(&k, in_double(k.x, k.B * k.C));
    return k;
}

static void call_rmsnorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    rmsnorm_forward(o->out, o->rstd, k->x, k->weight, (float)k->eps, k->B, k->C);
}

EXERCISE(rmsnorm_forward, .number = "04.9", .points = 2) {
    struct norm_case k = rms_case(random_norm(PER_ROW, grade_int(4, 8), grade_int(10, 17), 1, 1));
    const struct norm_outputs o = run_forward(call_rmsnorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.centred = true;
    suspect_forward("the mean is taken away: this is layer norm", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_rmsnorm_forward, rms_case(golden_norm(PER_ROW, 4, 6, 1, 1)), golden_rmsnorm_out);
}

static void call_rmsnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    rmsnorm_backward(g->dx, g->dweight, k->dout, k->x, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(rmsnorm_backward, .number = "04.9", .points = 3) {
    struct norm_case k = rms_case(random_norm(PER_ROW, grade_int(3, 6), grade_int(7, 11), 1, 1));
    check_backward(call_rmsnorm_backward, &k);
    check_golden_backward(call_rmsnorm_backward, rms_case(golden_norm(PER_ROW, 4, 6, 1, 1)), golden_rmsnorm_dx,
                          golden_rmsnorm_dweight);
}

// ---- group and instance norm ----------------------------------------------------------------------------------------
static const char wrong_channel[] =
    "weight and bias of the wrong channel: a channel's S positions lie side by side, so it changes every S numbers";
static const char first_group[] =
    "every group takes the weight and bias of the first; group g starts at channel g * C/G";

static void call_groupnorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    groupnorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C, k->S, k->G);
}

EXERCISE(groupnorm_forward, .number = "04.10", .points = 3) {
    const int G = grade_int(2, 3), per_group = 5 - G;  // never as many groups as channels in a group
    struct norm_case k = random_norm(PER_GROUP, grade_int(3, 5), G * per_group, grade_int(4, 7), G);
    const struct norm_outputs o = run_forward(call_groupnorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.G = k.C;
    suspect_forward("every channel has its own mean: this is instance norm", wrong);
    wrong.G = 1;
    suspect_forward("the whole row has one mean: this is layer norm", wrong);
    wrong = k, wrong.G = per_group;
    suspect_forward("C/G groups of G channels; there are G groups of C/G", wrong);
    wrong = k, wrong.channel = CHANNEL_EVERY_NUMBER;
    suspect_forward(wrong_channel, wrong);
    wrong.channel = CHANNEL_OF_FIRST_GROUP;
    suspect_forward(first_group, wrong);
    check_forward(&k, &o);
    check_golden_forward(call_groupnorm_forward, golden_norm(PER_GROUP, 2, 4, 3, 2), golden_groupnorm_out);
}

static void call_groupnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    groupnorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C, k->S, k->G);
}

EXERCISE(groupnorm_backward, .number = "04.10", .points = 3) {
    const int G = grade_int(2, 3), per_group = 5 - G;
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 3), G * per_group, grade_int(3, 5), G);
    struct norm_case strided = k, first = k;
    strided.channel = CHANNEL_EVERY_NUMBER, first.channel = CHANNEL_OF_FIRST_GROUP;
    define_backward(&strided), define_backward(&first);
    suspect(wrong_channel, strided.dbias);
    suspect(first_group, first.dbias);
    check_backward(call_groupnorm_backward, &k);
    check_golden_backward(call_groupnorm_backward, golden_norm(PER_GROUP, 2, 4, 3, 2), golden_groupnorm_dx,
                          golden_groupnorm_dweight);
}

static void call_instancenorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    instancenorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C, k->S);
}

EXERCISE(instancenorm_forward, .number = "04.10", .points = 1, .needs = "groupnorm_forward") {
    const int C = grade_int(3, 5);
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 4), C, grade_int(6, 9), C);
    const struct norm_outputs o = run_forward(call_instancenorm_forward, &k);
    struct norm_case wrong = k;
    wrong.G = 1;
    suspect_forward("the whole row has one mean (G = 1, layer norm); every channel needs its own", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_instancenorm_forward, golden_norm(PER_GROUP, 2, 4, 3, 4), golden_instancenorm_out);
}

static void call_instancenorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    instancenorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C, k->S);
}

EXERCISE(instancenorm_backward, .number = "04.10", .points = 1, .needs = "groupnorm_backward") {
    const int C = grade_int(3, 5);
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 4), C, grade_int(6, 9), C);
    check_backward(call_instancenorm_backward, &k);
    check_golden_backward(call_instancenorm_backward, golden_norm(PER_GROUP, 2, 4, 3, 4), golden_instancenorm_dx,
                          golden_instancenorm_dweight);
}

// ---- weight norm ----------------------------------------------------------------------------------------------------
struct weightnorm_case {
    int O, I;
    const float *g, *dweight;
};
// weight (O,I) of the definition.
static void define_weightnorm(double *weight, double *norm, const double *v, const float *g, int O, int I) {
    for (int o = 0; o < O; o++) {
        double square = 0;
        for (int i = 0; i < I; i++) square += v[o * I + i] * v[o * I + i];
        norm[o] = sqrt(square);
        for (int i = 0; i < I; i++) weight[o * I + i] = g[o] * v[o * I + i] / norm[o];
    }
}
static double weightnorm_loss(const double *v, void *context) {
    const struct weightnorm_case *k = context;
    double *weight = alloc_doubles((size_t)k->O * k->I), *norm = alloc_doubles(k->O), loss = 0;
    define_weightnorm(weight, norm, v, k->g, k->O, k->I);
    for (int i = 0; i < k->O * k->I; i++) loss += k->dweight[i] * weight[i];
    free(weight), free(norm);
    return loss;
}

EXERCISE(weightnorm_forward, .number = "04.11", .points = 2) {
    float *row = grade_output(2), *length = grade_output(1);
    weightnorm_forward(row, length, grade_copy((float[]){3, 4}, 2), grade_copy((float[]){2}, 1), 1, 2);
    grade_array("weight of the text's example", row, (double[]){1.2, 1.6}, AXES("oi", 1, 2), 1e-6);
    grade_array("norm of the text's example", length, (double[]){5}, AXES("o", 1), 1e-6);

    const int O = grade_int(3, 7), I = grade_int(8, 13);
    const float *v = grade_floats(O * I), *g = grade_floats(O);
    float *weight = grade_output(O * I), *norm = grade_output(O);
    double *want = grade_doubles(O * I), *want_norm = grade_doubles(O), *no_g = grade_doubles(O * I);
    weightnorm_forward(weight, norm, v, g, O, I);
    define_weightnorm(want, want_norm, in_double(v, O * I), g, O, I);
    double all = 0, *whole = grade_doubles(O * I), *squared = grade_doubles(O * I);
    for (int o = 0; o < O; o++) all += want_norm[o] * want_norm[o];
    for (int i = 0; i < O * I; i++) {
        no_g[i] = v[i] / want_norm[i / I];
        whole[i] = g[i / I] * v[i] / sqrt(all);
        squared[i] = want[i] / want_norm[i / I];
    }
    suspect("g is left out", no_g);
    suspect("one length for the whole matrix; every row has its own", whole);
    suspect("divided by the squared length", squared);
    grade_array("weight", weight, want, AXES("oi", O, I), 1e-5);
    grade_array("norm", norm, want_norm, AXES("o", O), 1e-5);
}

EXERCISE(weightnorm_backward, .number = "04.11", .points = 3) {
    const int O = grade_int(3, 6), I = grade_int(7, 11);
    const float *v = grade_floats(O * I), *g = grade_floats(O), *dweight = grade_floats(O * I);
    double *weight = grade_doubles(O * I), *norm = grade_doubles(O);
    define_weightnorm(weight, norm, in_double(v, O * I), g, O, I);
    double *want_dg = grade_doubles(O), *want_dv = grade_doubles(O * I), *constant = grade_doubles(O * I);
    double *undivided = grade_doubles(O);
    for (int i = 0; i < O * I; i++) want_dg[i / I] += dweight[i] * v[i] / norm[i / I];
    for (int i = 0; i < O * I; i++) {
        const int o = i / I;
        constant[i] = g[o] / norm[o] * dweight[i];
        want_dv[i] = constant[i] - g[o] / norm[o] * want_dg[o] * v[i] / norm[o];
    }
    float *dv = grade_grad(O * I), *dg = grade_grad(O);
    weightnorm_backward(dv, dg, dweight, v, g, grade_copy_doubles(norm, O), O, I);
    for (int o = 0; o < O; o++) undivided[o] = want_dg[o] * norm[o];
    suspect("not divided by the length of v", undivided);
    grade_gradient("dg", dg, want_dg, AXES("o", O), 1e-4);
    suspect("the length is treated as a constant; v moves it too", constant);
    grade_gradient("dv", dv, want_dv, AXES("oi", O, I), 1e-4);
    struct weightnorm_case k = {O, I, g, dweight};
    grade_gradient_check("dv against central differences", dv, v, AXES("oi", O, I), weightnorm_loss, &k, 1e-3);

    float *dv_p = grade_grad(24), *dg_p = grade_grad(4), *v_p = grade_copy_doubles(golden_x, 24);
    float *g_p = grade_copy_doubles(golden_weight, 4);
    double *weight_p = grade_doubles(24), *norm_p = grade_doubles(4);
    define_weightnorm(weight_p, norm_p, golden_x, g_p, 4, 6);
    weightnorm_backward(dv_p, dg_p, grade_copy_doubles(golden_dout, 24), v_p, g_p, grade_copy_doubles(norm_p, 4), 4, 6);
    grade_gradient("dv of PyTorch's example", dv_p, golden_weightnorm_dv, AXES("oi", 4, 6), 1e-4);
    grade_gradient("dg of PyTorch's example", dg_p, golden_weightnorm_dg, AXES("o", 4), 1e-4);
}

// ==== Along the way ==================================================================================================
EXERCISE(dropout_forward, .number = "04.12", .points = 3) {
    const int n = grade_int(200, 300);
    const float p = 0.15f + 0.2f * rng_uniform(grade_rng());
    const float *x = grade_floats(n);
    float *out = grade_output(n), *mask = grade_output(n);
    struct rng r, same;
    rng_seed(&r, rng_u32(grade_rng()), 7);
    same = r;
    dropout_forward(out, mask, x, p, true, &r, n);
    double *want = grade_doubles(n), *unscaled = grade_doubles(n), *turned = grade_doubles(n), *by_p = grade_doubles(n);
    double *want_out = grade_doubles(n), *half_turned = grade_doubles(n), *shrunk = grade_doubles(n);
    double *all_kept = grade_doubles(n), *cut = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        const bool kept = rng_uniform(&same) >= p;
        want[i] = kept ? 1 / (1 - (double)p) : 0;
        unscaled[i] = kept;
        turned[i] = kept ? 0 : 1 / (1 - (double)p);
        half_turned[i] = kept ? 0 : 1 / (double)p;
        by_p[i] = kept ? 1 / (double)p : 0;
        shrunk[i] = kept ? 1 - (double)p : 0;
        want_out[i] = want[i] * x[i];
        cut[i] = kept ? x[i] : 0;
        all_kept[i] = 1 / (1 - (double)p);
    }
    suspect("the survivors are not scaled by 1 / (1 - p): in use, the next layer would get larger sums", unscaled);
    suspect("the wrong ones are kept: p is the probability to be dropped", turned);
    suspect("the wrong ones are kept: p is the probability to be dropped", half_turned);
    suspect("the survivors are scaled by 1 / p; their share is 1 - p", by_p);
    suspect("the survivors are shrunk by 1 - p; they must grow by 1 / (1 - p)", shrunk);
    suspect("one random number decides for all; every value needs its own", all_kept);
    suspect("one random number decides for all; every value needs its own", grade_doubles(n));
    grade_array("mask", mask, want, AXES("i", n), 1e-6);
    suspect("out is x where it is kept; it must be x * mask", cut);
    grade_array("out", out, want_out, AXES("i", n), 1e-6);
    grade_true(r.state == same.state, "the generator is not where n numbers lead: draw one rng_uniform per value");

    float *out_eval = grade_output(n), *mask_eval = grade_output(n);
    const struct rng before = r;
    dropout_forward(out_eval, mask_eval, x, p, false, &r, n);
    double *as_trained = grade_doubles(n), *one = grade_doubles(n);
    for (int i = 0; i < n; i++) as_trained[i] = rng_uniform(&same) >= p ? x[i] / (1 - (double)p) : 0;
    for (int i = 0; i < n; i++) one[i] = 1;
    suspect("dropout is active outside training", as_trained);
    suspect_factor("the output is scaled by 1 - p; inverted dropout has done its scaling in training", 1 - (double)p);
    grade_array("out, not in training", out_eval, in_double(x, n), AXES("i", n), 1e-6);
    grade_array("mask, not in training", mask_eval, one, AXES("i", n), 1e-6);
    grade_true(r.state == before.state, "the generator moved although training is false");
}

EXERCISE(dropout_backward, .number = "04.12", .points = 2) {
    const int n = grade_int(31, 60);
    const float *dout = grade_floats(n), *mask = grade_floats(n);
    float *dx = grade_grad(n);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = (double)dout[i] * mask[i];
    dropout_backward(dx, dout, mask, n);
    suspect("the mask is not used: what was dropped must learn nothing", in_double(dout, n));
    grade_gradient("dx", dx, want, AXES("i", n), 1e-5);
}

struct climb {
    double lr_max, lr_min;
    int warmup, total;
};
static double cosine(struct climb c, double progress) {
    return c.lr_min + (c.lr_max - c.lr_min) * (1 + cos(3.14159265358979 * progress)) / 2;
}

EXERCISE(schedule_lr, .number = "04.13", .points = 5) {
    // The text's example: lr_max 1, 4 steps of warm-up, 12 in all.
    const double text[] = {0.25, 0.5, 0.75, 1, 1, 0.961940, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.038060, 0};
    float *lr = grade_output(13);
    for (int s = 0; s < 13; s++) lr[s] = schedule_lr(1, 0, s, 4, 12);
    suspect("warm-up is off by one: step 0 already moves, with lr_max / warmup",
            (double[]){0, 0.25, 0.5, 0.75, 1, 0.961940, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.038060, 0});
    suspect("the cosine runs over step / total; it starts when the warm-up ends",
            (double[]){0.25, 0.5, 0.75, 1, 0.75, 0.629410, 0.5, 0.370590, 0.25, 0.146447, 0.066987, 0.017037, 0});
    suspect("two ints are divided, so the progress is 0 until the end: make one of them a double",
            (double[]){0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0});
    suspect("half is missing: (1 + cos) runs from 2 to 0",
            (double[]){0.25, 0.5, 0.75, 1, 2, 1.923880, 1.707107, 1.382683, 1, 0.617317, 0.292893, 0.076120, 0});
    suspect("a straight line down; half a cosine is asked for",
            (double[]){0.25, 0.5, 0.75, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0});
    suspect("a whole cosine: it comes back up; half of one (pi, not 2 pi) goes down",
            (double[]){0.25, 0.5, 0.75, 1, 1, 0.853553, 0.5, 0.146447, 0, 0.146447, 0.5, 0.853553, 0});
    grade_array("lr of the text's example, by step", lr, text, AXES("s", 13), 1e-5);

    struct climb c = {0.5 + rng_uniform(grade_rng()), 0.1 + 0.1 * rng_uniform(grade_rng()), grade_int(5, 9), 0};
    c.total = c.warmup + grade_int(11, 20);
    const int n = c.total + 6;
    double *want = grade_doubles(n), *late = grade_doubles(n), *whole = grade_doubles(n), *again = grade_doubles(n);
    double *to_zero = grade_doubles(n), *uncut = grade_doubles(n), *early = grade_doubles(n);
    for (int s = 0; s < n; s++) {
        const double progress = (double)(s - c.warmup) / (c.total - c.warmup), climbing = c.lr_max * (s + 1) / c.warmup;
        const bool warm = s < c.warmup, done = s >= c.total;
        want[s] = warm ? climbing : done ? c.lr_min : cosine(c, progress);
        late[s] = warm ? c.lr_max * s / c.warmup : want[s];
        whole[s] = warm ? climbing : done ? c.lr_min : cosine(c, (double)s / c.total);
        again[s] = warm ? climbing : cosine(c, progress);
        to_zero[s] = warm || done ? want[s] : (want[s] - c.lr_min) / (c.lr_max - c.lr_min) * c.lr_max;
        uncut[s] = done ? c.lr_min : cosine(c, (double)s / c.total);
        early[s] = warm ? climbing : done ? c.lr_min : cosine(c, (double)(s + 1 - c.warmup) / (c.total - c.warmup));
    }
    lr = grade_output(n);
    for (int s = 0; s < n; s++) lr[s] = schedule_lr((float)c.lr_max, (float)c.lr_min, s, c.warmup, c.total);
    suspect("warm-up is off by one: step 0 already moves, with lr_max / warmup", late);
    suspect("the cosine runs over step / total; it starts when the warm-up ends", whole);
    suspect("after the last step the cosine climbs again; the rate stays at lr_min", again);
    suspect("lr_min is left out: the cosine falls from lr_max to 0", to_zero);
    suspect("there is no warm-up", uncut);
    suspect("the cosine is one step early: at step = warmup the rate is lr_max", early);
    grade_array("lr by step", lr, want, AXES("s", n), 1e-5);
    grade_scalar("lr of step 0 without warm-up", schedule_lr(0.3f, 0, 0, 0, 10), 0.3f, 1e-5);
}

// grads[k] * factor[k], one after the other, as one array.
static double *scaled(float *const *grads, const int *sizes, const double *factor, int count, int n) {
    double *all = grade_doubles(n);
    for (int k = 0, at = 0; k < count; k++) {
        for (int i = 0; i < sizes[k]; i++) all[at++] = grads[k][i] * factor[k];
    }
    return all;
}

EXERCISE(clip_grad_norm, .number = "04.14", .points = 6) {
    // The text's example: the gradient (3, 4), of length 5, clipped to 1.
    float *both = grade_copy((float[]){3, 4}, 2);
    grade_scalar("length of (3, 4)", clip_grad_norm((float *const[]){both}, (int[]){2}, 1, 1), 5, 1e-5);
    suspect("clipped value by value, not by the length: the direction has changed", (double[]){1, 1});
    grade_array("(3, 4) clipped to 1", both, (double[]){0.6, 0.8}, AXES("i", 2), 1e-5);

    const int sizes[] = {grade_int(5, 9), grade_int(11, 20), grade_int(1, 4)}, n = sizes[0] + sizes[1] + sizes[2];
    float *grads[3], *got = grade_output(n);
    double square[3] = {0}, total = 0, by_value[40] = {0};
    for (int k = 0; k < 3; k++) {
        grads[k] = grade_floats(sizes[k]);
        for (int i = 0; i < sizes[k]; i++) square[k] += (double)grads[k][i] * grads[k][i];
        total += square[k];
    }
    const double max_norm = 0.3 * sqrt(total), f = max_norm / (sqrt(total) + 1e-6);
    double own[3], squared[3] = {max_norm / total, max_norm / total, max_norm / total}, want[3] = {f, f, f};
    double *all = scaled(grads, sizes, (double[]){1, 1, 1}, 3, n);
    for (int k = 0; k < 3; k++) own[k] = fmin(1, max_norm / sqrt(square[k]));
    for (int i = 0; i < n; i++) by_value[i] = fmax(-max_norm, fmin(max_norm, all[i]));
    double *want_all = scaled(grads, sizes, want, 3, n), *own_all = scaled(grads, sizes, own, 3, n);
    double unit[3] = {1 / sqrt(total), 1 / sqrt(total), 1 / sqrt(total)};
    double *squared_all = scaled(grads, sizes, squared, 3, n), *unit_all = scaled(grads, sizes, unit, 3, n);

    suspect_scalar("the length after clipping; return the one before", max_norm);
    suspect_scalar("the squared length: the root is missing", total);
    suspect_scalar("the arrays' lengths are added; add their squares, then take one root",
                   sqrt(square[0]) + sqrt(square[1]) + sqrt(square[2]));
    grade_scalar("length", clip_grad_norm(grads, sizes, 3, (float)max_norm), sqrt(total), 1e-5);
    for (int k = 0, at = 0; k < 3; k++) {
        for (int i = 0; i < sizes[k]; i++) got[at++] = grads[k][i];
    }
    suspect("every array is clipped by its own length; there is one length, over all", own_all);
    suspect("clipped value by value, not by the length", by_value);
    suspect("divided by the squared length", squared_all);
    suspect("nothing is clipped", all);
    suspect("scaled to length 1, whatever max_norm is", unit_all);
    grade_array("all gradients after clipping", got, want_all, AXES("i", n), 1e-5);

    clip_grad_norm(grads, sizes, 3, (float)(2 * max_norm));
    for (int k = 0, at = 0; k < 3; k++) {
        for (int i = 0; i < sizes[k]; i++) got[at++] = grads[k][i];
    }
    suspect_factor("a gradient shorter than max_norm is stretched to it; it must stay as it is", 2);
    grade_array("gradients that are shorter than max_norm", got, want_all, AXES("i", n), 1e-5);
}
