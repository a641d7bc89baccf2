// The kernel, its shared memory and its launch are in a local header.
#include "header_kernels.cuh"

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

int main() {
    const int n = 130;
    std::vector<short> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i;
    short *din = upload(in), *dout = upload(out);
    reverse(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(short), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != n - 1 - i) return 1;
    return 0;
}
