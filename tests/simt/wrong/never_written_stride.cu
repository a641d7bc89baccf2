// EXPECT never-written
// A stride of 16 blocks in a grid of 8: every second half of 1024 elements is left out.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(char *out, int n) {
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += 16 * blockDim.x) out[i] = 1;
}

int main() {
    const int n = 2048;
    std::vector<char> host(n);
    char *out;
    check(cudaMalloc(&out, n));
    fill<<<8, 64>>>(out, n);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), out, n, cudaMemcpyDeviceToHost));  // BUG
    check(cudaFree(out));
    return 0;
}
