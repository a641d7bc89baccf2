// Lanes with the same key find each other, and one of them does the atomic for all.
#include <cuda_runtime.h>

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

__global__ void count(int *bins, const int *keys, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned active = __ballot_sync(0xffffffff, i < n);
    if (i >= n) return;
    unsigned peers = __match_any_sync(active, keys[i]);
    int leader = __ffs(peers) - 1;
    if (threadIdx.x % 32 == leader) atomicAdd(&bins[keys[i]], __popc(peers));
}

int main() {
    const int n = 333;
    std::vector<int> keys(n), bins(7), want(7);
    for (int i = 0; i < n; i++) keys[i] = i * i % 7, want[keys[i]]++;
    int *dkeys = upload(keys), *dbins = upload(bins);
    count<<<3, 128>>>(dbins, dkeys, n);
    check(cudaGetLastError());
    check(cudaMemcpy(bins.data(), dbins, 7 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(dkeys));
    check(cudaFree(dbins));
    return bins != want;
}
