// EXPECT device-pointer
// Host code reads the result where the kernel left it.
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

__global__ void fill(int *out) { out[threadIdx.x] = threadIdx.x; }

int main() {
    int *out = upload(std::vector<int>(64));
    fill<<<1, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    int sum = 0;
    for (int i = 0; i < 64; i++) sum += out[i];  // BUG
    check(cudaFree(out));
    return sum != 2016;
}
