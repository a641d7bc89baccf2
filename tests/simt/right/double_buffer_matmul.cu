// Two pairs of tiles take turns, so that one barrier a step is enough.
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

template <int T>
__global__ void matmul(float *c, const float *a, const float *b, int n) {
    __shared__ float as[2][T][T], bs[2][T][T];
    int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * T + y, column = blockIdx.x * T + x, now = 0;
    as[0][y][x] = a[row * n + x];
    bs[0][y][x] = b[y * n + column];
    __syncthreads();
    float sum = 0;
    for (int k0 = 0; k0 < n; k0 += T) {
        if (k0 + T < n) {
            as[1 - now][y][x] = a[row * n + k0 + T + x];
            bs[1 - now][y][x] = b[(k0 + T + y) * n + column];
        }
#pragma unroll
        for (int i = 0; i < T; i++) sum += as[now][y][i] * bs[now][i][x];
        __syncthreads();
        now = 1 - now;
    }
    c[row * n + column] = sum;
}

int main() {
    const int n = 64;
    std::vector<float> a(n * n), b(n * n), c(n * n);
    for (int i = 0; i < n * n; i++) a[i] = i % 11 - 5, b[i] = i % 3 - 1;
    float *da = upload(a), *db = upload(b), *dc = upload(c);
    matmul<8><<<dim3(8, 8), dim3(8, 8)>>>(dc, da, db, n);
    check(cudaGetLastError());
    check(cudaMemcpy(c.data(), dc, n * n * sizeof(float), cudaMemcpyDeviceToHost));
    for (float *p : {da, db, dc}) check(cudaFree(p));
    for (int i = 0; i < n * n; i++) {
        float sum = 0;
        for (int l = 0; l < n; l++) sum += a[i / n * n + l] * b[l * n + i % n];
        if (c[i] != sum) return 1;
    }
    return 0;
}
