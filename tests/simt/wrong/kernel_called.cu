// EXPECT-COMPILE fill
// A kernel called like a function: the launch configuration is missing.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(int *data) { data[threadIdx.x] = 1; }

int main() {
    int *data;
    check(cudaMalloc(&data, 32 * sizeof(int)));
    fill(data);  // BUG
    check(cudaFree(data));
    return 0;
}
