// Convolution as a matrix product: lay every window out as a column, and the kernels become the rows of a matrix.
#include "02-convolution/conv.h"

void im2col(float *cols, const float *x, struct conv_shape s) {
    // TODO 02.7 im2col: row (c, u, v) holds what tap (u, v) of channel c reads at every output pixel
    todo("02.7 im2col");
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
    // TODO 02.8 conv2d_im2col: per picture, out_b (O, OH*OW) = bias + weight (O, C*KH*KW) times cols
    todo("02.8 conv2d_im2col");
}
