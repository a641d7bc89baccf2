// EXPECT race
// ALSO uninitialised
// Thread 0 fetches a factor for all; the others do not wait for it.
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

__global__ void scale(float *data, const float *factors) {
    __shared__ float factor;
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) factor = factors[blockIdx.x];  // BUG
    data[i] *= factor;  // BUG-OTHER
}

int main() {
    float *data = upload(std::vector<float>(256)), *factors = upload(std::vector<float>(4, 2));
    scale<<<4, 64>>>(data, factors);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    check(cudaFree(factors));
    return 0;
}
