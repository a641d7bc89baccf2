// EXPECT launch
// ALSO unchecked
// The launch fails, and nobody asks whether it did.
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

__global__ void fill(int *out) { out[threadIdx.x] = 1; }

int main() {
    std::vector<int> host(1500);
    int *out = upload(host);
    fill<<<1, 1500>>>(out);  // BUG
    cudaMemcpy(host.data(), out, host.size() * sizeof(int), cudaMemcpyDeviceToHost);
    cudaFree(out);
    return 0;
}
