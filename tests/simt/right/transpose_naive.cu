// Each thread moves one element: rows are read, columns written.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

__global__ void transpose(float *out, const float *in, int rows, int columns) {
    int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && column < columns) out[column * rows + row] = in[row * columns + column];
}

int main() {
    const int rows = 45, columns = 70, n = rows * columns;
    std::vector<float> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i;
    float *din = upload(in), *dout;
    check(cudaMalloc(&dout, n * sizeof(float)));
    transpose<<<dim3((columns + 31) / 32, (rows + 7) / 8), dim3(32, 8)>>>(dout, din, rows, columns);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i % columns * rows + i / columns] != i) return 1;
    return 0;
}
