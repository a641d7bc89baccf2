// Features on one scale: mean 0 and standard deviation 1, by numbers that come from the training examples alone.
#include "01-linear-regression/linreg.h"

#include <math.h>

#include "common/common.h"

void standardise_fit(float *mean, float *std, const float *x, int n, int features) {
    // BEGIN SOLUTION 01.8 standardise_fit: first the mean of a column, then its mean squared distance from that mean
    for (int j = 0; j < features; j++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < n; i++) sum += x[i * features + j];
        for (int i = 0; i < n; i++) {
            double distance = x[i * features + j] - sum / n;
            squares += distance * distance;
        }
        mean[j] = (float)(sum / n);
        std[j] = (float)sqrt(squares / n);
        if (std[j] < 1e-6f * fabsf(mean[j]) || std[j] == 0) std[j] = 1;  // equal values, but for the sum's rounding
    }
    // END SOLUTION
}

void standardise_apply(float *x, const float *mean, const float *std, int n, int features) {
    // BEGIN SOLUTION 01.8 standardise_apply: subtract the column's mean, divide by its standard deviation
    for (int i = 0; i < n; i++)
        for (int j = 0; j < features; j++) x[i * features + j] = (x[i * features + j] - mean[j]) / std[j];
    // END SOLUTION
}
