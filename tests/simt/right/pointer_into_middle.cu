// The kernel gets a pointer into the middle of an array, and looks to both sides of it.
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

__global__ void difference(int *out, const int *middle) {
    int i = threadIdx.x - 50;
    out[threadIdx.x] = middle[i + 1] - middle[i - 1];
}

int main() {
    std::vector<int> in(102), out(100);
    for (int i = 0; i < 102; i++) in[i] = i * i;
    int *din = upload(in), *dout = upload(out);
    difference<<<1, 100>>>(dout, din + 51);
    check(cudaGetLastError());
    check(cudaMemcpy(&out[10], dout + 10, 90 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(&out[0], dout, 10 * sizeof(int), cudaMemcpyDefault));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < 100; i++)
        if (out[i] != (i + 2) * (i + 2) - i * i) return 1;
    return 0;
}
