// Threads beyond the end return at once, and there is no barrier that would miss them.
#include <cuda_runtime.h>

#include <algorithm>
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

__global__ void clamp(int *data, int low, int high, int n) {
    int i = threadIdx.x + blockIdx.x * blockDim.x;
    if (i >= n) return;
    int value = data[i];
    if (value >= low && value <= high) return;
    data[i] = value < low ? low : high;
}

int main() {
    const int n = 777;
    std::vector<int> data(n);
    for (int i = 0; i < n; i++) data[i] = i - 300;
    int *device = upload(data);
    clamp<<<4, 200>>>(device, -100, 100, n);
    check(cudaPeekAtLastError());
    check(cudaDeviceSynchronize());
    check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++)
        if (data[i] != std::min(100, std::max(-100, i - 300))) return 1;
    return 0;
}
