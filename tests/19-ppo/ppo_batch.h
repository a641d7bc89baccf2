// What the tests of ppo_loss.c share: the policy's half is tested in ppo_policy.c, the critic's in ppo_value.c.
#pragma once
#include "19-ppo/definitions.h"

struct batch {
    float *now, *old, *target;  // logs and advantage, or values and returns
    bool *mask;
    float clip, dloss;
    int N;
};

// Where clipping begins, a slope has two values.
static inline bool at_kink(float off, float clip) {
    return fabsf(fabsf(off) - clip) < 0.02f || fabsf(fabsf(expf(off) - 1) - clip) < 0.02f;
}

static inline struct batch random_batch(float near) {
    struct batch x = {.N = grade_int(20, 60), .clip = 0.15f + 0.1f * rng_uniform(grade_rng()), .dloss = 1};
    x.now = grade_floats(x.N), x.old = grade_floats(x.N), x.target = grade_floats(x.N);
    x.mask = random_mask(x.N, false, true);
    for (int n = 0; n < x.N; n++) {
        float off = near * x.now[n];
        while (at_kink(off, x.clip)) off *= 1.3f;
        x.now[n] = x.old[n] + off;
    }
    x.now = grade_copy(x.now, x.N);
    return x;
}

static inline void unchanged(const struct batch *x, const char *now, const char *old, const char *target) {
    grade_unchanged(now, x->now);
    grade_unchanged(old, x->old);
    grade_unchanged(target, x->target);
}

typedef void (*backward)(float *, float, const float *, const float *, const float *, const bool *, float, int);

// Outside of the mask exactly what stood there before: 0 is added.
static inline void check_slopes(const char *what, const struct batch *x, backward run, const char *const *mistakes,
                                int count, definition of, const double *right) {
    float *d = grade_grad(x->N), *zero = grade_copy_doubles(grade_doubles(x->N), x->N);
    run(d, x->dloss, x->now, x->old, x->target, x->mask, x->clip, x->N);
    suspect_habits(mistakes, count, of, x);
    grade_gradient(what, d, right ? right : of(x, 0), AXES("n", x->N), 1e-5);
    run(zero, x->dloss, x->now, x->old, x->target, x->mask, x->clip, x->N);
    for (int n = 0; n < x->N; n++)
        grade_true(x->mask[n] || zero[n] == 0, "%s: got %g at n=%d, outside of the mask: expected exactly 0", what,
                   (double)zero[n], n);
}
