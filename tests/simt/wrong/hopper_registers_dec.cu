// EXPECT registers
// The producer gives back registers twice, and the second time it names more than it has left. (sm_90a)
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

__global__ void __launch_bounds__(256, 1) more(int *out) {
    if (threadIdx.x >= 128) {
        setmaxnreg_dec<40>();
        if (out[0] == 0) setmaxnreg_dec<56>();  // BUG
    } else {
        setmaxnreg_inc<256>();
    }
    out[1 + threadIdx.x] = threadIdx.x;
}

int main() {
    int *out = upload(std::vector<int>(1024));
    more<<<1, 256>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
