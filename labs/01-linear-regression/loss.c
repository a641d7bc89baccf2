// How wrong are the predictions? The mean squared error, its slope, and a score that has no unit.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

float mse_forward(const float *pred, const float *target, int n) {
    // TODO 01.1 mse_forward: the mean of the squared errors
    todo("01.1 mse_forward");
}

void mse_backward(float *dpred, float dloss, const float *pred, const float *target, int n) {
    // TODO 01.2 mse_backward: the slope of the mean squared error, added to dpred (+=)
    todo("01.2 mse_backward");
}

float r_squared(const float *pred, const float *target, int n) {
    // TODO 01.8 r_squared: 1 - (squared errors of pred) / (squared errors of always saying the mean)
    todo("01.8 r_squared");
}
