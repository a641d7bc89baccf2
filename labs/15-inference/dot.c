// Products of quantized rows: integers within a block, floats between blocks.
#include "15-inference/half.h"
#include "15-inference/inference.h"

float dot_q8_0(const struct block_q8_0 *w, const struct block_q8_0 *x, size_t n) {
    float sum = 0;
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) {
        // TODO 15.3 dot_q8_0: the sum of the integers' products, times both scales
        todo("15.3 dot_q8_0");
    }
    return sum;
}

float dot_q4_0(const struct block_q4_0 *w, const struct block_q8_0 *x, size_t n) {
    float sum = 0;
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) {
        // TODO 15.3 dot_q4_0: the same; a byte of w holds numbers i and i + 16
        todo("15.3 dot_q4_0");
    }
    return sum;
}
