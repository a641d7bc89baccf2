// EXPECT use-after-free
// The result is fetched after its memory was given back.
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
    std::vector<int> host(64);
    int *out = upload(host);
    fill<<<1, 64>>>(out);
    check(cudaGetLastError());
    check(cudaFree(out));
    check(cudaMemcpy(host.data(), out, 64 * sizeof(int), cudaMemcpyDeviceToHost));  // BUG
    return 0;
}
