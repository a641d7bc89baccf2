// EXPECT cluster
// The last thing that a block does is to read the other's memory, and nothing keeps the other until then. (sm_90)
#include <cooperative_groups.h>
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

__global__ void __cluster_dims__(2, 1, 1) swap(int *out) {
    __shared__ int mine[64];
    cooperative_groups::cluster_group cluster = cooperative_groups::this_cluster();
    mine[threadIdx.x] = 100 * blockIdx.x + threadIdx.x;
    cluster.sync();
    if (cluster.block_rank() == 0) {
        const int *other = cluster.map_shared_rank(mine, 1);
        out[threadIdx.x] = other[threadIdx.x];  // BUG
    }
}

int main() {
    int *out = upload(std::vector<int>(1024));
    swap<<<2, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
