// EXPECT read-only
// A kernel writes to constant memory, through a pointer that hides it.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__constant__ int table[64];

__global__ void change() {
    int *hidden = const_cast<int *>(table);
    hidden[threadIdx.x] = 1;  // BUG
}

int main() {
    change<<<1, 64>>>();
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    return 0;
}
