// Dropout: in training, a random part of the values is missing.
#include "04-training/training.h"

// out, mask, x (n). Draw the numbers one after the other, so that a seed gives the same mask on every machine.
void dropout_forward(float *out, float *mask, const float *x, float p, bool training, struct rng *r, int n) {
    // BEGIN SOLUTION 04.12 dropout_forward: the mask, 0 or 1 / (1 - p), or 1 where nothing is dropped; then the product
    for (int i = 0; i < n; i++) {
        mask[i] = 1;
        if (training) mask[i] = rng_uniform(r) >= p ? 1 / (1 - p) : 0;
        out[i] = x[i] * mask[i];
    }
    // END SOLUTION
}

// dx (n) += dout (n) * mask (n)
void dropout_backward(float *dx, const float *dout, const float *mask, int n) {
    // BEGIN SOLUTION 04.12 dropout_backward: through the same mask
    for (int i = 0; i < n; i++) dx[i] += dout[i] * mask[i];
    // END SOLUTION
}
