// AdaGrad: a weight that has seen large gradients takes smaller steps, for good.
#include "04-training/training.h"

#include <math.h>

// sum (n) += dw^2, then w (n) -= lr * dw / (sqrt(sum) + eps)
void adagrad_step(float *w, float *sum, const float *dw, float lr, float eps, int n) {
    // TODO 04.2 adagrad_step: add the squared slope to sum, then divide the step by the root of sum
    todo("04.2 adagrad_step");
}
