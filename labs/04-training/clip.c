// Gradient clipping: a step may be in any direction, but not of any length.
#include "04-training/training.h"

#include <math.h>

// grads[k] has sizes[k] numbers, k = 0..count-1. Returns the length of all of them together, before clipping.
float clip_grad_norm(float *const *grads, const int *sizes, int count, float max_norm) {
    // TODO 04.14 clip_grad_norm: one length over all arrays; if it is too large, one factor for all arrays
    todo("04.14 clip_grad_norm");
}
