// The lasso by coordinate descent: with all weights but one held, the best value of that one has a formula.
#include "01-linear-regression/linreg.h"

#include <math.h>
#include <stdlib.h>

#include "common/common.h"

float soft_threshold(float z, float t) {
    // BEGIN SOLUTION 01.12 soft_threshold: three cases: above t, below -t, in between
    if (z > t) return z - t;
    if (z < -t) return z + t;
    return 0;
    // END SOLUTION
}

float lasso_sweep(float *w, float *b, float *residual, const float *x, int n, int features, float lambda) {
    float largest = 0;
    for (int j = 0; j < features; j++) {
        double square = 0;  // (1/n) sum of x[i,j]^2
        for (int i = 0; i < n; i++) square += (double)x[i * features + j] * x[i * features + j] / n;
        if (square == 0) continue;
        // BEGIN SOLUTION 01.12 lasso_sweep: the new w[j] by soft_threshold, then the residual and `largest` with it
        double vote = 0;  // (1/n) sum of x[i,j] * residual[i]
        for (int i = 0; i < n; i++) vote += (double)x[i * features + j] * residual[i] / n;
        float change = soft_threshold((float)(vote + square * w[j]), lambda / 2) / (float)square - w[j];
        w[j] += change;
        for (int i = 0; i < n; i++) residual[i] -= change * x[i * features + j];
        largest = fmaxf(largest, fabsf(change));
        // END SOLUTION
    }
    double mean = 0;  // the bias pays nothing: it takes what is left on average
    for (int i = 0; i < n; i++) mean += (double)residual[i] / n;
    for (int i = 0; i < n; i++) residual[i] -= (float)mean;
    *b += (float)mean;
    return largest;
}

int lasso_fit(float *w, float *b, const float *x, const float *y, int n, int features, float lambda, float tolerance,
              int max_sweeps) {
    float *residual = alloc_floats(n);
    linreg_forward(residual, x, w, *b, n, features);
    for (int i = 0; i < n; i++) residual[i] = y[i] - residual[i];
    int sweeps = 0;
    while (sweeps < max_sweeps) {
        sweeps++;
        if (lasso_sweep(w, b, residual, x, n, features, lambda) <= tolerance) break;
    }
    free(residual);
    return sweeps;
}
