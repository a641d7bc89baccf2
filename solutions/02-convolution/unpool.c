// Max-unpooling: put maxima back where they stood.
#include "02-convolution/conv.h"

void max_unpool_forward(float *out, const float *y, const int *argmax, struct pool_shape s) {
    // BEGIN SOLUTION 02.11 max_unpool_forward: zeros, and in every plane each maximum at the place that argmax tells
    int pooled = pool_out_height(s) * pool_out_width(s), plane = s.H * s.W;
    for (int bc = 0; bc < s.B * s.C; bc++) {
        float *out_bc = out + (size_t)bc * plane;
        for (int p = 0; p < plane; p++) out_bc[p] = 0;
        for (int k = 0; k < pooled; k++) out_bc[argmax[(size_t)bc * pooled + k]] = y[(size_t)bc * pooled + k];
    }
    // END SOLUTION
}
