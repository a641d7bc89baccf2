// y = a x + y with a grid-stride loop: the grid is as large as the machine can use, and each thread takes as many
// elements as it must. All threads step together, so a warp always stands on 32 neighbours.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void saxpy_kernel(float *y, float a, const float *x, int n) {
    // BEGIN SOLUTION 22.2 saxpy: from this thread's number in the grid on, in steps of all threads of the grid
    int step = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) y[i] = a * x[i] + y[i];
    // END SOLUTION
}

void saxpy(float *y, float a, const float *x, int n, int blocks, int threads) {
    saxpy_kernel<<<blocks, threads>>>(y, a, x, n);
    CUDA_CHECK(cudaGetLastError());
}
