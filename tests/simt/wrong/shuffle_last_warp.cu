// EXPECT warp-mask
// A block of 48 threads: the second warp has 16 lanes, and they shuffle with lanes that do not exist.
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

__global__ void sum(int *out, const int *in) {
    int value = in[threadIdx.x];
    for (int offset = 16; offset > 0; offset /= 2) value += __shfl_down_sync(0xffffffff, value, offset);  // BUG
    if (threadIdx.x % 32 == 0) atomicAdd(out, value);
}

int main() {
    int *in = upload(std::vector<int>(48, 1)), *out = upload(std::vector<int>(1));
    sum<<<1, 48>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
