// Softmax: a row of scores becomes a row of probabilities. Unlike an activation it mixes the whole row: raise one score
// and every other probability falls.
#include "03-backprop/backprop.h"

#include <math.h>

// e^89 is more than a float holds. Subtracting the row's largest score first changes no probability, since it
// multiplies numerator and denominator by the same e^-max, and leaves no exponent above 0.
void softmax_forward(float *out, const float *x, int B, int C) {
    // TODO 03.5 softmax_forward: per row: subtract the maximum, exponentiate, divide by the sum
    todo("03.5 softmax_forward");
}

// Every out[c] depends on every x[k] of its row, so dx[k] is a sum over c. Done on paper first, the sum is the same for
// all k but for one factor, and no C x C matrix appears.
void softmax_backward(float *dx, const float *dout, const float *out, int B, int C) {
    // TODO 03.5 softmax_backward: per row: dx[k] += sum over c of dout[c] times the slope of out[c] in x[k]
    todo("03.5 softmax_backward");
}
