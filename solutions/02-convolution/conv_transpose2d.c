// Transposed convolution: every input value stamps the kernel onto the output.
#include "02-convolution/conv.h"

void conv_transpose2d_forward(float *out, const float *y, const float *weight, const float *bias, struct conv_shape s) {
    // BEGIN SOLUTION 02.9 conv_transpose2d_forward: start from the bias; then every y[b,o,i,j] adds y * weight[o,c,u,v]
    int OH = conv_out_height(s), OW = conv_out_width(s);  // the size of y
    size_t plane = (size_t)s.H * s.W, kernel = (size_t)s.KH * s.KW;
#pragma omp parallel for collapse(2)
    for (int b = 0; b < s.B; b++)
        for (int c = 0; c < s.C; c++) {
            float *out_bc = out + ((size_t)b * s.C + c) * plane;
            for (size_t p = 0; p < plane; p++) out_bc[p] = bias ? bias[c] : 0;
            for (int o = 0; o < s.O; o++) {
                const float *y_bo = y + ((size_t)b * s.O + o) * OH * OW;
                const float *weight_oc = weight + ((size_t)o * s.C + c) * kernel;
                for (int i = 0; i < OH; i++)
                    for (int j = 0; j < OW; j++)
                        for (int u = 0; u < s.KH; u++)
                            for (int v = 0; v < s.KW; v++) {
                                int row = i * s.stride - s.padding + u * s.dilation;
                                int column = j * s.stride - s.padding + v * s.dilation;
                                if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                                out_bc[row * s.W + column] += y_bo[i * OW + j] * weight_oc[u * s.KW + v];
                            }
            }
        }
    // END SOLUTION
}
