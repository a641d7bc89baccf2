// EXPECT launch
// A block of 0 threads: an integer division that came out as 0.
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

__global__ void fill(int *out) { out[threadIdx.x] = 1; }

int main() {
    const int n = 32;
    int *out = upload(std::vector<int>(n));
    fill<<<1, n / 64>>>(out);  // BUG
    cudaError_t error = cudaGetLastError();
    check(cudaFree(out));
    return error == cudaSuccess;
}
