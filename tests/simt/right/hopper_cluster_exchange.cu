// Blocks of a cluster read each other's shared memory, between two cluster barriers: a template's cluster in x, and one of
// 2 x 2 in y and z. (sm_90)
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

template <class T>
static std::vector<T> download(T *device, size_t n) {
    std::vector<T> host(n);
    check(cudaMemcpy(host.data(), device, n * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    return host;
}

template <int BLOCKS>
__global__ void __cluster_dims__(BLOCKS, 1, 1) around(int *out) {
    namespace cg = cooperative_groups;
    __shared__ int mine[64];
    cg::cluster_group cluster = cg::this_cluster();
    mine[threadIdx.x] = 1000 * blockIdx.x + threadIdx.x;
    cluster.sync();
    const int *next = cluster.map_shared_rank(mine, (cluster.block_rank() + 1) % cluster.num_blocks());
    out[blockIdx.x * blockDim.x + threadIdx.x] = next[63 - threadIdx.x];
    cluster.sync();
}

__global__ void __launch_bounds__(32) __cluster_dims__(1, 2, 2) sum_of_cluster(int *out) {
    __shared__ int all[4];
    const cooperative_groups::cluster_group cluster = cooperative_groups::this_cluster();
    const dim3 shape = cluster.dim_blocks(), here = cluster.block_index(), thread = cluster.thread_index();
    const unsigned rank = here.x + shape.x * (here.y + shape.y * here.z);
    if (threadIdx.x < cluster_size()) {
        int *to = cluster.map_shared_rank(all, threadIdx.x);
        to[rank] = 1 + blockIdx.x + 10 * blockIdx.y + 100 * blockIdx.z;
    }
    cluster_sync();
    const bool right =
        rank == cluster_rank() && cluster.dim_threads().y == 2 && thread.x == threadIdx.x && thread.z == blockIdx.z;
    if (threadIdx.x == 0 && right)
        out[blockIdx.x + 3 * (blockIdx.y + 4 * blockIdx.z)] = all[0] + all[1] + all[2] + all[3];
}

int main() {
    int *far = upload(std::vector<int>(12 * 64)), *sums = upload(std::vector<int>(3 * 4 * 2)), wrong = 0;
    around<2><<<12, 64>>>(far);
    check(cudaGetLastError());
    around<4><<<12, 64>>>(far);
    check(cudaGetLastError());
    sum_of_cluster<<<dim3(3, 4, 2), 32>>>(sums);
    check(cudaGetLastError());
    std::vector<int> got = download(far, 12 * 64), got_sums = download(sums, 3 * 4 * 2);
    for (int i = 0; i < 12 * 64; i++) {
        const int block = i / 64, next = block / 4 * 4 + (block + 1) % 4;
        wrong += got[i] != 1000 * next + 63 - i % 64;
    }
    for (int i = 0; i < 3 * 4 * 2; i++) {
        const int x = i % 3, y = i / 3 % 4 / 2 * 2;
        wrong += got_sums[i] != 4 * (1 + x) + 10 * (4 * y + 2) + 100 * 2;
    }
    return wrong != 0;
}
