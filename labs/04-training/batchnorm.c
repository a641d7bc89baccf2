// Batch norm: every channel is centred and scaled by what the batch says about it.
#include "04-training/training.h"

#include <math.h>
#include <stdlib.h>

// x, out (B,C); all the rest (C). The rows of x are x + b * C.
void batchnorm_forward(float *out, float *mean, float *rstd, float *running_mean, float *running_var, const float *x,
                       const float *weight, const float *bias, float momentum, float eps, int B, int C) {
    if (B < 2) die("batchnorm_forward: a batch of %d has no variance; train with 2 rows or more", B);
    // TODO 04.7 batchnorm_forward: mean and variance down each column, the running ones, then the output
    todo("04.7 batchnorm_forward");
}

// x, out (B,C); all the rest (C). Changes nothing but out.
void batchnorm_eval(float *out, const float *x, const float *running_mean, const float *running_var,
                    const float *weight, const float *bias, float eps, int B, int C) {
    // TODO 04.7 batchnorm_eval: the running statistics in the batch's place
    todo("04.7 batchnorm_eval");
}

// dx, dout, x (B,C); all the rest (C). ADDS to dx, dweight and dbias.
void batchnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C) {
    // TODO 04.7 batchnorm_backward: two sums down each column of dout give dbias, dweight and the two means
    todo("04.7 batchnorm_backward");
}
