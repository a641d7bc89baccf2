// Chapter 03's linear layer again. Its three products are the three forms of chapter 09's matmul.
#include <string.h>

#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"

// out (N,O) starts as the bias, to which the product is then added.
void projection_forward(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O) {
    // BEGIN SOLUTION 13.1 projection_forward: out = x weight^T + bias, with one call of matmul
    const int biased = bias ? N : 0;
#pragma omp parallel for schedule(static) if ((size_t)biased * O >= WORTH_THREADS)
    for (int n = 0; n < biased; n++) memcpy(out + (size_t)n * O, bias, (size_t)O * sizeof(float));
    matmul(MATMUL_NT, N, O, I, 1, x, I, weight, I, bias ? 1 : 0, out, O);
    // END SOLUTION
}

// A residual connection: what stands in out stays, and the layer's answer comes on top.
void projection_add(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O) {
    // BEGIN SOLUTION 13.1 projection_add: out += x weight^T + bias
    const int biased = bias ? N : 0;
#pragma omp parallel for schedule(static) if ((size_t)biased * O >= WORTH_THREADS)
    for (int n = 0; n < biased; n++) {
        float *out_n = out + (size_t)n * O;
        for (int o = 0; o < O; o++) out_n[o] += bias[o];
    }
    matmul(MATMUL_NT, N, O, I, 1, x, I, weight, I, 1, out, O);
    // END SOLUTION
}

// dx is written: in a transformer each array has one reader, and the residual road is added by whoever owns it. A thread
// of the bias gradient owns columns, so that every sum runs down the rows in order.
void projection_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                         const float *weight, int N, int I, int O) {
    // BEGIN SOLUTION 13.2 projection_backward: dx = dout weight; dweight += dout^T x; dbias += the rows of dout
    if (dx) matmul(MATMUL_NN, N, I, O, 1, dout, O, weight, I, 0, dx, I);
    matmul(MATMUL_TN, O, I, N, 1, dout, O, x, I, 1, dweight, I);
    if (!dbias) return;
#pragma omp parallel for schedule(static) if ((size_t)N * O >= WORTH_THREADS)
    for (int first = 0; first < O; first += 64) {
        int end = first + 64 < O ? first + 64 : O;
        for (int n = 0; n < N; n++)
            for (int o = first; o < end; o++) dbias[o] += dout[(size_t)n * O + o];
    }
    // END SOLUTION
}
