// AWQ: the weights that meet large inputs are rounded more finely, because they are made larger first.
#include <math.h>
#include <stdlib.h>

#include "15-inference/inference.h"

void awq_scales(float *scales, const float *x, float alpha, int n, int I) {
    float largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) {
        // TODO 15.16 awq_scales: a = the mean of |x[:,i]|, at least 1e-4; scales[i] = a^alpha
        todo("15.16 awq_scales");
        largest = fmaxf(largest, scales[i]);
        smallest = fminf(smallest, scales[i]);
    }
    // TODO 15.16 awq_scales: all divided by the root of (largest * smallest)
    todo("15.16 awq_scales");
}

void awq_quantize(float *q, const float *w, const float *scales, int O, int I) {
    struct block_q4_0 *blocks = alloc_zeroed((size_t)I / QUANT_BLOCK, sizeof *blocks);
    for (size_t o = 0; o < (size_t)O; o++) {
        // TODO 15.16 awq_quantize: row o of w times scales, to Q4_0 and back, divided by scales
        todo("15.16 awq_quantize");
    }
    free(blocks);
}
