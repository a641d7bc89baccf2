// A matrix that does not learn. In NF4 it is turned to floats a strip at a time, used, and forgotten: what is kept is
// an eighth of the floats.
#include <stdlib.h>
#include <string.h>

#include "09-matmul-cpu/matmul.h"
#include "17-lora/lora.h"

void frozen_forward(float *out, const float *x, const struct frozen *f, const float *bias, int N) {
    if (f->w) {
        projection_forward(out, x, f->w, bias, N, f->I, f->O);
        return;
    }
    float *strip = alloc_floats((size_t)FROZEN_STRIP * f->I);  // (rows,I): rows first .. first + rows - 1 of the matrix
    for (int n = 0; bias && n < N; n++) memcpy(out + (size_t)n * f->O, bias, (size_t)f->O * sizeof(float));
    for (int first = 0; first < f->O; first += FROZEN_STRIP) {
        // BEGIN SOLUTION 17.4 frozen_forward: up to 128 rows, from `first` on, as floats; x strip^T into (or, with a bias, onto) their columns of out
        const int rows = min_int(FROZEN_STRIP, f->O - first);
        nf4_dequantize(strip, f->q + (size_t)first * f->I / NF4_BLOCK, (size_t)rows * f->I);
        matmul(MATMUL_NT, N, rows, f->I, 1, x, f->I, strip, f->I, bias ? 1 : 0, out + first, f->O);
        // END SOLUTION
    }
    free(strip);
}

void frozen_backward(float *dx, const float *dout, const struct frozen *f, int N) {
    if (f->w) {
        // BEGIN SOLUTION 17.4 frozen_backward: of floats, dx = dout w in one product
        matmul(MATMUL_NN, N, f->I, f->O, 1, dout, f->O, f->w, f->I, 0, dx, f->I);
        // END SOLUTION
        return;
    }
    float *strip = alloc_floats((size_t)FROZEN_STRIP * f->I);
    for (int first = 0; first < f->O; first += FROZEN_STRIP) {
        // BEGIN SOLUTION 17.4 frozen_backward: dx is the sum over the strips of (their columns of dout) strip
        const int rows = min_int(FROZEN_STRIP, f->O - first);
        nf4_dequantize(strip, f->q + (size_t)first * f->I / NF4_BLOCK, (size_t)rows * f->I);
        matmul(MATMUL_NN, N, f->I, rows, 1, dout + first, f->O, strip, f->I, first > 0 ? 1 : 0, dx, f->I);
        // END SOLUTION
    }
    free(strip);
}
