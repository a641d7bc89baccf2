// Products of quantized rows: integers within a block, floats between blocks.
#include "15-inference/half.h"
#include "15-inference/inference.h"

float dot_q8_0(const struct block_q8_0 *w, const struct block_q8_0 *x, size_t n) {
    float sum = 0;
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) {
        // BEGIN SOLUTION 15.3 dot_q8_0: the sum of the integers' products, times both scales
        int whole = 0;
        for (int i = 0; i < QUANT_BLOCK; i++) whole += w[b].q[i] * x[b].q[i];
        sum += half_to_float(w[b].scale) * half_to_float(x[b].scale) * (float)whole;
        // END SOLUTION
    }
    return sum;
}

float dot_q4_0(const struct block_q4_0 *w, const struct block_q8_0 *x, size_t n) {
    float sum = 0;
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) {
        // BEGIN SOLUTION 15.3 dot_q4_0: the same; a byte of w holds numbers i and i + 16
        int whole = 0;
        for (int i = 0; i < QUANT_BLOCK / 2; i++) {
            whole += ((w[b].q[i] & 15) - 8) * x[b].q[i];
            whole += ((w[b].q[i] >> 4) - 8) * x[b].q[i + QUANT_BLOCK / 2];
        }
        sum += half_to_float(w[b].scale) * half_to_float(x[b].scale) * (float)whole;
        // END SOLUTION
    }
    return sum;
}
