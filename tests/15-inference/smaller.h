// Graded tests of pruning (15.10), distillation (15.11), GPTQ (15.15) and AWQ (15.16). Expected values: pruning by
// taking the smallest out one by one; distillation by definition in double and by measured slopes; GPTQ by solving the
// least-squares problem of the columns that are left anew after every column, without U; AWQ by definition. This file
// has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"
#include "grade/grade.h"

static inline double *others(const double *keep, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = 1 - keep[i];
    return y;
}

static inline double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

// Where two ways to compute the same may round differently, a test proves nothing: such inputs are drawn anew.
enum { CLEAR_PARTS = 1000 };  // a number must be 1/1000 of a level away from where the rounding changes

// The scale of 32 numbers; false if it hangs by a thread.
static inline bool clear_scale(double *scale, const double *x) {
    double largest = 0, other = 0, half[2];
    for (int i = 0; i < QUANT_BLOCK; i++)
        if (fabs(x[i]) > fabs(largest)) largest = x[i];
    for (int i = 0; i < QUANT_BLOCK; i++)
        if (x[i] * largest < 0 && fabs(x[i]) > fabs(other)) other = x[i];
    for (int i = 0; i < 2; i++)
        half[i] = half_to_float(float_to_half((float)(largest / -8 * (1 + (i ? 1e-5 : -1e-5)))));
    *scale = half_to_float(float_to_half((float)(largest / -8)));
    return half[0] == half[1] && fabs(other) < 0.9999 * fabs(largest);
}

// x rounded to a level of a block; false if it is too close to two.
static inline bool clear_nearest(double *q, double x, double scale, double rounded_scale) {
    const double at = scale != 0 ? x / scale + 8.5 : 8;
    double level = fmin(fmax(floor(at), 0), 15);
    *q = rounded_scale * (level - 8);
    return scale == 0 || at < 0 || at > 15.9 || fabs(at - round(at)) > 1.0 / CLEAR_PARTS;
}

// Inputs (n,I) that are mixtures of a few sources, some channels larger than others.
static inline float *mixed_inputs(int n, int I) {
    const int sources = I / 3;
    float *source = grade_floats(n * sources), *mix = grade_floats(sources * I), *x = grade_floats(n * I);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < I; i++) {
            x[k * I + i] *= 0.5f;
            for (int s = 0; s < sources; s++) x[k * I + i] += 0.3f * mix[s * I + i] * source[k * sources + s];
            if (i % 7 == 3) x[k * I + i] *= 3;
        }
    return x;
}
