// The sum of a block's numbers, as a tree in shared memory: each round adds half of what is left to the other half. All
// four versions do the same additions; they differ in which threads do them, on which words. (Harris 2007, "Optimizing
// parallel reduction in CUDA".)
//   1 modulo      the threads that work are spread over all warps, so that warps go on with few of their lanes
//   2 strided     the first threads work, and whole warps are done; their words are 2*step apart: bank conflicts
//   3 sequential  neighbouring threads, neighbouring words
//   4 first add   most additions are done in registers, before the tree begins
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void reduce_modulo_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS];
    int t = threadIdx.x, i = blockIdx.x * THREADS + t;
    s[t] = i < n ? in[i] : 0;
    for (int step = 1; step < THREADS; step *= 2) {
        __syncthreads();
        if (t % (2 * step) == 0) s[t] += s[t + step];
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}

void reduce_modulo(float *sums, const float *in, int n) {
    reduce_modulo_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void reduce_strided_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS];
    int t = threadIdx.x, i = blockIdx.x * THREADS + t;
    s[t] = i < n ? in[i] : 0;
    for (int step = 1; step < THREADS; step *= 2) {
        __syncthreads();
        // TODO 22.4 reduce_strided: the words 0, 2*step, 4*step, ... are threads 0, 1, 2, ...'s
        todo("22.4 reduce_strided");
    }
    if (t == 0) sums[blockIdx.x] = s[0];
}

void reduce_strided(float *sums, const float *in, int n) {
    reduce_strided_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void reduce_sequential_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS];
    int t = threadIdx.x, i = blockIdx.x * THREADS + t;
    s[t] = i < n ? in[i] : 0;
    // TODO 22.5 reduce_sequential: the upper half onto the lower half, until one word is left
    todo("22.5 reduce_sequential");
    if (t == 0) sums[blockIdx.x] = s[0];
}

void reduce_sequential(float *sums, const float *in, int n) {
    reduce_sequential_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void reduce_first_add_kernel(float *sums, const float *in, int n) {
    __shared__ float s[THREADS];
    int t = threadIdx.x;
    // TODO 22.6 reduce_first_add: a sum in a register with a grid-stride loop, and then the tree of version 3
    todo("22.6 reduce_first_add");
    if (t == 0) sums[blockIdx.x] = s[0];
}

void reduce_first_add(float *sums, const float *in, int n, int blocks) {
    reduce_first_add_kernel<<<blocks, THREADS>>>(sums, in, n);
    CUDA_CHECK(cudaGetLastError());
}
