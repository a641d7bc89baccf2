// EXPECT never-written
// Blocks that stick out over the edge return as a whole, and their inner cells stay as they were.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void number(int *out, int width, int height) {
    if ((blockIdx.x + 1) * blockDim.x > width || (blockIdx.y + 1) * blockDim.y > height) return;
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    out[y * width + x] = y * width + x;
}

int main() {
    const int width = 50, height = 32;
    std::vector<int> host(width * height);
    int *out;
    check(cudaMalloc(&out, host.size() * sizeof(int)));
    number<<<dim3((width + 15) / 16, height / 16), dim3(16, 16)>>>(out, width, height);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), out, host.size() * sizeof(int), cudaMemcpyDeviceToHost));  // BUG
    check(cudaFree(out));
    return 0;
}
