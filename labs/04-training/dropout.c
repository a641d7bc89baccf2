// Dropout: in training, a random part of the values is missing.
#include "04-training/training.h"

// out, mask, x (n). Draw the numbers one after the other, so that a seed gives the same mask on every machine.
void dropout_forward(float *out, float *mask, const float *x, float p, bool training, struct rng *r, int n) {
    // TODO 04.12 dropout_forward: the mask, 0 or 1 / (1 - p), or 1 where nothing is dropped; then the product
    todo("04.12 dropout_forward");
}

// dx (n) += dout (n) * mask (n)
void dropout_backward(float *dx, const float *dout, const float *mask, int n) {
    // TODO 04.12 dropout_backward: through the same mask
    todo("04.12 dropout_backward");
}
