// A memset gives every byte a value; the kernel writes only some elements, and all are copied back.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void mark(int *data, int n, int step) {
    int i = (blockIdx.x * blockDim.x + threadIdx.x) * step;
    if (i < n) data[i] = i;
}

int main() {
    const int n = 500, step = 7;
    std::vector<int> data(n);
    int *device;
    check(cudaMalloc(&device, n * sizeof(int)));
    check(cudaMemset(device, 0xff, n * sizeof(int)));
    mark<<<2, 64>>>(device, n, step);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++)
        if (data[i] != (i % step == 0 ? i : -1)) return 1;
    return 0;
}
