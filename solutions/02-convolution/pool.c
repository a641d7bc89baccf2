// Pooling: one value for every window.
#include "02-convolution/conv.h"

void max_pool_forward(float *out, int *argmax, const float *x, struct pool_shape s) {
    int OH = pool_out_height(s), OW = pool_out_width(s);
    for (int bc = 0; bc < s.B * s.C; bc++) {
        const float *x_bc = x + (size_t)bc * s.H * s.W;
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++) {
                size_t at = ((size_t)bc * OH + i) * OW + j;  // of this window in out and argmax
                // BEGIN SOLUTION 02.10 max_pool_forward: the window's largest pixel of x_bc, and its place row*W +
                // column
                int best = -1;
                for (int u = 0; u < s.kernel; u++)
                    for (int v = 0; v < s.kernel; v++) {
                        int row = i * s.stride - s.padding + u, column = j * s.stride - s.padding + v;
                        if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                        int place = row * s.W + column;
                        if (best < 0 || x_bc[place] > x_bc[best]) best = place;
                    }
                out[at] = x_bc[best];
                if (argmax) argmax[at] = best;
                // END SOLUTION
            }
    }
}

void avg_pool_forward(float *out, const float *x, struct pool_shape s) {
    int OH = pool_out_height(s), OW = pool_out_width(s);
    for (int bc = 0; bc < s.B * s.C; bc++) {
        const float *x_bc = x + (size_t)bc * s.H * s.W;
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++) {
                size_t at = ((size_t)bc * OH + i) * OW + j;
                // BEGIN SOLUTION 02.12 avg_pool_forward: the mean of the pixels that the window really holds
                float sum = 0;
                int count = 0;
                for (int u = 0; u < s.kernel; u++)
                    for (int v = 0; v < s.kernel; v++) {
                        int row = i * s.stride - s.padding + u, column = j * s.stride - s.padding + v;
                        if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                        sum += x_bc[row * s.W + column];
                        count++;
                    }
                out[at] = sum / (float)count;
                // END SOLUTION
            }
    }
}
