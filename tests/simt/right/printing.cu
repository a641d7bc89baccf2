// printf from a kernel, with several types and none.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void speak(int n) {
    if (threadIdx.x < n) printf("thread %d of block %u: %.2f %s\n", threadIdx.x, blockIdx.x, threadIdx.x * 0.5, "yes");
    if (threadIdx.x == 0 && blockIdx.x == 0) printf("a single line\n");
}

int main() {
    speak<<<2, 40>>>(2);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    return 0;
}
