// Softmax of rows: everything of this chapter at once. The maximum and the sum come from one pass (Milakov and
// Gimelshein 2018, "Online normalizer calculation for softmax"), each lane over a part of the row; then the lanes join
// what they have.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void softmax_naive_kernel(float *out, const float *in, int rows, int columns) {
    int r = blockIdx.x * blockDim.x + threadIdx.x;
    if (r >= rows) return;
    const float *in_r = in + r * columns;
    float *out_r = out + r * columns, max = -INFINITY, sum = 0;
    for (int c = 0; c < columns; c++) max = fmaxf(max, in_r[c]);
    for (int c = 0; c < columns; c++) sum += expf(in_r[c] - max);
    for (int c = 0; c < columns; c++) out_r[c] = expf(in_r[c] - max) / sum;
}

void softmax_naive(float *out, const float *in, int rows, int columns) {
    softmax_naive_kernel<<<(rows + THREADS - 1) / THREADS, THREADS>>>(out, in, rows, columns);
    CUDA_CHECK(cudaGetLastError());
}

// A warp for each row: THREADS / LANES rows for each block.
__global__ void softmax_rows_kernel(float *out, const float *in, int rows, int columns) {
    int r = (blockIdx.x * THREADS + threadIdx.x) / LANES;
    if (r >= rows) return;
    // TODO 22.18 softmax_rows: online maximum and sum over columns lane, lane + 32, ...; five rounds of
    //   __shfl_xor_sync join all lanes' (a lane may have no column at all); then write, in the same steps
    todo("22.18 softmax_rows");
}

void softmax_rows(float *out, const float *in, int rows, int columns) {
    // TODO 22.18 softmax_rows: enough blocks of THREADS for a warp per row
    todo("22.18 softmax_rows");
    CUDA_CHECK(cudaGetLastError());
}
