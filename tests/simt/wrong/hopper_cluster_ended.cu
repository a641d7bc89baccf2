// EXPECT cluster
// The second block of the cluster ends while the first still wants to read its shared memory. (sm_90)
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
    __shared__ int mine[64], sum;
    cooperative_groups::cluster_group cluster = cooperative_groups::this_cluster();
    mine[threadIdx.x] = 100 * blockIdx.x + threadIdx.x;
    if (threadIdx.x == 0) sum = 0;
    cluster.sync();
    if (cluster.block_rank() == 1) return;
    atomicAdd(&sum, mine[threadIdx.x]);
    __syncthreads();
    const int *other = cluster.map_shared_rank(mine, 1);
    out[threadIdx.x] = other[threadIdx.x] + sum;  // BUG
}

int main() {
    int *out = upload(std::vector<int>(1024));
    swap<<<2, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
