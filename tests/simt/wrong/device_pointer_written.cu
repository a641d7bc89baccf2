// EXPECT device-pointer
// Host code fills device memory in a loop.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

int main() {
    float *data;
    check(cudaMalloc(&data, 64 * sizeof(float)));
    for (int i = 0; i < 64; i++) data[i] = i;  // BUG
    check(cudaFree(data));
    return 0;
}
