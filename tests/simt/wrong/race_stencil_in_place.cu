// EXPECT race
// A stencil that overwrites what its neighbours still have to read.
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

__global__ void smooth(float *data, int n) {
    int i = threadIdx.x + 1;
    if (i < n - 1) data[i] = (data[i - 1] + data[i + 1]) / 2;  // BUG BUG-OTHER
}

int main() {
    const int n = 200;
    float *data = upload(std::vector<float>(n));
    smooth<<<1, 256>>>(data, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
