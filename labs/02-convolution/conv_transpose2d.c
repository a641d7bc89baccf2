// Transposed convolution: every input value stamps the kernel onto the output.
#include "02-convolution/conv.h"

void conv_transpose2d_forward(float *out, const float *y, const float *weight, const float *bias, struct conv_shape s) {
    // TODO 02.9 conv_transpose2d_forward: start from the bias; then every y[b,o,i,j] adds y * weight[o,c,u,v]
    todo("02.9 conv_transpose2d_forward");
}
