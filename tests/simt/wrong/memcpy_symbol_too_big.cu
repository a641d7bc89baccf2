// EXPECT memcpy
// More elements than the constant table has.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__constant__ float table[10];

__global__ void sum(float *out) {
    *out = table[0] + table[9];
}

int main() {
    float host[16] = {1}, *out;
    cudaError_t error = cudaMemcpyToSymbol(table, host, sizeof host);  // BUG
    check(cudaMalloc(&out, sizeof(float)));
    sum<<<1, 1>>>(out);
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return error == cudaSuccess;
}
