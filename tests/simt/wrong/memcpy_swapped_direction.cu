// EXPECT memcpy
// The pointers are right, the direction is the other one.
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
    std::vector<float> host(64, 1);
    float *data;
    check(cudaMalloc(&data, 64 * sizeof(float)));
    cudaError_t error = cudaMemcpy(data, host.data(), 64 * sizeof(float), cudaMemcpyDeviceToHost);  // BUG
    check(cudaFree(data));
    return error == cudaSuccess;
}
