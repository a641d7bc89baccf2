// Would more data help? Train on more and more of it, and watch the error on what was trained on and on what was not.
#include "01-linear-regression/linreg.h"

#include <stdlib.h>

#include "common/common.h"

void learning_curve(float *train_mse, float *validation_mse, const int *sizes, int count, const float *x,
                    const float *y, const int *order, int n, int features, int k, double lambda) {
    int *train = alloc_zeroed(n, sizeof *train), *validation = alloc_zeroed(n, sizeof *validation);
    float *w = alloc_floats(features);
    for (int s = 0; s < count; s++) {
        train_mse[s] = validation_mse[s] = 0;
        for (int fold = 0; fold < k; fold++) {
            // BEGIN SOLUTION 01.13 learning_curve: split, fit sizes[s] of train, add both losses over k
            float b = 0;
            int held = folds_split(train, validation, order, n, k, fold);
            rows_fit(w, &b, x, y, train, sizes[s], features, lambda);
            train_mse[s] += rows_mse(w, b, x, y, train, sizes[s], features) / k;
            validation_mse[s] += rows_mse(w, b, x, y, validation, held, features) / k;
            // END SOLUTION
        }
    }
    free(train), free(validation), free(w);
}
