// Batch norm: every channel is centred and scaled by what the batch says about it.
#include "04-training/training.h"

#include <math.h>
#include <stdlib.h>

// x, out (B,C); all the rest (C). The rows of x are x + b * C.
void batchnorm_forward(float *out, float *mean, float *rstd, float *running_mean, float *running_var, const float *x,
                       const float *weight, const float *bias, float momentum, float eps, int B, int C) {
    if (B < 2) die("batchnorm_forward: a batch of %d has no variance; train with 2 rows or more", B);
    // BEGIN SOLUTION 04.7 batchnorm_forward: mean and variance down each column, the running ones, then the output
    double *sum = alloc_doubles(C), *square = alloc_doubles(C);
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) sum[c] += x[b * C + c];
    }
    for (int c = 0; c < C; c++) mean[c] = (float)(sum[c] / B);
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) square[c] += (double)(x[b * C + c] - mean[c]) * (x[b * C + c] - mean[c]);
    }
    for (int c = 0; c < C; c++) {
        rstd[c] = (float)(1 / sqrt(square[c] / B + eps));
        running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean[c];
        running_var[c] = (1 - momentum) * running_var[c] + momentum * (float)(square[c] / (B - 1));
    }
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) out[b * C + c] = (x[b * C + c] - mean[c]) * rstd[c] * weight[c] + bias[c];
    }
    free(sum);
    free(square);
    // END SOLUTION
}

// x, out (B,C); all the rest (C). Changes nothing but out.
void batchnorm_eval(float *out, const float *x, const float *running_mean, const float *running_var,
                    const float *weight, const float *bias, float eps, int B, int C) {
    // BEGIN SOLUTION 04.7 batchnorm_eval: the running statistics in the batch's place
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) {
            const float normal = (x[b * C + c] - running_mean[c]) / sqrtf(running_var[c] + eps);
            out[b * C + c] = normal * weight[c] + bias[c];
        }
    }
    // END SOLUTION
}

// dx, dout, x (B,C); all the rest (C). ADDS to dx, dweight and dbias.
void batchnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C) {
    // BEGIN SOLUTION 04.7 batchnorm_backward: two sums down each column of dout give dbias, dweight and the two means
    double *sum = alloc_doubles(C), *sum_normal = alloc_doubles(C);  // of dout, and of dout times the normalized x
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) {
            const float normal = (x[b * C + c] - mean[c]) * rstd[c];
            sum[c] += dout[b * C + c];
            sum_normal[c] += dout[b * C + c] * normal;
        }
    }
    for (int c = 0; c < C; c++) {
        dbias[c] += (float)sum[c];
        dweight[c] += (float)sum_normal[c];
    }
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) {
            const float normal = (x[b * C + c] - mean[c]) * rstd[c];
            const float own = dout[b * C + c] - (float)(sum[c] / B) - normal * (float)(sum_normal[c] / B);
            dx[b * C + c] += weight[c] * rstd[c] * own;
        }
    }
    free(sum);
    free(sum_normal);
    // END SOLUTION
}
