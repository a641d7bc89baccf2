// EXPECT deadlock
// ALSO race
// The producer does not wait until the buffer is free, and comes to its barrier twice. (sm_80)
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

__global__ void runs_ahead(int *out) {
    __shared__ int buffer[32];
    const int t = threadIdx.x % 32;
    int sum = 0;
    for (int i = 0; i < 2; i++) {
        if (threadIdx.x < 32) {
            buffer[t] = i + t;
            bar_arrive(1, 64);  // BUG
        } else {
            bar_sync(1, 64);  // BUG
            sum += buffer[31 - t];
        }
    }
    if (threadIdx.x >= 32) out[t] = sum;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    runs_ahead<<<1, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
