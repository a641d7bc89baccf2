// Blocks of a cluster that write into each other's shared memory: told by barriers, and counted by atomics. (sm_90)
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

namespace cg = cooperative_groups;

// Both blocks write to the other's box, with a barrier that says "there is mail" and one that says "the box is empty".
__global__ void __cluster_dims__(2, 1, 1) mail(int *out, int rounds) {
    __shared__ int box[32];
    __shared__ uint64_t come, empty;
    const cg::cluster_group cluster = cg::this_cluster();
    const unsigned me = cluster.block_rank(), other = me ^ 1;
    if (threadIdx.x == 0) {
        mbarrier_init(&come, 32);
        mbarrier_init(&empty, 32);
        fence_mbarrier_init();
    }
    cluster_arrive();
    int value = 100 * me + threadIdx.x;
    cluster_wait();
    for (int r = 0; r < rounds; r++) {
        if (r > 0) mbarrier_wait(&empty, (r - 1) % 2);
        cluster.map_shared_rank(box, other)[threadIdx.x] = value;
        __threadfence();
        mbarrier_arrive_cluster(&come, other);
        mbarrier_wait(&come, r % 2);
        value = box[31 - threadIdx.x] + 1;
        mbarrier_arrive_cluster(&empty, other);
    }
    out[blockIdx.x * 32 + threadIdx.x] = value;
    cluster_sync();
}

// Each of the four blocks has a quarter of the bins, and all count in all.
__global__ void __cluster_dims__(4, 1, 1) histogram(const unsigned char *in, int *out, int n) {
    __shared__ int bins[64];
    const cg::cluster_group cluster = cg::this_cluster();
    if (threadIdx.x < 64) bins[threadIdx.x] = 0;
    cluster.sync();
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
        atomicAdd(cluster.map_shared_rank(bins, in[i] / 64) + in[i] % 64, 1);
    cluster.sync();
    if (threadIdx.x < 64) atomicAdd(out + cluster.block_rank() * 64 + threadIdx.x, bins[threadIdx.x]);
}

int main() {
    const int rounds = 7;
    int *out;
    check(cudaMalloc(&out, 4 * 32 * sizeof(int)));
    mail<<<4, 32>>>(out, rounds);
    check(cudaGetLastError());
    const std::vector<int> got = download(out, 4 * 32);
    std::vector<int> want(64);
    for (int i = 0; i < 64; i++) want[i] = i / 32 * 100 + i % 32;
    for (int r = 0; r < rounds; r++) {
        const std::vector<int> before = want;
        for (int i = 0; i < 64; i++) want[i] = before[63 - i] + 1;
    }
    int wrong = 0;
    for (int i = 0; i < 4 * 32; i++) wrong += got[i] != want[i % 64];
    const int n = 3000;
    std::vector<unsigned char> bytes(n);
    std::vector<int> count(256);
    for (int i = 0; i < n; i++) count[bytes[i] = i * i % 251]++;
    unsigned char *in = upload(bytes);
    int *bins = upload(std::vector<int>(256));
    histogram<<<8, 128>>>(in, bins, n);
    check(cudaGetLastError());
    wrong += download(bins, 256) != count;
    check(cudaFree(in));
    return wrong != 0;
}
