// Reversing in place: every element is read by one thread and written by another, so somebody has to wait.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void reverse_kernel(float *x, int n) {
    __shared__ float s[THREADS];
    // BEGIN SOLUTION 22.3 reverse_blocks: this block's run (how many elements has the last one?) into s; all threads
    //   wait; back to x, from the other end
    int t = threadIdx.x, first = blockIdx.x * THREADS, count = n - first;
    if (count > THREADS) count = THREADS;
    if (t < count) s[t] = x[first + t];
    __syncthreads();
    if (t < count) x[first + t] = s[count - 1 - t];
    // END SOLUTION
}

void reverse_blocks(float *x, int n) {
    reverse_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(x, n);
    CUDA_CHECK(cudaGetLastError());
}
