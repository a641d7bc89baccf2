// EXPECT memcpy
// The destination comes first, here it comes second.
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
    cudaError_t error = cudaMemcpy(host.data(), data, 64 * sizeof(float), cudaMemcpyHostToDevice);  // BUG
    check(cudaFree(data));
    return error == cudaSuccess;
}
