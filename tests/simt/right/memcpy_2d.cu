// Rows with a pitch: the gaps between rows are never touched, and copies leave them out.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void flip(float *data, size_t pitch, int width, int height) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    if (x >= width / 2) return;
    float *row = (float *)((char *)data + y * pitch), keep = row[x];
    row[x] = row[width - 1 - x];
    row[width - 1 - x] = keep;
}

int main() {
    const int width = 45, height = 12;
    std::vector<float> in(width * height), out(width * height);
    for (int i = 0; i < width * height; i++) in[i] = i;
    float *device;
    size_t pitch, row = width * sizeof(float);
    check(cudaMallocPitch(&device, &pitch, row, height));
    check(cudaMemcpy2D(device, pitch, in.data(), row, row, height, cudaMemcpyHostToDevice));
    flip<<<dim3(1, height), 32>>>(device, pitch, width, height);
    check(cudaGetLastError());
    check(cudaMemcpy2D(out.data(), row, device, pitch, row, height, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < width * height; i++)
        if (out[i] != i / width * width + width - 1 - i % width) return 1;
    return 0;
}
