// EXPECT deadlock
// Two sides of a numbered barrier that do not agree how many threads come. (sm_80)
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

__global__ void disagree(int *out) {
    __shared__ int buffer[64];
    const int t = threadIdx.x % 64;
    if (threadIdx.x < 64) {
        buffer[t] = t;
        bar_arrive(1, 64);
        bar_arrive(1, 128);  // BUG
    } else {
        bar_sync(1, 64);  // BUG
        out[t] = t;
    }
}

int main() {
    int *out = upload(std::vector<int>(1024));
    disagree<<<1, 128>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
