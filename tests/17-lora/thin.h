// What the tests of LoRA, adapters and P-tuning share.
#pragma once
#include <stdlib.h>

#include "17-lora/lora.h"
#include "grade/grade.h"

static inline double *in_double(const float *x, int n) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = x[i];
    return values;
}

// n numbers of x, then of y: parameters in a row.
static inline void append(double *p, int *at, const float *x, int n) {
    for (int i = 0; i < n; i++) p[(*at)++] = x[i];
}

// out (N,O) = x (N,I) weight^T + bias, weight (O,I); bias may be NULL.
static inline void define_linear(double *out, const double *x, const double *weight, const double *bias, int N, int I,
                                 int O) {
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            double sum = bias ? bias[o] : 0;
            for (int i = 0; i < I; i++) sum += x[n * I + i] * weight[o * I + i];
            out[n * O + o] = sum;
        }
    }
}

// The slopes of loss at the parameters p (n): central differences in double.
static inline double *slopes(grade_loss loss, const double *p, void *context, int n) {
    double *at = grade_doubles(n), *slope = grade_doubles(n);
    for (int i = 0; i < n; i++) at[i] = p[i];
    for (int i = 0; i < n; i++) {
        at[i] = p[i] + 1e-5;
        slope[i] = loss(at, context) / 2e-5;
        at[i] = p[i] - 1e-5;
        slope[i] -= loss(at, context) / 2e-5;
        at[i] = p[i];
    }
    return slope;
}
