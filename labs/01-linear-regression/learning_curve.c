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
            // TODO 01.13 learning_curve: split, fit sizes[s] of train, add both losses over k
            todo("01.13 learning_curve");
        }
    }
    free(train), free(validation), free(w);
}
