// The linear layer: every output is a weighted sum of all inputs plus a bias. Three loops get it right. This is also where
// a network spends its time; section 3.9 of the text says what can be done about that.
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
