// EXPECT uninitialised
// Elements for bytes in the copy to the device: only the first quarter arrives.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void twice(float *data) {
    data[threadIdx.x] = 2 * data[threadIdx.x];  // BUG
}

int main() {
    const int n = 64;
    std::vector<float> host(n, 1);
    float *data;
    check(cudaMalloc(&data, n * sizeof(float)));
    check(cudaMemcpy(data, host.data(), n, cudaMemcpyHostToDevice));
    twice<<<1, n>>>(data);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), data, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(data));
    return 0;
}
