// A planted mistake: reverse_blocks without its barrier. A thread reads what another one has perhaps not written yet.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"

__global__ void reverse_racy_kernel(float *x, int n) {
    __shared__ float s[THREADS];
    int first = blockIdx.x * THREADS, t = threadIdx.x;
    int count = n - first;
    if (count > THREADS) count = THREADS;
    if (t < count) s[t] = x[first + t];
    if (t < count) x[first + t] = s[count - 1 - t];
}

void reverse_racy(float *x, int n) {
    reverse_racy_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(x, n);
    CUDA_CHECK(cudaGetLastError());
}
