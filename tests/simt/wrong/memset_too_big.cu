// EXPECT memcpy
// cudaMemset over the end.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

int main() {
    int *data;
    check(cudaMalloc(&data, 64 * sizeof(int)));
    cudaError_t error = cudaMemset(data, 0, 65 * sizeof(int));  // BUG
    check(cudaFree(data));
    return error == cudaSuccess;
}
