// Graded tests of chapter 03. Expected values come from the chapter's examples, from definitions in double written here,
// and from central differences of those definitions.
// This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "03-backprop/backprop.h"
#include "grade/grade.h"

static inline void softmax(double *out, const double *x, int B, int C) {
    for (int b = 0; b < B; b++) {
        double max = x[b * C], sum = 0;
        for (int c = 0; c < C; c++) max = fmax(max, x[b * C + c]);
        for (int c = 0; c < C; c++) sum += exp(x[b * C + c] - max);
        for (int c = 0; c < C; c++) out[b * C + c] = exp(x[b * C + c] - max) / sum;
    }
}

static inline double *doubles_of(const float *values, int n) {
    double *copy = grade_doubles(n);
    for (int i = 0; i < n; i++) copy[i] = (double)values[i];
    return copy;
}

static inline double *softmax_of(const float *x, int B, int C) {
    double *out = grade_doubles(B * C);
    softmax(out, doubles_of(x, B * C), B, C);
    return out;
}

// Scores of thousands, and in every row the first at least 5 above the rest. It is 1000 in the rows 0, 2, ..., where e^x
// overflows, and -1000 in the others, where it underflows.
static inline float *large_scores(int B, int C) {
    float *x = grade_floats(B * C);
    for (int i = 0; i < B * C; i++) {
        x[i] = i % C ? (float)grade_int(-1000, 995) : 1000.0f;
        if (i / C % 2) x[i] -= 2000;
    }
    return x;
}

static inline void require_finite(const char *what, const float *values, int B, int C) {
    for (int i = 0; i < B * C; i++) {
        grade_true(isfinite(values[i]), "%s: row %d has a %g\nlooks like: %s", what, i / C, (double)values[i],
                   i / C % 2 ? "what is subtracted is not this row's maximum (all of its scores are below -999): 0, or "
                               "another row's?"
                             : "the row's maximum is not subtracted before e^x, which overflows");
    }
}

struct batch {
    int B, C;
    const float *dout;
    const int *targets;
    double dloss;
};

// c[m,n] = sum_k a[m,k] b[k,n], with the strides of a and b
static inline double *product(const float *a, int a_m, int a_k, const float *b, int b_k, int b_n, int M, int K, int N) {
    double *c = grade_doubles(M * N);
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            for (int k = 0; k < K; k++) c[m * N + n] += (double)a[m * a_m + k * a_k] * (double)b[k * b_k + n * b_n];
    return c;
}

enum mistake { NONE, NO_ACTIVATION, ACTIVATION_AT_END, ONE_ROW, SLOPE_LEFT_OUT, SLOPE_AT_A, INPUT_Z };

enum { CUBIC = 7 };

struct cubic {
    double weight[CUBIC];
    double scale;
};

// sum_i w_i x_i^3 + x_0 x_1: every slope depends on its own coordinate, the first two on each other's
static inline double cubic(const double *x, void *context) {
    const struct cubic *k = context;
    double sum = x[0] * x[1];
    for (int i = 0; i < CUBIC; i++) sum += k->weight[i] * x[i] * x[i] * x[i];
    return k->scale * sum;
}
