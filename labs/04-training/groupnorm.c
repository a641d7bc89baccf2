// Group norm: between layer norm (one group) and instance norm (every channel a group). C/G channels of S positions lie
// next to each other in memory, so group g of row b is a stretch of C/G * S numbers.
#include "04-training/training.h"

#include <math.h>

// x, out (B,C,S); mean, rstd (B,G); weight, bias (C). Channel c belongs to group c / (C/G).
void groupnorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C, int S, int G) {
    // TODO 04.10 groupnorm_forward: mean and variance of each stretch; weight and bias by channel
    todo("04.10 groupnorm_forward");
}

// dx, dout, x (B,C,S); mean, rstd (B,G); dweight, dbias, weight (C). ADDS to dx, dweight and dbias.
void groupnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C, int S, int G) {
    // TODO 04.10 groupnorm_backward: layer norm's lines on each stretch, with the channel's weight
    todo("04.10 groupnorm_backward");
}

// As groupnorm_forward, with mean and rstd (B,C).
void instancenorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                          float eps, int B, int C, int S) {
    // TODO 04.10 instancenorm_forward: one line, with what you have
    todo("04.10 instancenorm_forward");
}

// As groupnorm_backward, with mean and rstd (B,C).
void instancenorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                           const float *mean, const float *rstd, const float *weight, int B, int C, int S) {
    // TODO 04.10 instancenorm_backward: one line, with what you have
    todo("04.10 instancenorm_backward");
}
