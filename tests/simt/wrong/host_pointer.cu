// EXPECT host-pointer
// The kernel gets the vector's own memory.
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

__global__ void scale(float *data, int n) {
    int i = threadIdx.x;
    if (i < n) data[i] = 2 * data[i];  // BUG
}

int main() {
    std::vector<float> data(64, 1);
    scale<<<1, 64>>>(data.data(), 64);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    return 0;
}
