// Quantization-aware training (Jacob et al. 2018): the forward pass sees rounded weights, the backward pass does not.
#include "15-inference/inference.h"

void fake_quantize_forward(float *out, const float *x, enum number_type type, size_t n) {
    for (size_t at = 0; at < n; at += QUANT_BLOCK) {
        // TODO 15.9 fake_quantize_forward: one block to `type` and back
        todo("15.9 fake_quantize_forward");
    }
}

void fake_quantize_backward(float *dx, const float *dout, size_t n) {
    // TODO 15.9 fake_quantize_backward: straight through
    todo("15.9 fake_quantize_backward");
}
