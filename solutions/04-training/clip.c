// Gradient clipping: a step may be in any direction, but not of any length.
#include "04-training/training.h"

#include <math.h>

// grads[k] has sizes[k] numbers, k = 0..count-1. Returns the length of all of them together, before clipping.
float clip_grad_norm(float *const *grads, const int *sizes, int count, float max_norm) {
    // BEGIN SOLUTION 04.14 clip_grad_norm: one length over all arrays; if it is too large, one factor for all arrays
    double square = 0;  // in double: a million squares added in float lose their last digits
    for (int k = 0; k < count; k++) {
        for (int i = 0; i < sizes[k]; i++) square += (double)grads[k][i] * grads[k][i];
    }
    const double length = sqrt(square);
    if (length > max_norm) {
        const float factor = (float)(max_norm / (length + 1e-6));
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < sizes[k]; i++) grads[k][i] *= factor;
        }
    }
    return (float)length;
    // END SOLUTION
}
