// Some of the examples: a mini-batch, a fold, a held-out part.
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "common/common.h"

void rows_gather(float *xs, float *ys, const float *x, const float *y, const int *rows, int m, int features) {
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < features; j++) xs[i * features + j] = x[rows[i] * features + j];
        ys[i] = y[rows[i]];
    }
}

void rows_fit(float *w, float *b, const float *x, const float *y, const int *rows, int m, int features, double lambda) {
    float *xs = alloc_floats((size_t)m * features), *ys = alloc_floats(m);
    rows_gather(xs, ys, x, y, rows, m, features);
    if (!ridge_fit(w, b, xs, ys, m, features, lambda))
        die("ridge: no single best fit of %d features to %d examples; give a lambda above %g", features, m, lambda);
    free(xs), free(ys);
}

float rows_mse(const float *w, float b, const float *x, const float *y, const int *rows, int m, int features) {
    float *xs = alloc_floats((size_t)m * features), *ys = alloc_floats(m), *pred = alloc_floats(m);
    rows_gather(xs, ys, x, y, rows, m, features);
    linreg_forward(pred, xs, w, b, m, features);
    float loss = mse_forward(pred, ys, m);
    free(xs), free(ys), free(pred);
    return loss;
}
