// A grid-stride loop: 7 blocks of 96 threads do 10007 elements, in place.
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

__global__ void saxpy(float *y, const float *x, float a, int n) {
    int stride = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) y[i] = a * x[i] + y[i];
}

int main() {
    const int n = 10007;
    std::vector<float> x(n), y(n);
    for (int i = 0; i < n; i++) x[i] = i % 100, y[i] = 1;
    float *dx = upload(x), *dy = upload(y);
    saxpy<<<7, 96>>>(dy, dx, 2, n);
    check(cudaGetLastError());
    check(cudaMemcpy(y.data(), dy, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(dx));
    check(cudaFree(dy));
    for (int i = 0; i < n; i++)
        if (y[i] != 2 * (i % 100) + 1) return 1;
    return 0;
}
