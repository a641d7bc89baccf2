// Softmax: a row of scores becomes a row of probabilities. Unlike an activation it mixes the whole row: raise one score
// and every other probability falls.
#include "03-backprop/backprop.h"

#include <math.h>

// e^89 is more than a float holds. Subtracting the row's largest score first changes no probability, since it
// multiplies numerator and denominator by the same e^-max, and leaves no exponent above 0.
void softmax_forward(float *out, const float *x, int B, int C) {
    // BEGIN SOLUTION 03.5 softmax_forward: per row: subtract the maximum, exponentiate, divide by the sum
    for (int b = 0; b < B; b++) {
        const float *x_b = x + (size_t)b * C;
        float *out_b = out + (size_t)b * C;
        float max = x_b[0];
        for (int c = 1; c < C; c++) max = fmaxf(max, x_b[c]);
        float sum = 0.0f;
        for (int c = 0; c < C; c++) {
            out_b[c] = expf(x_b[c] - max);
            sum += out_b[c];
        }
        for (int c = 0; c < C; c++) out_b[c] /= sum;
    }
    // END SOLUTION
}

// Every out[c] depends on every x[k] of its row, so dx[k] is a sum over c. Done on paper first, the sum is the same for
// all k but for one factor, and no C x C matrix appears.
void softmax_backward(float *dx, const float *dout, const float *out, int B, int C) {
    // BEGIN SOLUTION 03.5 softmax_backward: per row: dx[k] += sum over c of dout[c] times the slope of out[c] in x[k]
    // d out[c] / d x[k] = out[c] ((c == k) - out[k]), so dx[k] = out[k] (dout[k] - sum_c dout[c] out[c])
    for (int b = 0; b < B; b++) {
        const float *out_b = out + (size_t)b * C, *dout_b = dout + (size_t)b * C;
        float *dx_b = dx + (size_t)b * C;
        float mean = 0.0f;
        for (int c = 0; c < C; c++) mean += dout_b[c] * out_b[c];
        for (int c = 0; c < C; c++) dx_b[c] += out_b[c] * (dout_b[c] - mean);
    }
    // END SOLUTION
}
