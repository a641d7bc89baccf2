// EXPECT deadlock
// A numbered barrier for 128 threads, where only 96 come. (sm_80)
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

__global__ void too_few(int *out) {
    if (threadIdx.x < 96) bar_sync(3, 128);  // BUG
    out[threadIdx.x] = threadIdx.x;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    too_few<<<1, 128>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
