// Counting: any thread may meet any counter, so additions must be atomic. What they cost depends on where the counters
// are, and on how many threads want the same one.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void histogram_global_kernel(int *counts, const unsigned char *in, int n) {
    // BEGIN SOLUTION 22.12 histogram_global: one more of in[i], if there is one; nobody may come in between
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&counts[in[i]], 1);
    // END SOLUTION
}

void histogram_global(int *counts, const unsigned char *in, int n) {
    CUDA_CHECK(cudaMemset(counts, 0, BINS * sizeof *counts));
    histogram_global_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(counts, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void histogram_shared_kernel(int *counts, const unsigned char *in, int n) {
    __shared__ int mine[BINS];
    // BEGIN SOLUTION 22.13 histogram_shared: zeros in mine; count with a grid-stride loop; add mine to counts. Where
    //   must all threads wait?
    for (int v = threadIdx.x; v < BINS; v += THREADS) mine[v] = 0;
    __syncthreads();
    for (int i = blockIdx.x * THREADS + threadIdx.x; i < n; i += gridDim.x * THREADS) atomicAdd(&mine[in[i]], 1);
    __syncthreads();
    for (int v = threadIdx.x; v < BINS; v += THREADS)
        if (mine[v] > 0) atomicAdd(&counts[v], mine[v]);
    // END SOLUTION
}

void histogram_shared(int *counts, const unsigned char *in, int n, int blocks) {
    CUDA_CHECK(cudaMemset(counts, 0, BINS * sizeof *counts));
    histogram_shared_kernel<<<blocks, THREADS>>>(counts, in, n);
    CUDA_CHECK(cudaGetLastError());
}
