// What rounding does to one layer: not how far the weights are off, but how far what they compute.
#include <math.h>
#include <stdlib.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"

float q4_0_scale(const float *x) {
    struct block_q4_0 block;
    q4_0_quantize(&block, x, QUANT_BLOCK);
    return half_to_float(block.scale);
}

float q4_0_nearest(float x, float scale) {
    if (scale == 0) return 0;
    float level = floorf(x / scale + 8.5f);
    level = level < 0 ? 0 : level > 15 ? 15 : level;
    return scale * (level - 8);
}

double layer_error(const float *q, const float *w, const float *x, int n, int O, int I) {
    const size_t size = (size_t)O * I, outputs = (size_t)n * O;
    float *difference = alloc_floats(size), *off = alloc_floats(outputs);
    double sum = 0;
    for (size_t i = 0; i < size; i++) difference[i] = w[i] - q[i];
    projection_forward(off, x, difference, NULL, n, I, O);
    for (size_t i = 0; i < outputs; i++) sum += (double)off[i] * off[i];
    free(difference);
    free(off);
    return sum / (double)outputs;
}
