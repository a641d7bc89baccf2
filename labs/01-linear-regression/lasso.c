// The lasso by coordinate descent: with all weights but one held, the best value of that one has a formula.
#include "01-linear-regression/linreg.h"

#include <math.h>
#include <stdlib.h>

#include "common/common.h"

float soft_threshold(float z, float t) {
    // TODO 01.12 soft_threshold: three cases: above t, below -t, in between
    todo("01.12 soft_threshold");
}

float lasso_sweep(float *w, float *b, float *residual, const float *x, int n, int features, float lambda) {
    float largest = 0;
    for (int j = 0; j < features; j++) {
        double square = 0;  // (1/n) sum of x[i,j]^2
        for (int i = 0; i < n; i++) square += (double)x[i * features + j] * x[i * features + j] / n;
        if (square == 0) continue;
        // TODO 01.12 lasso_sweep: the new w[j] by soft_threshold, then the residual and `largest` with it
        todo("01.12 lasso_sweep");
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
