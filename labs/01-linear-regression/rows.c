// Some of the examples, copied side by side: a mini-batch, a fold, a held-out part.
#include "01-linear-regression/linreg.h"

void rows_gather(float *xs, float *ys, const float *x, const float *y, const int *rows, int m, int features) {
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < features; j++) xs[i * features + j] = x[rows[i] * features + j];
        ys[i] = y[rows[i]];
    }
}
