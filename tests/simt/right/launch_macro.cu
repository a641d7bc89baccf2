// Launches written by a macro, by a function template over the kernel, in a conditional and in a loop over kernels.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void increment(int *data, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) data[i] += 1;
}

__global__ void twice(int *data, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) data[i] *= 2;
}

#define LAUNCH(kernel, n, ...)                              \
    do {                                                    \
        kernel<<<((n) + 31) / 32, 32>>>(__VA_ARGS__, (n));  \
        check(cudaGetLastError());                          \
    } while (0)

template <class... Parameters, class... Arguments>
static void launch(void (*kernel)(Parameters...), int n, Arguments... arguments) {
    kernel<<<dim3((n + 63) / 64), dim3(64)>>>(arguments...);
    check(cudaGetLastError());
}

int main() {
    const int n = 100;
    int host[n], *device;
    check(cudaMalloc(&device, sizeof host));
    check(cudaMemset(device, 0, sizeof host));
    LAUNCH(increment, n, device);                             // 1
    launch(twice, n, device, n);                              // 2
    void (*kernels[])(int *, int) = {increment, twice};
    for (auto kernel : kernels) kernel<<<4, 32>>>(device, n);  // 6
    if (n > 50)
        increment<<<2, 50>>>(device, n);                      // 7
    else
        twice<<<2, 50>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(host, device, sizeof host, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int value : host)
        if (value != 7) return 1;
    return 0;
}
