// EXPECT registers
// Only one warp of the producer's warpgroup gives its registers back. (sm_90a)
#include <cuda_runtime.h>
#include "ptx.h"

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

__global__ void __launch_bounds__(256, 1) one_warp(int *out) {
    if (threadIdx.x < 32) setmaxnreg_dec<40>();  // BUG
    out[threadIdx.x] = threadIdx.x;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    one_warp<<<1, 256>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
