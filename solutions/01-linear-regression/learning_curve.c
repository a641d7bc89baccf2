// Would more data help? Train on more and more of it, and watch the error on what was trained on and on what was not.
#include "01-linear-regression/linreg.h"

#include <stdlib.h>

#include "common/common.h"

// The MSE of the model w, b on the m examples named by rows.
static float mse_on_rows(const float *w, float b, const float *x, const float *y, const int *rows, int m,
                         int features) {
    float *xs = alloc_floats((size_t)m * features), *ys = alloc_floats(m), *pred = alloc_floats(m);
    rows_gather(xs, ys, x, y, rows, m, features);
    linreg_forward(pred, xs, w, b, m, features);
    float loss = mse_forward(pred, ys, m);
    free(xs), free(ys), free(pred);
    return loss;
}

// Fits ridge_fit to the m examples named by rows.
static void fit_to_rows(float *w, float *b, const float *x, const float *y, const int *rows, int m, int features,
                        double lambda) {
    float *xs = alloc_floats((size_t)m * features), *ys = alloc_floats(m);
    rows_gather(xs, ys, x, y, rows, m, features);
    if (!ridge_fit(w, b, xs, ys, m, features, lambda))
        die("learning_curve: no unique fit to %d examples of %d features; give a lambda above %g", m, features, lambda);
    free(xs), free(ys);
}

void learning_curve(float *train_mse, float *validation_mse, const int *sizes, int count, const float *x,
                    const float *y, const int *order, int n, int features, int k, double lambda) {
    int *train = alloc_zeroed(n, sizeof *train), *validation = alloc_zeroed(n, sizeof *validation);
    float *w = alloc_floats(features), b = 0;
    for (int s = 0; s < count; s++) {
        train_mse[s] = validation_mse[s] = 0;
        for (int fold = 0; fold < k; fold++) {
            // BEGIN SOLUTION 01.13 learning_curve: split, fit sizes[s] of train, add both losses over k
            int held = folds_split(train, validation, order, n, k, fold);
            fit_to_rows(w, &b, x, y, train, sizes[s], features, lambda);
            train_mse[s] += mse_on_rows(w, b, x, y, train, sizes[s], features) / k;
            validation_mse[s] += mse_on_rows(w, b, x, y, validation, held, features) / k;
            // END SOLUTION
        }
    }
    free(train), free(validation), free(w);
}
