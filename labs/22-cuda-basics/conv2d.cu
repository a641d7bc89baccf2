// Convolution of one picture with one filter: a stencil in two directions. A tile of 16 x 16 results needs a tile of
// (16 + K - 1) x (16 + K - 1) pixels, which is read once instead of K*K times.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__constant__ float conv_filter[CONV_MAX * CONV_MAX];

static void load_filter(const float *weight, int K) {
    CUDA_CHECK(cudaMemcpyToSymbol(conv_filter, weight, K * K * sizeof *weight));
}

__global__ void conv2d_naive_kernel(float *out, const float *x, int H, int W, int K) {
    int i = blockIdx.y * CONV_TILE + threadIdx.y, j = blockIdx.x * CONV_TILE + threadIdx.x;
    if (i >= H || j >= W) return;
    float sum = 0;
    for (int u = 0; u < K; u++)
        for (int v = 0; v < K; v++) {
            int r = i - K / 2 + u, c = j - K / 2 + v;
            if (r >= 0 && r < H && c >= 0 && c < W) sum += conv_filter[u * K + v] * x[r * W + c];
        }
    out[i * W + j] = sum;
}

void conv2d_naive(float *out, const float *x, const float *weight, int H, int W, int K) {
    load_filter(weight, K);
    dim3 grid((W + CONV_TILE - 1) / CONV_TILE, (H + CONV_TILE - 1) / CONV_TILE), block(CONV_TILE, CONV_TILE);
    conv2d_naive_kernel<<<grid, block>>>(out, x, H, W, K);
    CUDA_CHECK(cudaGetLastError());
}

// A warp is two rows of 16 threads. With rows of the tile 48 words apart, those lie in different halves of the banks.
enum { CONV_PITCH = 48 };

__global__ void conv2d_tiled_kernel(float *out, const float *x, int H, int W, int K) {
    __shared__ float tile[CONV_TILE + CONV_MAX - 1][CONV_PITCH];
    // TODO 22.17 conv2d_tiled: the CONV_TILE + K - 1 rows and columns of tile, zeros outside x, by all
    //   threads in steps of CONV_TILE; wait; this thread's sum, if its pixel is in out
    todo("22.17 conv2d_tiled");
}

void conv2d_tiled(float *out, const float *x, const float *weight, int H, int W, int K) {
    load_filter(weight, K);
    // TODO 22.17 conv2d_tiled: a block of CONV_TILE x CONV_TILE threads for each tile of out
    todo("22.17 conv2d_tiled");
    CUDA_CHECK(cudaGetLastError());
}
