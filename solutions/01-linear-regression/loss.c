// How wrong are the predictions? The mean squared error, its slope, and a score that has no unit.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

float mse_forward(const float *pred, const float *target, int n) {
    // BEGIN SOLUTION 01.1 mse_forward: the mean of the squared errors
    double sum = 0;  // in double, so that a long sum of small squares loses nothing
    for (int i = 0; i < n; i++) {
        double error = pred[i] - target[i];
        sum += error * error;
    }
    return (float)(sum / n);
    // END SOLUTION
}

void mse_backward(float *dpred, float dloss, const float *pred, const float *target, int n) {
    // BEGIN SOLUTION 01.2 mse_backward: the slope of the mean squared error, added to dpred (+=)
    for (int i = 0; i < n; i++) dpred[i] += dloss * 2 / n * (pred[i] - target[i]);
    // END SOLUTION
}

float r_squared(const float *pred, const float *target, int n) {
    // BEGIN SOLUTION 01.8 r_squared: 1 - (squared errors of pred) / (squared errors of always saying the mean)
    double mean = 0, residual = 0, total = 0;
    for (int i = 0; i < n; i++) mean += (double)target[i] / n;
    for (int i = 0; i < n; i++) {
        residual += ((double)target[i] - pred[i]) * ((double)target[i] - pred[i]);
        total += (target[i] - mean) * (target[i] - mean);
    }
    return (float)(1 - residual / total);
    // END SOLUTION
}
