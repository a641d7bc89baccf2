// Each block of a cluster has its own __syncthreads and its own shared memory; between arriving and waiting at the cluster's
// barrier there is time for work of one's own. (sm_90)
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

__global__ void __cluster_dims__(2) unequal(int *out, int rounds) {
    extern __shared__ int line[];
    __shared__ int total;
    const int t = threadIdx.x, n = blockDim.x;
    if (t == 0) total = 0;
    line[t] = t + blockIdx.x;
    __syncthreads();
    // as many barriers as the block's number says: the other block of the cluster has others
    for (int i = 0; i < rounds * static_cast<int>(cluster_rank() + 1); i++) {
        const int right = line[(t + 1) % n];
        __syncthreads();
        line[t] = right;
        __syncthreads();
    }
    cluster_arrive();
    if (t < 32) atomicAdd(&total, line[t]);
    __syncthreads();
    cluster_wait();
    if (t == 0) out[blockIdx.x] = total;
}

int main() {
    const int blocks = 4, threads = 128, rounds = 3;
    int *out = upload(std::vector<int>(blocks)), wrong = 0;
    unequal<<<blocks, threads, threads * sizeof(int)>>>(out, rounds);
    check(cudaGetLastError());
    std::vector<int> got = download(out, blocks);
    for (int b = 0; b < blocks; b++) {
        int want = 0;
        for (int t = 0; t < 32; t++) want += (t + rounds * (b % 2 + 1)) % threads + b;
        wrong += got[b] != want;
    }
    return wrong != 0;
}
