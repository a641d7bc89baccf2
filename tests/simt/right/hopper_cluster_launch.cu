// The size of the clusters comes from the launch: cudaLaunchKernelEx. A kernel without one has clusters of a single block. (sm_90)
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

__global__ void ranks(int *out, int scale) {
    cluster_sync();
    if (threadIdx.x == 0) out[blockIdx.x] = scale * cluster_size() + cluster_rank();
}

template <int FACTOR, class T>
__global__ void scaled(T *out, T add) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = FACTOR * static_cast<T>(cluster_rank()) + add;
}

static cudaLaunchConfig_t config(int blocks, int threads, cudaLaunchAttribute *attribute, int cluster) {
    cudaLaunchConfig_t c = {};
    c.gridDim = dim3(blocks);
    c.blockDim = dim3(threads);
    attribute->id = cudaLaunchAttributeClusterDimension;
    attribute->val.clusterDim.x = cluster;
    attribute->val.clusterDim.y = attribute->val.clusterDim.z = 1;
    c.attrs = attribute;
    c.numAttrs = 1;
    return c;
}

int main() {
    int *out = upload(std::vector<int>(16)), *more = upload(std::vector<int>(8 * 32)), wrong = 0;
    cudaLaunchAttribute attribute;
    cudaLaunchConfig_t c = config(8, 96, &attribute, 4);
    check(cudaLaunchKernelEx(&c, ranks, out, 100));
    ranks<<<8, 40>>>(out + 8, 100);
    check(cudaGetLastError());
    c = config(8, 32, &attribute, 2);
    check(cudaLaunchKernelEx(&c, scaled<10, int>, more, 7));
    std::vector<int> got = download(out, 16), got_more = download(more, 8 * 32);
    for (int i = 0; i < 8; i++) wrong += got[i] != 400 + i % 4 || got[8 + i] != 100;
    for (int i = 0; i < 8 * 32; i++) wrong += got_more[i] != 10 * (i / 32 % 2) + 7;
    return wrong != 0;
}
