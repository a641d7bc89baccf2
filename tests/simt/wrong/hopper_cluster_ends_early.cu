// EXPECT cluster
// The first block's thread arrives at the second block's barrier, and nothing keeps that block until then. (sm_90)
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

__global__ void __cluster_dims__(2, 1, 1) told(int *out) {
    __shared__ uint64_t ready;
    if (threadIdx.x == 0) {
        mbarrier_init(&ready, 1);
        fence_mbarrier_init();
    }
    cluster_sync();
    if (threadIdx.x == 0) mbarrier_arrive_cluster(&ready, 1 - cluster_rank());  // BUG
    if (cluster_rank() == 0) mbarrier_wait(&ready, 0);
    out[32 * blockIdx.x + threadIdx.x] = cluster_rank();
}

int main() {
    int *out = upload(std::vector<int>(1024));
    told<<<2, 32>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
