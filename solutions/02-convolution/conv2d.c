// Convolution by its definition: one weighted sum per output value.
#include "02-convolution/conv.h"

void conv2d_forward(float *out, const float *x, const float *weight, const float *bias, struct conv_shape s) {
    // BEGIN SOLUTION 02.6 conv2d_forward: for every b, o, i, j: the bias and the sum over c, u, v of weight times pixel
    int OH = conv_out_height(s), OW = conv_out_width(s);
    size_t plane = (size_t)s.H * s.W;     // values of one input channel
    size_t kernel = (size_t)s.KH * s.KW;  // weights of one kernel
#pragma omp parallel for collapse(2)
    for (int b = 0; b < s.B; b++)
        for (int o = 0; o < s.O; o++) {
            const float *x_b = x + b * s.C * plane;
            const float *weight_o = weight + o * s.C * kernel;
            float *out_bo = out + ((size_t)b * s.O + o) * OH * OW;
            for (int i = 0; i < OH; i++)
                for (int j = 0; j < OW; j++) {
                    float sum = bias ? bias[o] : 0;
                    for (int c = 0; c < s.C; c++)
                        for (int u = 0; u < s.KH; u++)
                            for (int v = 0; v < s.KW; v++) {
                                int row = i * s.stride - s.padding + u * s.dilation;
                                int column = j * s.stride - s.padding + v * s.dilation;
                                if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                                sum += weight_o[c * kernel + u * s.KW + v] * x_b[c * plane + row * s.W + column];
                            }
                    out_bo[i * OW + j] = sum;
                }
        }
    // END SOLUTION
}
