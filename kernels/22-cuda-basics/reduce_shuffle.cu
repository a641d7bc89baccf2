// The sum of a block's numbers without a tree in shared memory: the lanes of a warp hand registers to each other. A
// warp needs no barrier, and one number per warp goes through shared memory.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

// The sum of `value` over a warp, in its lane 0. All 32 lanes must call.
__device__ float warp_sum(float value) {
    // BEGIN SOLUTION 22.7 reduce_shuffle: in five rounds, add what the lane 16, 8, 4, 2, 1 places further on holds
    for (int step = LANES / 2; step > 0; step /= 2) value += __shfl_down_sync(0xffffffff, value, step);
    // END SOLUTION
    return value;
}

__global__ void reduce_shuffle_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS / LANES];
    // BEGIN SOLUTION 22.7 reduce_shuffle: a register's sum as in version 4; warp_sum; the warps' sums through s; warp 0
    //   adds those up in the same way, and its lane 0 writes
    int t = threadIdx.x, lane = t % LANES, warp = t / LANES;
    float sum = 0;
    for (int i = blockIdx.x * THREADS + t; i < n; i += gridDim.x * THREADS) sum += in[i];
    sum = warp_sum(sum);
    if (lane == 0) s[warp] = sum;
    __syncthreads();
    if (warp > 0) return;
    sum = warp_sum(lane < THREADS / LANES ? s[lane] : 0);
    if (lane == 0) sums[blockIdx.x] = sum;
    // END SOLUTION
}

void reduce_shuffle(float *sums, const float *in, int n, int blocks) {
    reduce_shuffle_kernel<<<blocks, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}

void reduce_sum(float *out, float *sums, const float *in, int n) {
    // BEGIN SOLUTION 22.8 reduce_sum: at most REDUCE_BLOCKS sums of in, and then their sum, by one block
    int blocks = (n + THREADS - 1) / THREADS;
    if (blocks > REDUCE_BLOCKS) blocks = REDUCE_BLOCKS;
    reduce_shuffle(sums, in, n, blocks);
    reduce_shuffle(out, sums, blocks, 1);
    // END SOLUTION
}
