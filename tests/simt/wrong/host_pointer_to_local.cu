// EXPECT host-pointer
// A parameter by address: the address of a variable of main.
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

__global__ void scale(float *data, const float *factor) {
    data[threadIdx.x] *= *factor;  // BUG
}

int main() {
    float factor = 3, *data = upload(std::vector<float>(64, 1));
    scale<<<1, 64>>>(data, &factor);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
