// EXPECT memcpy
// More bytes than the allocation has.
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
    const int n = 64;
    std::vector<double> host(n, 1);
    float *data;
    check(cudaMalloc(&data, n * sizeof(float)));
    cudaError_t error = cudaMemcpy(data, host.data(), n * sizeof(double), cudaMemcpyHostToDevice);  // BUG
    check(cudaFree(data));
    return error == cudaSuccess;
}
