// A producer gives its registers to two consumers: with 384 threads of 168 registers, 40 and 232 use exactly what there is. (sm_90a)
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

__global__ void __launch_bounds__(384, 1) exchange(int *out) {
    __shared__ int from_producer[128];
    const int group = threadIdx.x / 128, t = threadIdx.x % 128;
    if (group > 0) {
        setmaxnreg_inc<232>();
        bar_sync(1, 384);
        out[threadIdx.x - 128] = from_producer[127 - t] + group;
    } else {
        setmaxnreg_dec<40>();
        from_producer[t] = 10 * t;
        bar_arrive(1, 384);
    }
}

int main() {
    int *out = upload(std::vector<int>(256)), wrong = 0;
    exchange<<<2, 384>>>(out);
    check(cudaGetLastError());
    std::vector<int> got = download(out, 256);
    for (int i = 0; i < 256; i++) wrong += got[i] != 10 * (127 - i % 128) + 1 + i / 128;
    return wrong != 0;
}
