// Each thread computes 4 x 4 results in registers; tiles are loaded by other threads than those that read them.
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

template <int B, int R>  // a block does B x B results, a thread R x R
__global__ void matmul(float *c, const float *a, const float *b, int n) {
    const int W = B / R, K = 8;
    __shared__ float as[K][B], bs[K][B];
    int t = threadIdx.x, tx = t % W * R, ty = t / W * R, row0 = blockIdx.y * B, column0 = blockIdx.x * B;
    float sum[R][R] = {}, left[R], right[R];
    for (int k0 = 0; k0 < n; k0 += K) {
        for (int i = t; i < K * B; i += W * W) {
            as[i % K][i / K] = a[(row0 + i / K) * n + k0 + i % K];
            bs[i / B][i % B] = b[(k0 + i / B) * n + column0 + i % B];
        }
        __syncthreads();
        for (int k = 0; k < K; k++) {
            for (int i = 0; i < R; i++) left[i] = as[k][ty + i], right[i] = bs[k][tx + i];
            for (int i = 0; i < R; i++)
                for (int j = 0; j < R; j++) sum[i][j] += left[i] * right[j];
        }
        __syncthreads();
    }
    for (int i = 0; i < R; i++)
        for (int j = 0; j < R; j++) c[(row0 + ty + i) * n + column0 + tx + j] = sum[i][j];
}

int main() {
    const int n = 64;
    std::vector<float> a(n * n), b(n * n), c(n * n);
    for (int i = 0; i < n * n; i++) a[i] = i % 13 - 6, b[i] = i % 3 - 1;
    float *da = upload(a), *db = upload(b), *dc = upload(c);
    matmul<32, 4><<<dim3(2, 2), 64>>>(dc, da, db, n);
    check(cudaMemcpy(c.data(), dc, n * n * sizeof(float), cudaMemcpyDeviceToHost));
    for (float *p : {da, db, dc}) check(cudaFree(p));
    for (int i = 0; i < n * n; i++) {
        float sum = 0;
        for (int l = 0; l < n; l++) sum += a[i / n * n + l] * b[l * n + i % n];
        if (c[i] != sum) return 1;
    }
    return 0;
}
