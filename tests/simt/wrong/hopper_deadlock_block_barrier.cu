// EXPECT deadlock
// The consumers wait for the producer's arrival, the producer for all of them at a __syncthreads. (sm_90)
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

__global__ void crossed(int *out) {
    __shared__ uint64_t ready;
    __shared__ int value;
    if (threadIdx.x == 0) mbarrier_init(&ready, 32);
    __syncthreads();
    if (threadIdx.x < 32) {
        value = 7;
        __syncthreads();  // BUG
        mbarrier_arrive(&ready);
    } else {
        mbarrier_wait(&ready, 0);  // BUG
        __syncthreads();
    }
    out[threadIdx.x] = value;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    crossed<<<1, 128>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
