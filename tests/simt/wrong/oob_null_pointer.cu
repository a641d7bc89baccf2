// EXPECT out-of-bounds
// The cudaMalloc was forgotten.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(float *out) {
    out[threadIdx.x] = 1;  // BUG
}

int main() {
    float *out = nullptr;
    fill<<<1, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    return 0;
}
