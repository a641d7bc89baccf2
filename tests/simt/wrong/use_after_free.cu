// EXPECT use-after-free
// The input is freed before the second launch reads it again.
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

__global__ void add(int *out, const int *in) {
    out[threadIdx.x] += in[threadIdx.x];  // BUG
}

int main() {
    int *in = upload(std::vector<int>(64)), *out = upload(std::vector<int>(64));
    add<<<1, 64>>>(out, in);
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    add<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
