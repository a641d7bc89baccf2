// EXPECT leak
// One of two allocations is never freed.
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

__global__ void copy(int *out, const int *in) { out[threadIdx.x] = in[threadIdx.x]; }

int main() {
    int *in = upload(std::vector<int>(64)), *out;
    check(cudaMalloc(&out, 64 * sizeof(int)));  // BUG
    copy<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    return 0;
}
