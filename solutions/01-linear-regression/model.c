// The linear model: a weighted sum of the features, plus a bias.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

void linreg_forward(float *pred, const float *x, const float *w, float b, int n, int features) {
    // BEGIN SOLUTION 01.3 linreg_forward: pred[i] = b + sum over j of x[i,j] * w[j]
    for (int i = 0; i < n; i++) {
        const float *x_i = x + i * features;  // the row of example i
        float sum = b;
        for (int j = 0; j < features; j++) sum += x_i[j] * w[j];
        pred[i] = sum;
    }
    // END SOLUTION
}

void linreg_backward(float *dw, float *db, const float *dpred, const float *x, int n, int features) {
    // BEGIN SOLUTION 01.4 linreg_backward: every example adds dpred[i] * x[i,j] to dw[j], and dpred[i] to *db
    for (int i = 0; i < n; i++) {
        const float *x_i = x + i * features;
        for (int j = 0; j < features; j++) dw[j] += dpred[i] * x_i[j];
        *db += dpred[i];
    }
    // END SOLUTION
}
