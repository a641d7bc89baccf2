// EXPECT never-written
// n / 256 blocks: the last 232 elements have no thread.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(float *out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = i;
}

int main() {
    const int n = 1000;
    std::vector<float> host(n);
    float *out;
    check(cudaMalloc(&out, n * sizeof(float)));
    fill<<<n / 256, 256>>>(out, n);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), out, n * sizeof(float), cudaMemcpyDeviceToHost));  // BUG
    check(cudaFree(out));
    return 0;
}
