// EXPECT race
// The grid is too large by half, and the index wraps: two blocks write the same elements.
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

__global__ void number(int *data, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    data[i % n] = i;  // BUG
}

int main() {
    const int n = 256;
    int *data = upload(std::vector<int>(n));
    number<<<6, 64>>>(data, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
