// Products of 64 x N x 64 by wgmma in every layout: k in a row and turned, each swizzle and none, A from shared memory and from
// registers. The tiles are written by threads as TMA would write them. (sm_90a)
#include <cuda_bf16.h>

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

constexpr int M = 64, N = 96, K = 64;

// Byte of number (row, k) of a tile of `rows` x K, and its descriptor's offsets.
struct layout {
    int span, turned, leading, stride;  // span 0: no swizzle
};

__host__ __device__ int place(layout l, int row, int k) {
    int across = 2 * (l.turned ? row : k), down = l.turned ? k : row, at;
    if (l.span == 0) {  // pieces of 8 x 16 bytes
        int along = l.turned ? l.stride : l.leading, below = l.turned ? l.leading : l.stride;
        return down / 8 * below + down % 8 * 16 + across / 16 * along + across % 16;
    }
    at = down / 8 * l.stride + down % 8 * l.span + across % l.span + across / l.span * l.leading;
    return at ^ (at >> 7 & (l.span / 16 - 1)) << 4;
}

__device__ uint64_t describe(layout l, const void *tile, int step) {  // step: number of 16 k's
    // where the step begins, before the swizzle: steps never change the row in the pattern, or whole patterns
    int bytes = 16 * 2 * step;
    int at = l.turned      ? (l.span ? 2 * step * l.stride : 2 * step * l.leading)
             : l.span == 0 ? 2 * step * l.leading
                           : bytes / l.span * l.leading + bytes % l.span;
    uint64_t swizzle = l.span == 128 ? 1 : l.span == 64 ? 2 : l.span == 32 ? 3 : 0;
    return ((ptx_shared(tile) + at) & 0x3ffff) >> 4 | (uint64_t)(l.leading >> 4) << 16 |
           (uint64_t)(l.stride >> 4) << 32 | swizzle << 62;
}

__device__ void store(float *c, const float (&d)[N / 2]) {
    int t = threadIdx.x;
    for (int i = 0; i < N / 2; i++)
        c[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * N + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];
}

// a (M,K), b (N,K)
template <int A_TURNED, int B_TURNED>
__global__ void product(float *c, const __nv_bfloat16 *a, const __nv_bfloat16 *b, layout la, layout lb) {
    __shared__ __align__(1024) unsigned char as[2 * M * K], bs[2 * N * K + 4096];
    for (int i = threadIdx.x; i < M * K; i += blockDim.x) *(__nv_bfloat16 *)(as + place(la, i / K, i % K)) = a[i];
    for (int i = threadIdx.x; i < N * K; i += blockDim.x) *(__nv_bfloat16 *)(bs + place(lb, i / K, i % K)) = b[i];
    fence_proxy_async();
    __syncthreads();
    float d[N / 2];
    wgmma_fence();
    for (int step = 0; step < K / 16; step++)
        wgmma_bf16<N, A_TURNED, B_TURNED>(d, describe(la, as, step), describe(lb, bs, step), step > 0);
    wgmma_commit();
    wgmma_wait<0>();
    store(c, d);
}

template <int B_TURNED>
__global__ void from_registers(float *c, const __nv_bfloat16 *a, const __nv_bfloat16 *b, layout lb) {
    __shared__ __align__(1024) unsigned char bs[2 * N * K + 4096];
    for (int i = threadIdx.x; i < N * K; i += blockDim.x) *(__nv_bfloat16 *)(bs + place(lb, i / K, i % K)) = b[i];
    uint32_t r[K / 16][4];
    int row = threadIdx.x / 32 * 16 + threadIdx.x % 32 / 4, column = threadIdx.x % 4 * 2;
    for (int step = 0; step < K / 16; step++)
        for (int i = 0; i < 4; i++)
            r[step][i] = *(const uint32_t *)&a[(row + i % 2 * 8) * K + step * 16 + column + i / 2 * 8];
    fence_proxy_async();
    __syncthreads();
    float d[N / 2] = {};
    wgmma_fence();
    for (int step = 0; step < K / 16; step++) {
        wgmma_bf16<N, B_TURNED>(d, r[step], describe(lb, bs, step), true);
        wgmma_commit();
    }
    wgmma_wait<0>();
    store(c, d);
}

static float number(int row, int k, int seed) {
    return (row * 7 + k * 3 + seed * 5) % 17 - 8;
}

// The layouts of a tile of so many rows: 128, 64 and 32 bytes, none; k in a row, turned
static layout layout_of(int rows, int kind) {
    int span = 128 >> kind % 4, turned = kind / 4;
    if (kind % 4 == 3) return turned ? layout{0, 1, 128 * rows / 8, 128} : layout{0, 0, 128, 128 * K / 8};
    if (!turned) return {span, 0, rows * span, 8 * span};
    return {span, 1, K * span, 8 * span};
}

static bool right(float *dc, const char *name, int kind_a, int kind_b) {
    std::vector<float> c(M * N);
    check(cudaGetLastError());
    check(cudaMemcpy(c.data(), dc, M * N * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaMemset(dc, 0xff, M * N * sizeof(float)));
    for (int i = 0; i < M * N; i++) {
        float sum = 0;
        for (int k = 0; k < K; k++) sum += number(i / N, k, 1) * number(i % N, k, 2);
        if (c[i] == sum) continue;
        fprintf(stderr, "%s, layouts %d and %d: row %d, column %d is %g, not %g\n", name, kind_a, kind_b, i / N, i % N,
                c[i], sum);
        return false;
    }
    return true;
}

int main() {
    std::vector<__nv_bfloat16> a(M * K), b(N * K);
    for (int i = 0; i < M * K; i++) a[i] = __float2bfloat16(number(i / K, i % K, 1));
    for (int i = 0; i < N * K; i++) b[i] = __float2bfloat16(number(i / K, i % K, 2));
    __nv_bfloat16 *da, *db;
    float *dc;
    check(cudaMalloc(&da, a.size() * 2));
    check(cudaMalloc(&db, b.size() * 2));
    check(cudaMalloc(&dc, M * N * sizeof(float)));
    check(cudaMemcpy(da, a.data(), a.size() * 2, cudaMemcpyHostToDevice));
    check(cudaMemcpy(db, b.data(), b.size() * 2, cudaMemcpyHostToDevice));
    bool all = true;
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            layout la = layout_of(M, i), lb = layout_of(N, j);
            if (i < 4 && j < 4) product<0, 0><<<1, 128>>>(dc, da, db, la, lb);
            else if (i < 4) product<0, 1><<<1, 128>>>(dc, da, db, la, lb);
            else if (j < 4) product<1, 0><<<1, 128>>>(dc, da, db, la, lb);
            else product<1, 1><<<1, 128>>>(dc, da, db, la, lb);
            all = right(dc, "product", i, j) && all;
        }
    for (int j = 0; j < 8; j++) {
        if (j < 4) from_registers<0><<<1, 128>>>(dc, da, db, layout_of(N, j));
        else from_registers<1><<<1, 128>>>(dc, da, db, layout_of(N, j));
        all = right(dc, "from registers", 0, j) && all;
    }
    check(cudaFree(da));
    check(cudaFree(db));
    check(cudaFree(dc));
    return !all;
}
