// EXPECT out-of-bounds
// The guard lets one thread too many through: <= for <.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(float *out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) out[i] = i;  // BUG
}

int main() {
    const int n = 1000;
    float *out;
    check(cudaMalloc(&out, n * sizeof(float)));
    fill<<<(n + 255) / 256, 256>>>(out, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
