// GELU on millions of numbers. tanh is a scaled sigmoid, 0.5 (1 + tanh u) = 1 / (1 + e^-2u), so one exponential does.
#include "13-transformer/transformer.h"
#include "common/exp_float.h"

// BEGIN SOLUTION 13.4 -
static const float gelu_scale = 0.7978845608f;  // sqrt(2/pi)
static const float gelu_cubic = 0.044715f;
// END SOLUTION
void gelu_rows_forward(float *out, const float *x, size_t n) {
    // BEGIN SOLUTION 13.4 gelu_rows_forward: x / (1 + e^-2u), with u = sqrt(2/pi) (x + 0.044715 x^3)
#pragma omp parallel for simd schedule(static) if (parallel : n >= WORTH_THREADS)
    for (size_t i = 0; i < n; i++) {
        float u = gelu_scale * (x[i] + gelu_cubic * x[i] * x[i] * x[i]);
        out[i] = x[i] / (1.0f + exp_float(-2.0f * u));
    }
    // END SOLUTION
}

// With s = 1 / (1 + e^-2u): (x s)' = s + x s', and s' = 2 s (1 - s) u'.
void gelu_rows_backward(float *dx, const float *dout, const float *x, size_t n) {
    // BEGIN SOLUTION 13.4 gelu_rows_backward: dx = dout times the slope of x s(x)
#pragma omp parallel for simd schedule(static) if (parallel : n >= WORTH_THREADS)
    for (size_t i = 0; i < n; i++) {
        float u = gelu_scale * (x[i] + gelu_cubic * x[i] * x[i] * x[i]);
        float du = gelu_scale * (1.0f + 3.0f * gelu_cubic * x[i] * x[i]);
        float s = 1.0f / (1.0f + exp_float(-2.0f * u));
        dx[i] = dout[i] * (s + x[i] * 2.0f * s * (1.0f - s) * du);
    }
    // END SOLUTION
}
