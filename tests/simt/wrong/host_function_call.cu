// EXPECT-COMPILE half_of
// A kernel calls a function of the host.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

static int half_of(int x) { return x / 2; }

__global__ void halve(int *data) { data[threadIdx.x] = half_of(data[threadIdx.x]); }  // BUG

int main() {
    int *data;
    check(cudaMalloc(&data, 64 * sizeof(int)));
    check(cudaMemset(data, 0, 64 * sizeof(int)));
    halve<<<1, 64>>>(data);
    check(cudaGetLastError());
    check(cudaFree(data));
    return 0;
}
