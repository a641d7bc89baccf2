// The linear layer: every output is a weighted sum of all inputs plus a bias. This is where a network spends its time,
// so the three products below are cut into panels that stay in the cache and small blocks that stay in registers: a
// number that has been fetched is used several times before the next one is. Threads share out panels of the result,
// and every sum has one fixed order, so that one thread and many give the same bits. (Chapter 09 finds the remaining
// factor of two.)
#include "03-backprop/backprop.h"

void linear_forward(float *out, const float *x, const float *weight, const float *bias, int B, int I, int O) {
    // TODO 03.7 linear_forward: out[b,o] = sum_i x[b,i] weight[o,i] + bias[o]
    todo("03.7 linear_forward");
}

void linear_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *weight,
                     int B, int I, int O) {
    // TODO 03.8 linear_backward: dx += dout weight, dweight += dout^T x, dbias += dout summed over the rows
    todo("03.8 linear_backward");
}
