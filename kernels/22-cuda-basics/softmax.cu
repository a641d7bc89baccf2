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

// BEGIN SOLUTION 22.18 -
// Takes a part of a row, with its maximum and its sum of exp(x - maximum), into *max and *sum. A part without elements
// has maximum -INFINITY and sum 0.
__device__ void softmax_join(float *max, float *sum, float other_max, float other_sum) {
    float larger = fmaxf(*max, other_max);
    if (larger == -INFINITY) return;
    *sum = *sum * expf(*max - larger) + other_sum * expf(other_max - larger);
    *max = larger;
}

// END SOLUTION
// A warp for each row: THREADS / LANES rows for each block.
__global__ void softmax_rows_kernel(float *out, const float *in, int rows, int columns) {
    int r = (blockIdx.x * THREADS + threadIdx.x) / LANES;
    if (r >= rows) return;
    // BEGIN SOLUTION 22.18 softmax_rows: online maximum and sum over columns lane, lane + 32, ...; five rounds of
    //   __shfl_xor_sync join all lanes' (a lane may have no column at all); then write, in the same steps
    int lane = threadIdx.x % LANES;
    const float *in_r = in + r * columns;
    float max = -INFINITY, sum = 0;
    for (int c = lane; c < columns; c += LANES) softmax_join(&max, &sum, in_r[c], 1);
    for (int step = LANES / 2; step > 0; step /= 2) {
        float other_max = __shfl_xor_sync(0xffffffff, max, step), other_sum = __shfl_xor_sync(0xffffffff, sum, step);
        softmax_join(&max, &sum, other_max, other_sum);
    }
    for (int c = lane; c < columns; c += LANES) out[r * columns + c] = expf(in_r[c] - max) / sum;
    // END SOLUTION
}

void softmax_rows(float *out, const float *in, int rows, int columns) {
    // BEGIN SOLUTION 22.18 softmax_rows: enough blocks of THREADS for a warp per row
    int rows_of_block = THREADS / LANES;
    softmax_rows_kernel<<<(rows + rows_of_block - 1) / rows_of_block, THREADS>>>(out, in, rows, columns);
    // END SOLUTION
    CUDA_CHECK(cudaGetLastError());
}
