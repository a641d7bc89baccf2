// Pooling: one value for every window.
#include "02-convolution/conv.h"

// The largest pixel of the window whose top left corner is (top, left), and its place row*W + column in x_bc (H,W). The
// window may stick out of x_bc.
static float window_max(int *place, const float *x_bc, int top, int left, struct pool_shape s) {
    // BEGIN SOLUTION 02.10 max_pool_forward: the largest of the window's pixels that lie inside, and where it stands
    int best = -1;
    for (int row = top; row < top + s.kernel; row++)
        for (int column = left; column < left + s.kernel; column++) {
            if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
            int here = row * s.W + column;
            if (best < 0 || x_bc[here] > x_bc[best]) best = here;
        }
    *place = best;
    return x_bc[best];
    // END SOLUTION
}

// The mean of the same window.
static float window_mean(const float *x_bc, int top, int left, struct pool_shape s) {
    // BEGIN SOLUTION 02.12 avg_pool_forward: the mean of the window's pixels that lie inside
    float sum = 0;
    int count = 0;
    for (int row = top; row < top + s.kernel; row++)
        for (int column = left; column < left + s.kernel; column++) {
            if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
            sum += x_bc[row * s.W + column];
            count++;
        }
    return sum / (float)count;
    // END SOLUTION
}

void max_pool_forward(float *out, int *argmax, const float *x, struct pool_shape s) {
    int OH = pool_out_height(s), OW = pool_out_width(s);
    size_t at = 0;  // the window's place in out and argmax
    for (int bc = 0; bc < s.B * s.C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++, at++) {
                const float *x_bc = x + (size_t)bc * s.H * s.W;
                int place;
                out[at] = window_max(&place, x_bc, i * s.stride - s.padding, j * s.stride - s.padding, s);
                if (argmax) argmax[at] = place;
            }
}

void avg_pool_forward(float *out, const float *x, struct pool_shape s) {
    int OH = pool_out_height(s), OW = pool_out_width(s);
    size_t at = 0;
    for (int bc = 0; bc < s.B * s.C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++, at++) {
                const float *x_bc = x + (size_t)bc * s.H * s.W;
                out[at] = window_mean(x_bc, i * s.stride - s.padding, j * s.stride - s.padding, s);
            }
}
