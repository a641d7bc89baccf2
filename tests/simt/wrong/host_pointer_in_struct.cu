// EXPECT host-pointer
// The struct was copied to the device, the array that its pointer names was not.
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

struct Matrix {
    int n;
    float *cells;
};

__global__ void trace(float *out, const Matrix *m) {
    float sum = 0;
    for (int i = 0; i < m->n; i++) sum += m->cells[i * m->n + i];  // BUG
    *out = sum;
}

int main() {
    std::vector<float> cells(100, 1);
    Matrix *m = upload(std::vector<Matrix>(1, Matrix{10, cells.data()}));
    float *out = upload(std::vector<float>(1));
    trace<<<1, 1>>>(out, m);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    check(cudaFree(m));
    return 0;
}
