// EXPECT out-of-bounds
// cudaMalloc takes bytes; this gives it elements.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(double *out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1;  // BUG
}

int main() {
    const int n = 256;
    double *out;
    check(cudaMalloc(&out, n));
    fill<<<4, 64>>>(out, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
