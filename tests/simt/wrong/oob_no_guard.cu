// EXPECT out-of-bounds
// The grid is rounded up, and no guard keeps the last block's idle threads out.
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

__global__ void add_one(int *out, const int *in) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    int value = in[i];  // BUG
    out[i] = value + 1;  // BUG
}

int main() {
    const int n = 300;
    int *in = upload(std::vector<int>(n)), *out = upload(std::vector<int>(n));
    add_one<<<(n + 127) / 128, 128>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
