// EXPECT unchecked
// ALSO launch
// The failed launch leaves its error, and the program ends without reading it.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void nothing() {}

int main() {
    nothing<<<1, 1025>>>();  // BUG
    cudaDeviceSynchronize();
    return 0;
}
