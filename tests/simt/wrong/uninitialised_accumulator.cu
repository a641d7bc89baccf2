// EXPECT uninitialised
// A sum by atomics in memory that was never set to zero.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

__global__ void sum(float *total, const float *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(total, in[i]);  // BUG
}

int main() {
    const int n = 200;
    float *in = upload(std::vector<float>(n, 1)), *total, host;
    check(cudaMalloc(&total, sizeof(float)));
    sum<<<2, 128>>>(total, in, n);
    check(cudaGetLastError());
    check(cudaMemcpy(&host, total, sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(in));
    check(cudaFree(total));
    return 0;
}
