// EXPECT api
// cudaFree of an address inside an allocation.
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
    int *data, *end;
    check(cudaMalloc(&data, 64 * sizeof(int)));
    end = data + 8;
    cudaError_t error = cudaFree(end);  // BUG
    check(cudaFree(data));
    return error == cudaSuccess;
}
