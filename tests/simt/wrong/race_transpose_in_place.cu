// EXPECT race
// MOST 4
// All threads exchange their element with its mirror image, so that every pair is exchanged twice.
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

__global__ void transpose(float *a, int n) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    float here = a[y * n + x], there = a[x * n + y];  // BUG-OTHER BUG
    a[y * n + x] = there;                             // BUG
    a[x * n + y] = here;                              // BUG
}

int main() {
    const int n = 32;
    float *a = upload(std::vector<float>(n * n));
    transpose<<<dim3(2, 2), dim3(16, 16)>>>(a, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(a));
    return 0;
}
