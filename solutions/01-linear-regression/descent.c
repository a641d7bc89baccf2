// Three ways downhill: a step looks at all the examples, at one, or at a few.
#include "01-linear-regression/linreg.h"

#include <stdlib.h>

#include "common/common.h"

float descent_batch_step(float *w, float *b, const float *x, const float *y, int n, int features, float lr) {
    float *pred = alloc_floats(n), *dpred = alloc_floats(n), *dw = alloc_floats(features);  // all zeros
    float loss = 0;
    // BEGIN SOLUTION 01.5 descent_batch_step: predict, loss, slopes, then w -= lr * dw and b -= lr * db
    float db = 0;
    linreg_forward(pred, x, w, *b, n, features);
    loss = mse_forward(pred, y, n);
    mse_backward(dpred, 1, pred, y, n);
    linreg_backward(dw, &db, dpred, x, n, features);
    for (int j = 0; j < features; j++) w[j] -= lr * dw[j];
    *b -= lr * db;
    // END SOLUTION
    free(pred), free(dpred), free(dw);
    return loss;
}

void descent_stochastic_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                              float lr) {
    // BEGIN SOLUTION 01.6 descent_stochastic_epoch: a step per example; an example is a batch of one
    for (int k = 0; k < n; k++) descent_batch_step(w, b, x + order[k] * features, y + order[k], 1, features, lr);
    // END SOLUTION
}

void descent_minibatch_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                             int batch, float lr) {
    float *xs = alloc_floats((size_t)batch * features), *ys = alloc_floats(batch);  // room for one batch (rows_gather)
    // BEGIN SOLUTION 01.7 descent_minibatch_epoch: gather the next `batch` examples and step; the last may be fewer
    for (int start = 0; start < n; start += batch) {
        int size = n - start < batch ? n - start : batch;
        rows_gather(xs, ys, x, y, order + start, size, features);
        descent_batch_step(w, b, xs, ys, size, features, lr);
    }
    // END SOLUTION
    free(xs), free(ys);
}
