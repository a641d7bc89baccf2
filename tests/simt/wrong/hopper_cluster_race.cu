// EXPECT race uninitialised
// ALSO race uninitialised cluster
// MOST 4
// A block reads what the other has written with no barrier of the cluster between them. (sm_90)
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
    __shared__ int mine[32];
    cooperative_groups::cluster_group cluster = cooperative_groups::this_cluster();
    cluster.sync();
    mine[threadIdx.x] = 100 * blockIdx.x + threadIdx.x;  // BUG-OTHER
    __syncthreads();
    const int *other = cluster.map_shared_rank(mine, 1 - cluster.block_rank());
    out[32 * blockIdx.x + threadIdx.x] = other[threadIdx.x];  // BUG
    cluster.sync();
}

int main() {
    int *out = upload(std::vector<int>(1024));
    swap<<<2, 32>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
