// Counting: any thread may meet any counter, so additions must be atomic. What they cost depends on where the counters
// are, and on how many threads want the same one.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void histogram_global_kernel(int *counts, const unsigned char *in, int n) {
    // TODO 22.12 histogram_global: one more of in[i], if there is one; nobody may come in between
    todo("22.12 histogram_global");
}

void histogram_global(int *counts, const unsigned char *in, int n) {
    CUDA_CHECK(cudaMemset(counts, 0, BINS * sizeof *counts));
    histogram_global_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(counts, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void histogram_shared_kernel(int *counts, const unsigned char *in, int n) {
    __shared__ int mine[BINS];
    // TODO 22.13 histogram_shared: zeros in mine; count with a grid-stride loop; add mine to counts. Where
    //   must all threads wait?
    todo("22.13 histogram_shared");
}

void histogram_shared(int *counts, const unsigned char *in, int n, int blocks) {
    CUDA_CHECK(cudaMemset(counts, 0, BINS * sizeof *counts));
    histogram_shared_kernel<<<blocks, THREADS>>>(counts, in, n);
    CUDA_CHECK(cudaGetLastError());
}
