// A product of two turned matrices, whose tiles come by cp.async: three stages, no mbarrier, and a product under way while the next
// tile is waited for. (sm_90a)
#include <cuda_fp16.h>

#include <cuda_runtime.h>
#include "ptx.h"

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

template <class T>
static std::vector<T> download(T *device, size_t n) {
    std::vector<T> host(n);
    check(cudaMemcpy(host.data(), device, n * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    return host;
}

// Swizzled: leading offset, and that of 8 rows; code 1: 128 bytes, 3: 32
__device__ uint64_t describe(const void *start, uint32_t leading, uint32_t stride, uint64_t code) {
    return (ptx_shared(start) & 0x3ffff) >> 4 | (uint64_t)(leading >> 4) << 16 | (uint64_t)(stride >> 4) << 32 |
           code << 62;
}

static int number(int row, int column, int seed) {
    return (row * 7 + column * 13 + seed * 5 + row * column % 5) % 9 - 4;
}

enum { STAGES = 3, K = 32, WIDE = 64, N = 128, A_BYTES = K * WIDE * 2, STAGE_BYTES = 3 * A_BYTES };

// Both matrices have rows of equal k. A row of 64 numbers is 128 bytes; B's tile is two such tiles beside each other.
__device__ void copy(unsigned char *tile, const half *from, int columns) {
    for (int i = threadIdx.x; i < K * 8; i += blockDim.x)
        cp_async_16(tile + i / 8 * 128 + (i ^ i / 8) % 8 * 16, from + i / 8 * columns + i % 8 * 8);
}

__global__ void __launch_bounds__(128) product(float *c, const half *a, const half *b, int m, int n, int steps) {
    extern __shared__ __align__(1024) unsigned char stages[];
    const int t = threadIdx.x, row0 = blockIdx.y * WIDE, column0 = blockIdx.x * N;
    const auto fetch = [&](int k) {
        unsigned char *const stage = stages + k % STAGES * STAGE_BYTES;
        if (k < steps) {
            copy(stage, a + k * K * m + row0, m);
            for (int i = 0; i < 2; i++) copy(stage + (1 + i) * A_BYTES, b + k * K * n + column0 + i * WIDE, n);
        }
        cp_async_commit();
    };
    for (int k = 0; k < STAGES - 1; k++) fetch(k);
    float d[N / 2];
    for (int k = 0; k < steps; k++) {
        const unsigned char *const stage = stages + k % STAGES * STAGE_BYTES;
        cp_async_wait<STAGES - 2>();
        fence_proxy_async();
        __syncthreads();
        wgmma_fence();
        for (int i = 0; i < K / 16; i++) {
            const uint64_t from = describe(stage + i * 2048, A_BYTES, 1024, 1);
            const uint64_t other = describe(stage + A_BYTES + i * 2048, A_BYTES, 1024, 1);
            wgmma_f16<N, 1, 1>(d, from, other, k + i > 0);
        }
        wgmma_commit();
        wgmma_wait<1>();
        __syncthreads();
        fetch(k + STAGES - 1);
    }
    wgmma_wait<0>();
    for (int i = 0; i < N / 2; i++)
        c[(row0 + t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * n + column0 + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];
}

int main() {
    const int m = 128, n = 128, k = 160;
    std::vector<half> a(k * m), b(k * n);
    for (int i = 0; i < k * m; i++) a[i] = __float2half(number(i / m, i % m, 1));
    for (int i = 0; i < k * n; i++) b[i] = __float2half(number(i / n, i % n, 2));
    half *in_a = upload(a), *in_b = upload(b);
    float *out;
    check(cudaMalloc(&out, m * n * sizeof(float)));
    product<<<dim3(n / N, m / WIDE), 128, STAGES * STAGE_BYTES>>>(out, in_a, in_b, m, n, k / K);
    check(cudaGetLastError());
    const std::vector<float> got = download(out, m * n);
    check(cudaFree(in_a));
    check(cudaFree(in_b));
    int wrong = 0;
    for (int i = 0; i < m * n; i++) {
        float want = 0;
        for (int j = 0; j < k; j++) want += number(j, i / n, 1) * number(j, i % n, 2);
        wrong += got[i] != want;
    }
    return wrong != 0;
}
