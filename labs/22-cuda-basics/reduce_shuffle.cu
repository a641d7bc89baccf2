// The sum of a block's numbers without a tree in shared memory: the lanes of a warp hand registers to each other. A
// warp needs no barrier, and one number per warp goes through shared memory.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

// The sum of `value` over a warp, in its lane 0. All 32 lanes must call.
__device__ float warp_sum(float value) {
    // TODO 22.7 reduce_shuffle: in five rounds, add what the lane 16, 8, 4, 2, 1 places further on holds
    todo("22.7 reduce_shuffle");
    return value;
}

__global__ void reduce_shuffle_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS / LANES];
    // TODO 22.7 reduce_shuffle: a register's sum as in version 4; warp_sum; the warps' sums through s; warp 0
    //   adds those up in the same way, and its lane 0 writes
    todo("22.7 reduce_shuffle");
}

void reduce_shuffle(float *sums, const float *in, int n, int blocks) {
    reduce_shuffle_kernel<<<blocks, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}

void reduce_sum(float *out, float *sums, const float *in, int n) {
    // TODO 22.8 reduce_sum: at most REDUCE_BLOCKS sums of in, and then their sum, by one block
    todo("22.8 reduce_sum");
}
