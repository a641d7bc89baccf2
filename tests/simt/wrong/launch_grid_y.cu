// EXPECT launch
// The second dimension of a grid ends at 65535.
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

__global__ void fill(int *out) { if (blockIdx.y == 0) out[threadIdx.x] = 1; }

int main() {
    int *out = upload(std::vector<int>(1));
    fill<<<dim3(1, 70000), 1>>>(out);  // BUG
    cudaError_t error = cudaGetLastError();
    check(cudaFree(out));
    return error == cudaSuccess;
}
