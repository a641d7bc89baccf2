// A long scan: blocks scan their part, one block scans the blocks' sums, all add what lies before them.
// CLANG shared load: g++ knows that a store to data leaves part[t] as it is
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

const int SIZE = 128;

__global__ void scan(int *data, int *sums, int n) {
    __shared__ int part[SIZE];
    int t = threadIdx.x, i = blockIdx.x * SIZE + t;
    part[t] = i < n ? data[i] : 0;
    for (int step = 1; step < SIZE; step *= 2) {
        __syncthreads();
        int before = t >= step ? part[t - step] : 0;
        __syncthreads();
        part[t] += before;
    }
    if (i < n) data[i] = part[t];
    if (sums && t == SIZE - 1) sums[blockIdx.x] = part[t];
}

__global__ void add_before(int *data, const int *sums, int n) {
    int i = blockIdx.x * SIZE + threadIdx.x;
    if (blockIdx.x > 0 && i < n) data[i] += sums[blockIdx.x - 1];
}

int main() {
    const int n = 3333, blocks = (n + SIZE - 1) / SIZE;
    std::vector<int> data(n, 2);
    int *device = upload(data), *sums;
    check(cudaMalloc(&sums, blocks * sizeof(int)));
    scan<<<blocks, SIZE>>>(device, sums, n);
    scan<<<1, SIZE>>>(sums, nullptr, blocks);
    add_before<<<blocks, SIZE>>>(device, sums, n);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    check(cudaFree(sums));
    for (int i = 0; i < n; i++)
        if (data[i] != 2 * (i + 1)) return 1;
    return 0;
}
