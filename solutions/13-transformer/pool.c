// A text is many rows; a verdict about the whole text wants one.
#include <string.h>

#include "13-transformer/models.h"

void pool_forward(float *out, const float *x, enum pooling pooling, const int *length, int B, int T, int C) {
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 13.14 pool_forward: out[b,:] = the first row of text b, or the mean of its real rows (all T, if length is NULL)
        const float *x_b = x + (size_t)b * T * C;
        float *out_b = out + (size_t)b * C;
        int rows = pooling == POOL_FIRST ? 1 : length ? length[b] : T;
        memset(out_b, 0, (size_t)C * sizeof(float));
        for (int t = 0; t < rows; t++)
            for (int c = 0; c < C; c++) out_b[c] += x_b[(size_t)t * C + c] / (float)rows;
        // END SOLUTION
    }
}

void pool_backward(float *dx, const float *dout, enum pooling pooling, const int *length, int B, int T, int C) {
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 13.14 pool_backward: dx[b,t,:] = dout[b,:], times the share that row t had in the result
        const float *dout_b = dout + (size_t)b * C;
        float *dx_b = dx + (size_t)b * T * C;
        int rows = pooling == POOL_FIRST ? 1 : length ? length[b] : T;
        memset(dx_b, 0, (size_t)T * C * sizeof(float));
        for (int t = 0; t < rows; t++)
            for (int c = 0; c < C; c++) dx_b[(size_t)t * C + c] = dout_b[c] / (float)rows;
        // END SOLUTION
    }
}
