// EXPECT launch
// A grid of 0 blocks: n / 256, rounded down.
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

__global__ void fill(int *out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 1;
}

int main() {
    const int n = 100;
    int *out = upload(std::vector<int>(n));
    fill<<<n / 256, 256>>>(out, n);  // BUG
    cudaError_t error = cudaGetLastError();
    check(cudaFree(out));
    return error == cudaSuccess;
}
