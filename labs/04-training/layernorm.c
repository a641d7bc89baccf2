// Layer norm and its leaner heir, RMS norm: every row is scaled by what it says about itself.
#include "04-training/training.h"

#include <math.h>

// x, out (B,C); mean, rstd (B); weight, bias (C).
void layernorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C) {
    // TODO 04.8 layernorm_forward: mean and variance along each row, then the output
    todo("04.8 layernorm_forward");
}

// dx, dout, x (B,C); mean, rstd (B); dweight, dbias, weight (C). ADDS to dx, dweight and dbias.
void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C) {
    // TODO 04.8 layernorm_backward: dweight and dbias gather over the rows; dx loses two means along its row
    todo("04.8 layernorm_backward");
}

// x, out (B,C); rstd (B); weight (C).
void rmsnorm_forward(float *out, float *rstd, const float *x, const float *weight, float eps, int B, int C) {
    // TODO 04.9 rmsnorm_forward: the mean square of each row, then the output
    todo("04.9 rmsnorm_forward");
}

// dx, dout, x (B,C); rstd (B); dweight, weight (C). ADDS to dx and dweight.
void rmsnorm_backward(float *dx, float *dweight, const float *dout, const float *x, const float *rstd,
                      const float *weight, int B, int C) {
    // TODO 04.9 rmsnorm_backward: as in layer norm, less the mean that was never taken away
    todo("04.9 rmsnorm_backward");
}
