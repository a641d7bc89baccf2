// EXPECT registers
// ALSO deadlock
// The producer waits for the consumers before it gives back what they wait for. (sm_90a)
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

__global__ void __launch_bounds__(384, 1) too_late(int *out) {
    if (threadIdx.x < 128) {
        __syncthreads();
        setmaxnreg_dec<40>();
    } else {
        setmaxnreg_inc<232>();  // BUG
        __syncthreads();
    }
    out[threadIdx.x] = threadIdx.x;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    too_late<<<1, 384>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
