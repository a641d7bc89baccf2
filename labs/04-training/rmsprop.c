// RMSProp: AdaGrad with a running average in place of the sum, so that old gradients are forgotten.
#include "04-training/training.h"

#include <math.h>

// v (n) = alpha * v + (1 - alpha) * dw^2, then w (n) -= lr * dw / (sqrt(v) + eps)
void rmsprop_step(float *w, float *v, const float *dw, float lr, float alpha, float eps, int n) {
    // TODO 04.3 rmsprop_step: average the squared slope into v, then divide the step by the root of v
    todo("04.3 rmsprop_step");
}
