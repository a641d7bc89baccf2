// Convolution as a matrix product: lay every window out as a column, and the kernels become the rows of a matrix.
#include "02-convolution/conv.h"

void im2col(float *cols, const float *x, struct conv_shape s) {
    // BEGIN SOLUTION 02.7 im2col: row (c, u, v) holds what tap (u, v) of channel c reads at every output pixel
    int OH = conv_out_height(s), OW = conv_out_width(s);
#pragma omp parallel for collapse(3)
    for (int c = 0; c < s.C; c++)
        for (int u = 0; u < s.KH; u++)
            for (int v = 0; v < s.KW; v++) {
                float *cols_cuv = cols + (((size_t)c * s.KH + u) * s.KW + v) * OH * OW;
                for (int i = 0; i < OH; i++)
                    for (int j = 0; j < OW; j++) {
                        int row = i * s.stride - s.padding + u * s.dilation;
                        int column = j * s.stride - s.padding + v * s.dilation;
                        bool inside = row >= 0 && row < s.H && column >= 0 && column < s.W;
                        cols_cuv[i * OW + j] = inside ? x[((size_t)c * s.H + row) * s.W + column] : 0;
                    }
            }
    // END SOLUTION
}

// The innermost loop runs along rows of b and out, so it reads memory in order and the compiler can use its vectors.
void im2col_matmul(float *out, const float *a, const float *b, int M, int K, int N) {
#pragma omp parallel for
    for (int m = 0; m < M; m++)
        for (int k = 0; k < K; k++) {
            float a_mk = a[(size_t)m * K + k];
            float *out_m = out + (size_t)m * N;
            const float *b_k = b + (size_t)k * N;
            for (int n = 0; n < N; n++) out_m[n] += a_mk * b_k[n];
        }
}

void conv2d_im2col(float *out, float *cols, const float *x, const float *weight, const float *bias,
                   struct conv_shape s) {
    // BEGIN SOLUTION 02.8 conv2d_im2col: per picture, out_b (O, OH*OW) = bias + weight (O, C*KH*KW) times cols
    int pixels = conv_out_height(s) * conv_out_width(s), taps = s.C * s.KH * s.KW;
    for (int b = 0; b < s.B; b++) {
        float *out_b = out + (size_t)b * s.O * pixels;
        for (int o = 0; o < s.O; o++)
            for (int p = 0; p < pixels; p++) out_b[o * pixels + p] = bias ? bias[o] : 0;
        im2col(cols, x + (size_t)b * s.C * s.H * s.W, s);
        im2col_matmul(out_b, weight, cols, s.O, taps, pixels);
    }
    // END SOLUTION
}
