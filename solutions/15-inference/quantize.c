// Numbers in blocks of 32 that share a scale: Q8_0 and Q4_0, as ggml and its files have them.
#include <float.h>
#include <math.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"

// x (32) -> one block.
static void q8_0_block(struct block_q8_0 *out, const float *x) {
    // BEGIN SOLUTION 15.2 q8_0_quantize: the largest |x|; the scale, kept in F16; every number times 1 / scale, rounded
    float largest = 0;
    for (int i = 0; i < QUANT_BLOCK; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    const float scale = largest / 127;
    const float inverse = scale < FLT_MIN ? 0.0f : 1 / scale;  // of smaller ones the inverse may be infinite
    out->scale = float_to_half(scale);
    for (int i = 0; i < QUANT_BLOCK; i++) out->q[i] = (int8_t)roundf(x[i] * inverse);
    // END SOLUTION
}

static void q4_0_block(struct block_q4_0 *out, const float *x) {
    // BEGIN SOLUTION 15.2 q4_0_quantize: the number with the largest |x|, its sign kept; the scale; numbers i and i + 16 share a byte
    float m = 0;
    for (int i = 0; i < QUANT_BLOCK; i++) m = fabsf(x[i]) > fabsf(m) ? x[i] : m;
    const float scale = m / -8;
    const float inverse = fabsf(scale) < FLT_MIN ? 0.0f : 1 / scale;
    out->scale = float_to_half(scale);
    int nibble[QUANT_BLOCK];
    for (int i = 0; i < QUANT_BLOCK; i++) {
        nibble[i] = (int)(x[i] * inverse + 8.5f);  // never below 0: cutting off is floor
        if (nibble[i] > 15) nibble[i] = 15;
    }
    for (int i = 0; i < QUANT_BLOCK / 2; i++) out->q[i] = (uint8_t)(nibble[i] | nibble[i + QUANT_BLOCK / 2] << 4);
    // END SOLUTION
}

// One block -> out (32).
static void q8_0_numbers(float *out, const struct block_q8_0 *in) {
    // BEGIN SOLUTION 15.2 q8_0_dequantize: scale times integer
    const float scale = half_to_float(in->scale);
    for (int i = 0; i < QUANT_BLOCK; i++) out[i] = scale * in->q[i];
    // END SOLUTION
}

static void q4_0_numbers(float *out, const struct block_q4_0 *in) {
    // BEGIN SOLUTION 15.2 q4_0_dequantize: low nibbles are the first 16 numbers, high ones the last 16
    const float scale = half_to_float(in->scale);
    for (int i = 0; i < QUANT_BLOCK / 2; i++) {
        out[i] = scale * ((in->q[i] & 15) - 8);
        out[i + QUANT_BLOCK / 2] = scale * ((in->q[i] >> 4) - 8);
    }
    // END SOLUTION
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
