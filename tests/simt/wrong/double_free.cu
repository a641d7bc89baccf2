// EXPECT api
// One allocation is freed twice.
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
    int *first, *second;
    check(cudaMalloc(&first, 64 * sizeof(int)));
    check(cudaMalloc(&second, 64 * sizeof(int)));
    check(cudaFree(first));
    check(cudaFree(second));
    check(cudaFree(first));  // BUG
    return 0;
}
