// Numbers in blocks of 32 that share a scale: Q8_0 and Q4_0, as ggml and its files have them.
#include <float.h>
#include <math.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"

// x (32) -> one block.
static void q8_0_block(struct block_q8_0 *out, const float *x) {
    // TODO 15.2 q8_0_quantize: the largest |x|; the scale, kept in F16; every number times 1 / scale, rounded
    todo("15.2 q8_0_quantize");
}

static void q4_0_block(struct block_q4_0 *out, const float *x) {
    // TODO 15.2 q4_0_quantize: the number with the largest |x|, its sign kept; the scale; numbers i and i + 16 share a byte
    todo("15.2 q4_0_quantize");
}

// One block -> out (32).
static void q8_0_numbers(float *out, const struct block_q8_0 *in) {
    // TODO 15.2 q8_0_dequantize: scale times integer
    todo("15.2 q8_0_dequantize");
}

static void q4_0_numbers(float *out, const struct block_q4_0 *in) {
    // TODO 15.2 q4_0_dequantize: low nibbles are the first 16 numbers, high ones the last 16
    todo("15.2 q4_0_dequantize");
}

void q8_0_quantize(struct block_q8_0 *out, const float *x, size_t n) {
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) q8_0_block(&out[b], x + b * QUANT_BLOCK);
}

void q8_0_dequantize(float *out, const struct block_q8_0 *in, size_t n) {
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) q8_0_numbers(out + b * QUANT_BLOCK, &in[b]);
}

void q4_0_quantize(struct block_q4_0 *out, const float *x, size_t n) {
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) q4_0_block(&out[b], x + b * QUANT_BLOCK);
}

void q4_0_dequantize(float *out, const struct block_q4_0 *in, size_t n) {
    for (size_t b = 0; b < n / QUANT_BLOCK; b++) q4_0_numbers(out + b * QUANT_BLOCK, &in[b]);
}
