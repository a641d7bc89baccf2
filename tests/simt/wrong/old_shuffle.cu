// EXPECT-COMPILE __shfl
// __shfl without _sync was taken out of CUDA.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void sum(int *data) {
    int value = data[threadIdx.x];
    for (int offset = 16; offset > 0; offset /= 2) value += __shfl_down(value, offset);  // BUG
    data[threadIdx.x] = value;
}

int main() {
    int *data;
    check(cudaMalloc(&data, 32 * sizeof(int)));
    sum<<<1, 32>>>(data);
    check(cudaFree(data));
    return 0;
}
