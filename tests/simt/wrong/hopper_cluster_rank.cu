// EXPECT cluster
// Looks for the shared memory of block 2 in a cluster of 2. (sm_90)
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

__global__ void __cluster_dims__(2, 1, 1) addresses(int *out) {
    __shared__ int mine[32];
    mine[threadIdx.x] = threadIdx.x;
    out[32 * blockIdx.x + threadIdx.x] = cluster_map(mine, cluster_rank() + 1);  // BUG
    cluster_sync();
}

int main() {
    int *out = upload(std::vector<int>(1024));
    addresses<<<2, 32>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
