// The linear model: a weighted sum of the features, plus a bias.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

void linreg_forward(float *pred, const float *x, const float *w, float b, int n, int features) {
    // TODO 01.3 linreg_forward: pred[i] = b + sum over j of x[i,j] * w[j]
    todo("01.3 linreg_forward");
}

void linreg_backward(float *dw, float *db, const float *dpred, const float *x, int n, int features) {
    // TODO 01.4 linreg_backward: every example adds dpred[i] * x[i,j] to dw[j], and dpred[i] to *db
    todo("01.4 linreg_backward");
}
