// EXPECT misaligned
// Rows of 30 floats: every second row starts where no float4 may.
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

__global__ void scale(float *data, int columns) {
    float4 *row = (float4 *)(data + blockIdx.x * columns);
    float4 v = row[threadIdx.x];  // BUG
    v.x *= 2;
    row[threadIdx.x] = v;  // BUG
}

int main() {
    float *data = upload(std::vector<float>(300));
    scale<<<10, 7>>>(data, 30);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
