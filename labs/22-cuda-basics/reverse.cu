// Reversing in place: every element is read by one thread and written by another, so somebody has to wait.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void reverse_kernel(float *x, int n) {
    __shared__ float s[THREADS];
    // TODO 22.3 reverse_blocks: this block's run (how many elements has the last one?) into s; all threads
    //   wait; back to x, from the other end
    todo("22.3 reverse_blocks");
}

void reverse_blocks(float *x, int n) {
    reverse_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(x, n);
    CUDA_CHECK(cudaGetLastError());
}
