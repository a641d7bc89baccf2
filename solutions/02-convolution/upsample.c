// Upsampling without weights: repeat pixels, or mix neighbours.
#include "02-convolution/conv.h"

void upsample_nearest_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW) {
    for (int bc = 0; bc < B * C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++) {
                const float *x_bc = x + (size_t)bc * H * W;
                float *out_bcij = out + ((size_t)bc * OH + i) * OW + j;
                // BEGIN SOLUTION 02.13 upsample_nearest_forward: *out_bcij is the pixel of x_bc at the same relative
                // place
                int row = (int)((int64_t)i * H / OH), column = (int)((int64_t)j * W / OW);
                *out_bcij = x_bc[row * W + column];
                // END SOLUTION
            }
}

// Where pixel i of size OUT lies among the pixels of size IN: between pixels *low and *high, *share of the way.
static void place(int *low, int *high, float *share, int i, int in, int out) {
    // BEGIN SOLUTION 02.14 upsample_bilinear_forward: (i + 1/2)*in/out - 1/2, held within 0..in-1, split into whole and
    // part
    float at = ((float)i + 0.5f) * (float)in / (float)out - 0.5f;
    if (at < 0) at = 0;
    if (at > (float)(in - 1)) at = (float)(in - 1);
    *low = (int)at;
    *high = *low + 1 < in ? *low + 1 : *low;
    *share = at - (float)*low;
    // END SOLUTION
}

void upsample_bilinear_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW) {
    for (int i = 0; i < OH; i++)
        for (int j = 0; j < OW; j++) {
            int top, bottom, left, right;
            float down, across;  // shares of the bottom row and of the right column
            place(&top, &bottom, &down, i, H, OH);
            place(&left, &right, &across, j, W, OW);
            for (int bc = 0; bc < B * C; bc++) {
                const float *x_bc = x + (size_t)bc * H * W;
                float *out_bcij = out + ((size_t)bc * OH + i) * OW + j;
                // BEGIN SOLUTION 02.14 upsample_bilinear_forward: mix the four pixels around the place
                float above = (1 - across) * x_bc[top * W + left] + across * x_bc[top * W + right];
                float below = (1 - across) * x_bc[bottom * W + left] + across * x_bc[bottom * W + right];
                *out_bcij = (1 - down) * above + down * below;
                // END SOLUTION
            }
        }
}
