// EXPECT out-of-bounds
// A table of 16 entries for numbers of 5 bits.
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

__device__ int before[4], table[16], after[4];

__global__ void look_up(int *out) {
    out[threadIdx.x] = before[0] + table[threadIdx.x & 31] + after[0];  // BUG
}

int main() {
    int *out = upload(std::vector<int>(64));
    look_up<<<1, 64>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
