// Blocks of a cluster hand numbers round. By arrivals at the mbarrier of the block before it, each tells that it has read its
// own; who waits for the last of them, too, needs no barrier of the cluster at the end. (sm_90)
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

__global__ void __cluster_dims__(4, 1, 1) round(int *out, int rounds) {
    __shared__ uint64_t is_read;
    __shared__ int box;
    const int t = threadIdx.x;
    const uint32_t n = cluster_size(), rank = cluster_rank(), next = (rank + 1) % n, before = (rank + n - 1) % n;
    if (t == 0) {
        mbarrier_init(&is_read, 64);
        fence_mbarrier_init();
    }
    cluster_sync();
    int mine = blockIdx.x;
    for (int i = 0; i < rounds; i++) {
        if (i > 0) mbarrier_wait(&is_read, (i - 1) % 2);
        if (t == 0) *cooperative_groups::this_cluster().map_shared_rank(&box, next) = mine;
        cluster_sync();
        mine = box;
        mbarrier_arrive_cluster(&is_read, before);
    }
    mbarrier_wait(&is_read, (rounds - 1) % 2);
    out[64 * blockIdx.x + t] = mine;
}

__global__ void __cluster_dims__(2, 1, 1) once(int *out) {
    __shared__ uint64_t ready;
    if (threadIdx.x == 0) {
        mbarrier_init(&ready, 64);
        fence_mbarrier_init();
    }
    cluster_sync();
    mbarrier_arrive_cluster(&ready, 1 - cluster_rank());
    while (!mbarrier_test(&ready, 0)) {
    }
    out[64 * blockIdx.x + threadIdx.x] = blockIdx.x;
}

int main() {
    const int blocks = 8, rounds = 3;
    int *out = upload(std::vector<int>(blocks * 64)), *more = upload(std::vector<int>(blocks * 64)), wrong = 0;
    round<<<blocks, 64>>>(out, rounds);
    check(cudaGetLastError());
    once<<<blocks, 64>>>(more);
    check(cudaGetLastError());
    std::vector<int> got = download(out, blocks * 64), got_more = download(more, blocks * 64);
    for (int i = 0; i < blocks * 64; i++) {
        const int block = i / 64;
        wrong += got[i] != block / 4 * 4 + (block + 4 - rounds) % 4 || got_more[i] != block;
    }
    return wrong != 0;
}
