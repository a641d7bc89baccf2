// A histogram per block in shared memory, zeroed by the block, merged with atomics.
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

__global__ void histogram(unsigned *bins, const unsigned char *data, int n) {
    __shared__ unsigned mine[256];
    for (int i = threadIdx.x; i < 256; i += blockDim.x) mine[i] = 0;
    __syncthreads();
    int stride = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) atomicAdd(&mine[data[i]], 1);
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += blockDim.x)
        if (mine[i]) atomicAdd(bins + i, mine[i]);
}

int main() {
    const int n = 5000;
    std::vector<unsigned char> data(n);
    std::vector<unsigned> bins(256), want(256);
    for (int i = 0; i < n; i++) data[i] = i * i, want[data[i]]++;
    unsigned char *ddata = upload(data);
    unsigned *dbins = upload(bins);
    histogram<<<5, 100>>>(dbins, ddata, n);
    check(cudaGetLastError());
    check(cudaMemcpy(bins.data(), dbins, 256 * sizeof(unsigned), cudaMemcpyDeviceToHost));
    check(cudaFree(ddata));
    check(cudaFree(dbins));
    return bins != want;
}
