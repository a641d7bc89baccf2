// EXPECT uninitialised
// The second buffer of the same size is not the first one, zeros and all.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void add(int *data) { data[threadIdx.x] += 1; }  // BUG

int main() {
    int *data;
    for (int round = 0; round < 2; round++) {
        check(cudaMalloc(&data, 64 * sizeof(int)));
        if (round == 0) check(cudaMemset(data, 0, 64 * sizeof(int)));
        add<<<1, 64>>>(data);
        check(cudaGetLastError());
        check(cudaDeviceSynchronize());
        check(cudaFree(data));
    }
    return 0;
}
