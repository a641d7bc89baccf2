// A block owns a tile and its mirror image: it reads both, waits, and writes both.
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

__global__ void transpose(int *a, int n) {
    __shared__ int here[8][9], there[8][9];
    if (blockIdx.y > blockIdx.x) return;
    int x = threadIdx.x, y = threadIdx.y;
    int upper = (blockIdx.y * 8 + y) * n + blockIdx.x * 8 + x, lower = (blockIdx.x * 8 + y) * n + blockIdx.y * 8 + x;
    here[y][x] = a[upper];
    there[y][x] = a[lower];
    __syncthreads();
    a[lower] = here[x][y];
    if (blockIdx.x != blockIdx.y) a[upper] = there[x][y];
}

int main() {
    const int n = 40;
    std::vector<int> a(n * n);
    for (int i = 0; i < n * n; i++) a[i] = i;
    int *device = upload(a);
    transpose<<<dim3(n / 8, n / 8), dim3(8, 8)>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(a.data(), device, n * n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n * n; i++)
        if (a[i] != i % n * n + i / n) return 1;
    return 0;
}
