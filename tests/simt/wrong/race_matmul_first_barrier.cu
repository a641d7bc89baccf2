// EXPECT race
// MOST 5
// ALSO uninitialised
// Tiled matrix product without the barrier between loading the tiles and using them.
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

const int TILE = 16;

__global__ void matmul(float *c, const float *a, const float *b, int n) {
    __shared__ float as[TILE][TILE], bs[TILE][TILE];
    int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * TILE + y, column = blockIdx.x * TILE + x;
    float sum = 0;
    for (int k = 0; k < n; k += TILE) {
        as[y][x] = a[row * n + k + x];       // BUG
        bs[y][x] = b[(k + y) * n + column];  // BUG
        for (int i = 0; i < TILE; i++) sum += as[y][i] * bs[i][x];  // BUG-OTHER
        __syncthreads();
    }
    c[row * n + column] = sum;
}

int main() {
    const int n = 64;
    float *a = upload(std::vector<float>(n * n)), *b = upload(std::vector<float>(n * n)), *c;
    check(cudaMalloc(&c, n * n * sizeof(float)));
    matmul<<<dim3(4, 4), dim3(16, 16)>>>(c, a, b, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    for (float *p : {a, b, c}) check(cudaFree(p));
    return 0;
}
