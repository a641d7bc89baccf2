// Every thread adds to the same 16 counters with atomics.
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
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&bins[data[i] >> 4], 1u);
}

int main() {
    const int n = 2000;
    std::vector<unsigned char> data(n);
    std::vector<unsigned> bins(16), want(16);
    for (int i = 0; i < n; i++) data[i] = i * 37, want[data[i] >> 4]++;
    unsigned char *ddata = upload(data);
    unsigned *dbins;
    check(cudaMalloc(&dbins, 16 * sizeof(unsigned)));
    check(cudaMemset(dbins, 0, 16 * sizeof(unsigned)));
    histogram<<<(n + 127) / 128, 128>>>(dbins, ddata, n);
    check(cudaGetLastError());
    check(cudaMemcpy(bins.data(), dbins, 16 * sizeof(unsigned), cudaMemcpyDeviceToHost));
    check(cudaFree(ddata));
    check(cudaFree(dbins));
    return bins != want;
}
