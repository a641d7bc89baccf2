// Upsampling without weights: repeat pixels, or mix neighbours.
#include "02-convolution/conv.h"

// Which of `in` pixels covers pixel i of `out`, along one axis.
static int nearest(int i, int in, int out) {
    // BEGIN SOLUTION 02.13 upsample_nearest_forward: floor(i*in/out)
    return (int)((int64_t)i * in / out);
    // END SOLUTION
}

void upsample_nearest_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW) {
    for (int bc = 0; bc < B * C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++) {
                const float *x_bc = x + (size_t)bc * H * W;
                out[((size_t)bc * OH + i) * OW + j] = x_bc[nearest(i, H, OH) * W + nearest(j, W, OW)];
            }
}

// Where the middle of pixel i of `out` lies among the middles of `in` pixels, along one axis: at *low, and *share of
// the way (0 <= *share < 1) to *high, its neighbour; *high is *low at the end of the axis.
static void between(int *low, int *high, float *share, int i, int in, int out) {
    // BEGIN SOLUTION 02.14 upsample_bilinear_forward: (i + 1/2)*in/out - 1/2, held within 0..in-1, as *low + *share
    float at = ((float)i + 0.5f) * (float)in / (float)out - 0.5f;
    if (at < 0) at = 0;
    if (at > (float)(in - 1)) at = (float)(in - 1);
    *low = (int)at;
    *high = *low + 1 < in ? *low + 1 : *low;
    *share = at - (float)*low;
    // END SOLUTION
}

// The mix of four pixels, two of the upper and two of the lower row: `down` is the lower row's share, `across` the
// right column's.
static float mix(const float *upper, const float *lower, int left, int right, float down, float across) {
    // BEGIN SOLUTION 02.14 upsample_bilinear_forward: mix along both rows, then the two results
    float above = (1 - across) * upper[left] + across * upper[right];
    float below = (1 - across) * lower[left] + across * lower[right];
    return (1 - down) * above + down * below;
    // END SOLUTION
}

void upsample_bilinear_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW) {
    for (int bc = 0; bc < B * C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++) {
                const float *x_bc = x + (size_t)bc * H * W;
                int top, bottom, left, right;
                float down, across;
                between(&top, &bottom, &down, i, H, OH);
                between(&left, &right, &across, j, W, OW);
                out[((size_t)bc * OH + i) * OW + j] = mix(x_bc + top * W, x_bc + bottom * W, left, right, down, across);
            }
}
