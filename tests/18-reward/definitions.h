// Chapter 18's tests. Expected values come from the text's worked examples, from definitions in double written here,
// and from central differences of those. This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "18-reward/reward.h"
#include "grade/grade.h"

static inline double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

static inline double *times(const double *x, double factor, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = factor * x[i];
    return y;
}
