// AWQ: the weights that meet large inputs are rounded more finely, because they are made larger first.
#include <math.h>
#include <stdlib.h>

#include "15-inference/inference.h"

void awq_scales(float *scales, const float *x, float alpha, int n, int I) {
    float largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) {
        // BEGIN SOLUTION 15.16 awq_scales: a = the mean of |x[:,i]|, at least 1e-4; scales[i] = a^alpha
        double sum = 0;
        for (int k = 0; k < n; k++) sum += fabsf(x[(size_t)k * I + i]);
        scales[i] = powf(fmaxf((float)(sum / n), 1e-4f), alpha);
        // END SOLUTION
        largest = fmaxf(largest, scales[i]);
        smallest = fminf(smallest, scales[i]);
    }
    // BEGIN SOLUTION 15.16 awq_scales: all divided by the root of (largest * smallest)
    const float middle = sqrtf(largest * smallest);
    for (int i = 0; i < I; i++) scales[i] /= middle;
    // END SOLUTION
}

void awq_quantize(float *q, const float *w, const float *scales, int O, int I) {
    struct block_q4_0 *blocks = alloc_zeroed((size_t)I / QUANT_BLOCK, sizeof *blocks);
    for (size_t o = 0; o < (size_t)O; o++) {
        // BEGIN SOLUTION 15.16 awq_quantize: row o of w times scales, to Q4_0 and back, divided by scales
        float *row = q + o * I;
        for (int i = 0; i < I; i++) row[i] = w[o * I + i] * scales[i];
        q4_0_quantize(blocks, row, (size_t)I);
        q4_0_dequantize(row, blocks, (size_t)I);
        for (int i = 0; i < I; i++) row[i] /= scales[i];
        // END SOLUTION
    }
    free(blocks);
}
