// Chapter 19's tests. Expected values come from the text's worked examples, from definitions in double written here,
// and from central differences of those. This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "19-ppo/ppo.h"
#include "grade/grade.h"

// A test writes its definition once, with a switch for each mistake that it knows: habit 0 is right. mistake (count)
// has a sentence for each, mistake[0] is not used.
typedef double *(*definition)(const void *x, int habit);
static inline void suspect_habits(const char *const *mistake, int count, definition of, const void *x) {
    for (int h = 1; h < count; h++) suspect(mistake[h], of(x, h));
}

typedef double (*scalar_definition)(const void *x, int habit);
static inline void suspect_scalar_habits(const char *const *mistake, int count, scalar_definition of, const void *x) {
    for (int h = 1; h < count; h++) suspect_scalar(mistake[h], of(x, h));
}

// (N) with both kinds, the first and the last one given.
static inline bool *random_mask(int N, bool first, bool last) {
    bool *mask = alloc_zeroed((size_t)N, sizeof *mask);
    for (int n = 0; n < N; n++) mask[n] = rng_below(grade_rng(), 3) > 0;
    mask[0] = first, mask[N - 1] = last;
    mask[N / 2] = true, mask[N / 3] = false;
    return mask;
}

static inline int count_masked(const bool *mask, int N) {
    int count = 0;
    for (int n = 0; n < N; n++) count += mask[n];
    return count;
}

static inline double squeeze(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}
