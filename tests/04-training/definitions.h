// Chapter 04's tests. Expected values come from three places: the text's worked example (two weights in a long valley),
// definitions in double written here, and PyTorch (tests/golden/04-training.h).
// This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "04-training/training.h"
#include "golden/04-training.h"
#include "grade/grade.h"

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

static inline void momentum_rule(struct weight *p, double g, int step, struct setting s) {
    (void)step;
    const double old = p->a;
    if (s.mistake == LR_IN_STATE) g *= s.lr, s.lr = 1;
    p->a = s.mu * p->a + (s.mistake == DAMPENED ? 1 - s.mu : 1) * g;
    p->w -= s.lr * (s.mistake == OLD_STATE ? old : s.mistake == NESTEROV ? g + s.mu * p->a : p->a);
}

// AdaGrad (add = true) and RMSProp: the sum of squares, or the average.
static inline void scaled_step(struct weight *p, double g, struct setting s, bool add) {
    const double old = p->a, alpha = s.mistake == SWAPPED ? 1 - s.beta2 : s.beta2;
    p->a = add ? p->a + g * g : alpha * p->a + (1 - alpha) * g * g;
    const double square = s.mistake == OLD_STATE ? old : p->a;
    const double root = s.mistake == EPS_INSIDE ? sqrt(square + s.eps) : sqrt(square) + s.eps;
    p->w -= s.lr * g / (s.mistake == NO_ROOT ? square + s.eps : root);
}

// Weights and their gradients, step by step, with what the optimizer needs besides.
struct problem {
    int n, steps;
    struct setting s;
    float *start, *dw, *w, *a, *b;  // start, w, a, b (n); dw (steps,n)
};

static inline void start_problem(struct problem *p) {
    p->w = grade_copy(p->start, p->n);
    p->a = grade_copy_doubles(grade_doubles(p->n), p->n);
    p->b = grade_copy_doubles(grade_doubles(p->n), p->n);
}

// Settings in which eps, the decay and the first steps all leave a mark.
static inline struct problem random_problem(void) {
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
static inline struct problem golden_problem(double beta2, double eps) {
    struct problem p = {.n = 5, .steps = 3, .s = {.lr = 0.1, .mu = 0.9, .beta1 = 0.9, .decay = 0.5}};
    p.s.beta2 = beta2, p.s.eps = eps;
    p.start = grade_copy_doubles(golden_w, 5);
    p.dw = grade_copy_doubles(golden_dw, 15);
    start_problem(&p);
    return p;
}

// One call of the learner's function, with the problem's state and this step's gradient; step counts from 1.
typedef void (*call)(struct problem *p, const float *dw, int step);

static inline void take_steps(struct problem *p, call call) {
    for (int k = 0; k < p->steps; k++) call(p, p->dw + k * p->n, k + 1);
}

// What all the steps make of the weights and of the state, by the rule: (n) each.
struct outcome {
    double *w, *a, *b;
};

static inline struct outcome after_steps(const struct problem *p, rule rule, enum mistake mistake) {
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

static inline void suspect_rule(const char *name, const struct problem *p, rule rule, enum mistake mistake) {
    suspect(name, after_steps(p, rule, mistake).w);
}

// After take_steps and the suspicions. a and b are the state's names; NULL where there is none.
static inline void check_steps(const struct problem *p, rule rule, const char *a, const char *b) {
    const struct outcome want = after_steps(p, rule, RIGHT);
    grade_array("w after four steps", p->w, want.w, AXES("i", p->n), 1e-4);
    if (rule == momentum_rule) suspect("lr is inside buf; it belongs to w's line", after_steps(p, rule, LR_IN_STATE).a);
    if (a) grade_array(a, p->a, want.a, AXES("i", p->n), 1e-4);
    if (b) grade_array(b, p->b, want.b, AXES("i", p->n), 1e-4);
    grade_unchanged("dw", p->dw);
}

static inline void check_golden_steps(struct problem p, call call, const double *want) {
    take_steps(&p, call);
    grade_array("w after PyTorch's three steps", p.w, want, AXES("i", p.n), 1e-5);
}

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

static inline int share_of(const struct norm_case *k, int e) {
    const int b = e / (k->C * k->S), c = e / k->S % k->C;
    if (k->sharing == PER_CHANNEL) return c;
    return k->sharing == PER_ROW ? b : b * k->G + c / (k->C / k->G);
}

// The channel whose weight and bias element e gets.
static inline int channel_of(const struct norm_case *k, int e) {
    const int c = e / k->S % k->C, per_group = k->C / k->G;
    if (k->channel == CHANNEL_OF_FIRST_GROUP) return c % per_group;
    return k->channel == CHANNEL_EVERY_NUMBER ? c - c % per_group + e % per_group : c;
}

static inline int shares(const struct norm_case *k) {
    return k->sharing == PER_CHANNEL ? k->C : k->sharing == PER_ROW ? k->B : k->B * k->G;
}

// mean, rstd and out, all zero before, of the definition, from x in double.
static inline void fill_forward(struct norm_case *k, const double *x) {
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

static inline void define_forward(struct norm_case *k, const double *x) {
    k->mean = grade_doubles(shares(k)), k->rstd = grade_doubles(shares(k));
    k->out = grade_doubles(k->B * k->C * k->S);
    fill_forward(k, x);
}

static inline double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

// The mistaken output, where one field of the case is other than it should be.
static inline void suspect_forward(const char *name, struct norm_case wrong) {
    define_forward(&wrong, in_double(wrong.x, wrong.B * wrong.C * wrong.S));
    suspect(name, wrong.out);
}

// The gradients by the formula; a case with mistakes gives what they would give. After define_forward.
static inline void define_backward(struct norm_case *k) {
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

static inline void suspect_backward(const char *name, struct norm_case wrong) {
    define_backward(&wrong);
    suspect(name, wrong.dx);
}

// The loss whose gradient the backward functions give: the sum of dout * out.
static inline double norm_loss(const double *x, void *context) {
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
static inline struct norm_case random_norm(enum sharing sharing, int B, int C, int S, int G) {
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

static inline void suspect_all_forward(const struct norm_case *k) {
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

static inline struct norm_outputs run_forward(norm_forward forward, const struct norm_case *k) {
    struct norm_outputs o = {grade_output(k->B * k->C * k->S), grade_output(shares(k)), grade_output(shares(k))};
    forward(&o, k);
    return o;
}

// After the suspicions.
static inline void check_forward(const struct norm_case *k, const struct norm_outputs *o) {
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
static inline void check_golden_forward(norm_forward forward, struct norm_case golden, const double *want) {
    const struct norm_outputs o = run_forward(forward, &golden);
    grade_array("out of PyTorch's example", o.out, want, SHAPE(golden), 1e-4);
}

// What the learner's backward functions get from the forward pass, and what they add to.
struct norm_grads {
    float *dx, *dweight, *dbias, *mean, *rstd;
};

typedef void (*norm_backward)(const struct norm_grads *g, const struct norm_case *k);

static inline struct norm_grads run_backward(norm_backward backward, const struct norm_case *k) {
    struct norm_grads g = {grade_grad(k->B * k->C * k->S), grade_grad(k->C), grade_grad(k->C),
                           grade_copy_doubles(k->mean, shares(k)), grade_copy_doubles(k->rstd, shares(k))};
    backward(&g, k);
    return g;
}

static inline void check_backward(norm_backward backward, struct norm_case *k) {
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
static inline struct norm_case golden_norm(enum sharing sharing, int B, int C, int S, int G) {
    struct norm_case k = {.B = B, .C = C, .S = S, .G = G, .sharing = sharing, .centred = true, .eps = 1e-5};
    k.x = grade_copy_doubles(golden_x, 24), k.dout = grade_copy_doubles(golden_dout, 24);
    k.weight = grade_copy_doubles(golden_weight, C), k.bias = grade_copy_doubles(golden_bias, C);
    define_forward(&k, golden_x);
    return k;
}

static inline void check_golden_backward(norm_backward backward, struct norm_case golden, const double *dx,
                                         const double *dweight) {
    const struct norm_grads g = run_backward(backward, &golden);
    grade_gradient("dx of PyTorch's example", g.dx, dx, SHAPE(golden), 1e-4);
    grade_gradient("dweight of PyTorch's example", g.dweight, dweight, AXES("c", golden.C), 1e-4);
}

// grads[k] * factor[k], one after the other, as one array.
static inline double *scaled(float *const *grads, const int *sizes, const double *factor, int count, int n) {
    double *all = grade_doubles(n);
    for (int k = 0, at = 0; k < count; k++) {
        for (int i = 0; i < sizes[k]; i++) all[at++] = grads[k][i] * factor[k];
    }
    return all;
}
