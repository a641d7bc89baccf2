// O = (Q K^T) V by a warpgroup, tile of keys after tile, as attention does it: the product of the next tile's Q K^T is under way while
// that of the last with V is; S is used as A from registers, V is turned, and O is scaled between products. (sm_90a)
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

constexpr int TILES = 3, KEYS = 64 * TILES;  // 64 queries; 64 numbers each

// 64 rows of 128 bytes, swizzled
__device__ void fill(unsigned char *tile, const __nv_bfloat16 *from) {
    for (int i = threadIdx.x; i < 64 * 64; i += blockDim.x)
        *(__nv_bfloat16 *)(tile + ((2 * i) ^ (2 * i >> 7 & 7) << 4)) = from[i];
}

__device__ uint64_t describe(const void *tile) {
    return (ptx_shared(tile) & 0x3ffff) >> 4 | 1 << 16 | (uint64_t)(1024 >> 4) << 32 | 1ull << 62;
}

// Q K^T: both with k in a row, four steps of 32 bytes
__device__ void scores(float (&s)[32], const void *q, const void *k) {
    for (int step = 0; step < 4; step++) wgmma_bf16<64>(s, describe(q) + 2 * step, describe(k) + 2 * step, step > 0);
    wgmma_commit();
}

// A's registers of 16 keys: results and operands have the same places, 8 columns after 8.
__device__ void pack(uint32_t (&p)[4][4], const float (&s)[32]) {
    for (int step = 0; step < 4; step++)
        for (int i = 0; i < 4; i++) {
            const float *pair = &s[step * 8 + i * 2];
            p[step][i] = __bfloat16_as_ushort(__float2bfloat16(pair[0])) |
                         (uint32_t)__bfloat16_as_ushort(__float2bfloat16(pair[1])) << 16;
        }
}

// P V: 16 rows of V are 2048 bytes
__device__ void values(float (&o)[32], const uint32_t (&p)[4][4], const void *v, bool first) {
    for (int step = 0; step < 4; step++) wgmma_bf16<64, 1>(o, p[step], describe(v) + 128 * step, !first || step > 0);
    wgmma_commit();
}

__global__ void __launch_bounds__(128)
    attention(float *out, const __nv_bfloat16 *q, const __nv_bfloat16 *k, const __nv_bfloat16 *v) {
    extern __shared__ __align__(1024) unsigned char tiles[];
    unsigned char *qs = tiles, *ks = qs + 8192, *vs = ks + TILES * 8192;
    fill(qs, q);
    for (int i = 0; i < TILES; i++) fill(ks + 8192 * i, k + 4096 * i), fill(vs + 8192 * i, v + 4096 * i);
    fence_proxy_async();
    __syncthreads();
    float s[2][32], o[32];
    uint32_t p[2][4][4];
    wgmma_fence();
    scores(s[0], qs, ks);
    wgmma_wait<0>();
    pack(p[0], s[0]);
#pragma unroll
    for (int i = 0; i < TILES; i++) {
        wgmma_fence();
        if (i + 1 < TILES) scores(s[(i + 1) % 2], qs, ks + 8192 * (i + 1));
        values(o, p[i % 2], vs + 8192 * i, i == 0);
        if (i + 1 < TILES) {
            wgmma_wait<1>();  // the scores are there; O is not
            pack(p[(i + 1) % 2], s[(i + 1) % 2]);
        }
        wgmma_wait<0>();
        for (int j = 0; j < 32; j++) o[j] *= 2;
    }
    int t = threadIdx.x;
    for (int i = 0; i < 32; i++)
        out[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * 64 + i / 4 * 8 + t % 4 * 2 + i % 2] = o[i];
}

static int number(int row, int column, int seed) {
    return (row * 5 + column * 3 + seed) % 4 - 1;
}

static __nv_bfloat16 *upload(int rows, int seed) {
    std::vector<__nv_bfloat16> host(rows * 64);
    for (int i = 0; i < rows * 64; i++) host[i] = __float2bfloat16(number(i / 64, i % 64, seed));
    __nv_bfloat16 *device;
    check(cudaMalloc(&device, host.size() * 2));
    check(cudaMemcpy(device, host.data(), host.size() * 2, cudaMemcpyHostToDevice));
    return device;
}

static float expected(int row, int column) {
    float o = 0;
    for (int tile = 0; tile < TILES; tile++) {
        for (int key = 64 * tile; key < 64 * tile + 64; key++) {
            float s = 0;
            for (int i = 0; i < 64; i++) s += number(row, i, 0) * number(key, i, 1);
            o += s * number(key, column, 2);
        }
        o *= 2;
    }
    return o;
}

int main() {
    __nv_bfloat16 *q = upload(64, 0), *k = upload(KEYS, 1), *v = upload(KEYS, 2);
    float *out;
    check(cudaMalloc(&out, 64 * 64 * sizeof(float)));
    const int bytes = 8192 * (1 + 2 * TILES);
    check(cudaFuncSetAttribute(attention, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    attention<<<1, 128, bytes>>>(out, q, k, v);
    check(cudaGetLastError());
    std::vector<float> host(64 * 64);
    check(cudaMemcpy(host.data(), out, host.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(q));
    check(cudaFree(k));
    check(cudaFree(v));
    check(cudaFree(out));
    for (int i = 0; i < 64 * 64; i++)
        if (host[i] != expected(i / 64, i % 64)) {
            fprintf(stderr, "row %d, column %d: %g, not %g\n", i / 64, i % 64, host[i], expected(i / 64, i % 64));
            return 1;
        }
    return 0;
}
