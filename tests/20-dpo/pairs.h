// What the tests of sequence_logs.c, dpo.c, ipo.c and grpo.c share. Expected values come from the text's worked
// examples, from definitions in double written here, and from central differences of those.
#pragma once
#include "19-ppo/definitions.h"
#include "20-dpo/dpo.h"

// log_prob of whole answers.
struct preferences {
    float *chosen, *rejected, *ref_chosen, *ref_rejected;
    float beta, smooth, dloss;
    int n;
};

// The text's example. Seen from the reference, the policy moved by 4 towards the first pair's chosen answer, and by 8
// towards the second one's rejected answer.
static inline struct preferences example_pairs(void) {
    return (struct preferences){.chosen = grade_copy((float[]){-10, -9}, 2),
                                .rejected = grade_copy((float[]){-13, -8}, 2),
                                .ref_chosen = grade_copy((float[]){-12, -5}, 2),
                                .ref_rejected = grade_copy((float[]){-11, -12}, 2),
                                .beta = 0.25f,
                                .dloss = 1,
                                .n = 2};
}

static inline struct preferences random_pairs(float smooth) {
    struct preferences x = {.smooth = smooth, .dloss = 1, .n = grade_int(7, 31)};
    x.beta = 0.15f + 0.3f * rng_uniform(grade_rng());
    float **const of[4] = {&x.ref_chosen, &x.ref_rejected, &x.chosen, &x.rejected};
    for (int k = 0; k < 4; k++) {
        *of[k] = grade_floats(x.n);
        for (int i = 0; i < x.n; i++) (*of[k])[i] = k < 2 ? -9 + 2 * (*of[k])[i] : (*of[k - 2])[i] + (*of[k])[i];
        *of[k] = grade_copy(*of[k], x.n);
    }
    return x;
}

enum seen { FROM_REFERENCE, WITHOUT_REFERENCE, REFERENCE_ADDED, REJECTED_FIRST };

static inline double shift_of(const struct preferences *x, int i, enum seen seen) {
    const double policy = (double)x->chosen[i] - x->rejected[i];
    const double reference = (double)x->ref_chosen[i] - x->ref_rejected[i];
    return seen == WITHOUT_REFERENCE ? policy
           : seen == REFERENCE_ADDED ? policy + reference
           : seen == REJECTED_FIRST  ? reference - policy
                                     : policy - reference;
}

static inline void pairs_unchanged(const struct preferences *x) {
    grade_unchanged("chosen", x->chosen);
    grade_unchanged("rejected", x->rejected);
    grade_unchanged("ref_chosen", x->ref_chosen);
    grade_unchanged("ref_rejected", x->ref_rejected);
}

static inline double *negated(const double *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = -x[i];
    return y;
}

// slope_of gives dchosen, drejected is its negative.
static inline void check_pair_slopes(const char *what, const struct preferences *x, const float *dchosen,
                                     const float *drejected, const char *const *mistake, int count, definition slope_of,
                                     const double *right) {
    char name[90];
    for (int i = 0; i < x->n; i++)
        grade_true(isfinite(dchosen[i]) && isfinite(drejected[i]),
                   "%s: got %g and %g for pair %d\nlooks like: infinity divided by infinity: e^x of a large x", what,
                   (double)dchosen[i], (double)drejected[i], i);
    snprintf(name, sizeof name, "dchosen %s", what);
    suspect("the signs are turned: the loss falls when the chosen answer becomes likelier", negated(right, x->n));
    suspect_habits(mistake, count, slope_of, x);
    grade_gradient(name, dchosen, right, AXES("i", x->n), 1e-5);
    snprintf(name, sizeof name, "drejected %s", what);
    suspect("both get the same sign: what lifts the chosen answer must push the rejected one down", right);
    for (int h = 1; h < count; h++) suspect(mistake[h], negated(slope_of(x, h), x->n));
    grade_gradient(name, drejected, negated(right, x->n), AXES("i", x->n), 1e-5);
    pairs_unchanged(x);
}

// Chosen and rejected as one array, for central differences: the pairs with them in place of x's.
static inline float *both_sides(const struct preferences *x) {
    float *both = grade_output(2 * x->n);
    memcpy(both, x->chosen, (size_t)x->n * sizeof *both);
    memcpy(both + x->n, x->rejected, (size_t)x->n * sizeof *both);
    return both;
}
static inline double shift_at(const double *both, const struct preferences *x, int i) {
    return (both[i] - both[x->n + i]) - ((double)x->ref_chosen[i] - x->ref_rejected[i]);
}

// What was added to d (N), still as grade_grad made it, if its masked ones are overwritten.
static inline double *if_stored(const float *d, const double *right, const bool *mask, int N) {
    double *added = grade_doubles(N);
    for (int i = 0; i < N; i++) added[i] = mask[i] ? right[i] - d[i] : right[i];
    return added;
}
