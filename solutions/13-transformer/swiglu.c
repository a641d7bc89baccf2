// SwiGLU: half of the hidden numbers are gates that open or close the other half.
#include "13-transformer/transformer.h"
#include "common/exp_float.h"

void swiglu_forward(float *out, const float *x, int N, int F) {
    // BEGIN SOLUTION 13.5 swiglu_forward: out[n,f] = gate * sigmoid(gate) * value
#pragma omp parallel for schedule(static) if ((size_t)N * F >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        const float *gate = x + (size_t)n * 2 * F, *value = gate + F;
        float *out_n = out + (size_t)n * F;
#pragma omp simd
        for (int f = 0; f < F; f++) out_n[f] = gate[f] / (1.0f + exp_float(-gate[f])) * value[f];
    }
    // END SOLUTION
}

void swiglu_backward(float *dx, const float *dout, const float *x, int N, int F) {
    // BEGIN SOLUTION 13.5 swiglu_backward: the gate's gradient sees the value, the value's sees silu(gate)
#pragma omp parallel for schedule(static) if ((size_t)N * F >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        const float *gate = x + (size_t)n * 2 * F, *value = gate + F, *dout_n = dout + (size_t)n * F;
        float *dgate = dx + (size_t)n * 2 * F, *dvalue = dgate + F;
#pragma omp simd
        for (int f = 0; f < F; f++) {
            float s = 1.0f / (1.0f + exp_float(-gate[f]));
            dgate[f] = dout_n[f] * value[f] * (s + gate[f] * s * (1.0f - s));
            dvalue[f] = dout_n[f] * gate[f] * s;
        }
    }
    // END SOLUTION
}
