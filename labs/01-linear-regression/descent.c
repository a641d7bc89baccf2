// Three ways downhill: a step looks at all the examples, at one, or at a few.
#include "01-linear-regression/linreg.h"

#include <stdlib.h>

#include "common/common.h"

float descent_batch_step(float *w, float *b, const float *x, const float *y, int n, int features, float lr) {
    float *pred = alloc_floats(n), *dpred = alloc_floats(n), *dw = alloc_floats(features);  // all zeros
    float loss = 0;
    // TODO 01.5 descent_batch_step: predict, loss, slopes, then w -= lr * dw and b -= lr * db
    todo("01.5 descent_batch_step");
    free(pred), free(dpred), free(dw);
    return loss;
}

void descent_stochastic_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                              float lr) {
    // TODO 01.6 descent_stochastic_epoch: a step per example; an example is a batch of one
    todo("01.6 descent_stochastic_epoch");
}

void descent_minibatch_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                             int batch, float lr) {
    float *xs = alloc_floats((size_t)batch * features), *ys = alloc_floats(batch);  // room for one batch (rows_gather)
    // TODO 01.7 descent_minibatch_epoch: gather the next `batch` examples and step; the last may be fewer
    todo("01.7 descent_minibatch_epoch");
    free(xs), free(ys);
}
