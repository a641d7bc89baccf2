// Quantization-aware training (Jacob et al. 2018): the forward pass sees rounded weights, the backward pass does not.
#include "15-inference/inference.h"

void fake_quantize_forward(float *out, const float *x, enum number_type type, size_t n) {
    for (size_t at = 0; at < n; at += QUANT_BLOCK) {
        // BEGIN SOLUTION 15.9 fake_quantize_forward: one block to `type` and back
        if (type == TYPE_Q8_0) {
            struct block_q8_0 block;
            q8_0_quantize(&block, x + at, QUANT_BLOCK);
            q8_0_dequantize(out + at, &block, QUANT_BLOCK);
        } else {
            struct block_q4_0 block;
            q4_0_quantize(&block, x + at, QUANT_BLOCK);
            q4_0_dequantize(out + at, &block, QUANT_BLOCK);
        }
        // END SOLUTION
    }
}

void fake_quantize_backward(float *dx, const float *dout, size_t n) {
    // BEGIN SOLUTION 15.9 fake_quantize_backward: straight through
    for (size_t i = 0; i < n; i++) dx[i] += dout[i];
    // END SOLUTION
}
