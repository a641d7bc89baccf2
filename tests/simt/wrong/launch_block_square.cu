// EXPECT launch
// 64 x 64 threads look harmless, and are 4096.
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

__global__ void fill(int *out) { out[threadIdx.y * 64 + threadIdx.x] = 1; }

int main() {
    int *out = upload(std::vector<int>(4096));
    fill<<<1, dim3(64, 64)>>>(out);  // BUG
    cudaError_t error = cudaGetLastError();
    check(cudaFree(out));
    return error == cudaSuccess;
}
