// EXPECT race
// Attention of one head. The warps give K's stage back when they have asked for the product, not when they have waited for it.
// (sm_90a)
#include <cuda_bf16.h>

#include <cuda_runtime.h>
#include "ptx.h"

#include <cmath>
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

// Swizzled: leading offset, and that of 8 rows; code 1: 128 bytes, 3: 32
__device__ uint64_t describe(const void *start, uint32_t leading, uint32_t stride, uint64_t code) {
    return (ptx_shared(start) & 0x3ffff) >> 4 | (uint64_t)(leading >> 4) << 16 | (uint64_t)(stride >> 4) << 32 |
           code << 62;
}

static int number(int row, int column, int seed) {
    return (row * 7 + column * 13 + seed * 5 + row * column % 5) % 9 - 4;
}

enum { WIDTH = 64, ROWS = 64, STAGES = 2, THREADS = 160 };
using bf16 = __nv_bfloat16;
struct alignas(1024) memory {
    bf16 q[ROWS * WIDTH], k[STAGES][ROWS * WIDTH], v[STAGES][ROWS * WIDTH];
    uint64_t q_full, k_full[STAGES], v_full[STAGES], k_empty[STAGES], v_empty[STAGES];
};

__device__ uint32_t pack(float low, float high) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const uint32_t *>(&pair);
}

__device__ void produce(memory &m, const CUtensorMap *q, const CUtensorMap *k, const CUtensorMap *v, int tiles) {
    mbarrier_arrive_expect_tx(&m.q_full, sizeof m.q);
    tma_load_2d(m.q, q, &m.q_full, 0, blockIdx.x * ROWS);
    for (int t = 0; t < tiles; t++) {
        const int s = t % STAGES, round = t / STAGES & 1;
        mbarrier_wait(&m.k_empty[s], round ^ 1);
        mbarrier_arrive_expect_tx(&m.k_full[s], sizeof m.k[0]);
        tma_load_2d(m.k[s], k, &m.k_full[s], 0, t * ROWS);  // BUG
        mbarrier_wait(&m.v_empty[s], round ^ 1);
        mbarrier_arrive_expect_tx(&m.v_full[s], sizeof m.v[0]);
        tma_load_2d(m.v[s], v, &m.v_full[s], 0, t * ROWS);
    }
}

// A row of the scores lies in four lanes.
__device__ float over_row(float x, bool largest) {
    for (int lanes = 1; lanes < 4; lanes *= 2) {
        const float other = __shfl_xor_sync(~0u, x, lanes);
        x = largest ? fmaxf(x, other) : x + other;
    }
    return x;
}

__global__ void __launch_bounds__(THREADS)
    attention(float *out, int tiles, const __grid_constant__ CUtensorMap q, const __grid_constant__ CUtensorMap k,
              const __grid_constant__ CUtensorMap v) {
    extern __shared__ unsigned char raw[];
    memory &m = *reinterpret_cast<memory *>((reinterpret_cast<uintptr_t>(raw) + 1023) & ~uintptr_t(1023));
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    if (threadIdx.x == 0) {
        mbarrier_init(&m.q_full, 1);
        for (int s = 0; s < STAGES; s++) {
            mbarrier_init(&m.k_full[s], 1), mbarrier_init(&m.v_full[s], 1);
            mbarrier_init(&m.k_empty[s], 4), mbarrier_init(&m.v_empty[s], 4);
        }
        fence_mbarrier_init();
    }
    __syncthreads();
    if (warp == 4) {
        if (lane == 0) produce(m, &q, &k, &v, tiles);
        return;
    }
    float sum[32] = {0}, most[2] = {-INFINITY, -INFINITY}, weight[2] = {0, 0};
    mbarrier_wait(&m.q_full, 0);
    for (int t = 0; t < tiles; t++) {
        const int s = t % STAGES, round = t / STAGES & 1;
        float score[32];
        mbarrier_wait(&m.k_full[s], round);
        wgmma_fence();
#pragma unroll
        for (int i = 0; i < 4; i++) {
            const uint64_t from = describe(m.q + 16 * i, 0, 1024, 1);
            wgmma_bf16<64>(score, from, describe(m.k[s] + 16 * i, 0, 1024, 1), i > 0);  // BUG-OTHER
        }
        wgmma_commit();
        if (lane == 0) mbarrier_arrive(&m.k_empty[s]);
        wgmma_wait<0>();
        for (int h = 0; h < 2; h++) {  // rows lane / 4 and lane / 4 + 8
            float now = most[h];
            for (int i = 0; i < 32; i++)
                if (i / 2 % 2 == h) now = fmaxf(now, score[i]);
            now = over_row(now, true);
            const float shrink = exp2f(most[h] - now);
            most[h] = now;
            weight[h] *= shrink;
            for (int i = 0; i < 32; i++) {
                if (i / 2 % 2 != h) continue;
                sum[i] *= shrink;
                score[i] = exp2f(score[i] - now);
                weight[h] += score[i];
            }
        }
        uint32_t p[4][4];
        for (int i = 0; i < 16; i++) p[i / 4][i % 4] = pack(score[2 * i], score[2 * i + 1]);
        mbarrier_wait(&m.v_full[s], round);
        wgmma_fence();
#pragma unroll
        for (int i = 0; i < 4; i++) wgmma_bf16<64, 1>(sum, p[i], describe(m.v[s] + i * 16 * WIDTH, 0, 1024, 1), true);
        wgmma_commit();
        wgmma_wait<0>();
        if (lane == 0) mbarrier_arrive(&m.v_empty[s]);
    }
    for (float &w : weight) w = over_row(w, false);
    for (int i = 0; i < 32; i++) {
        const int row = warp * 16 + lane / 4 + i / 2 % 2 * 8, column = i / 4 * 8 + lane % 4 * 2 + i % 2;
        out[(blockIdx.x * ROWS + row) * WIDTH + column] = sum[i] / weight[i / 2 % 2];
    }
}

int main() {
    const int n = 3 * ROWS;
    std::vector<bf16> q(n * WIDTH), k(n * WIDTH), v(n * WIDTH);
    for (int i = 0; i < n * WIDTH; i++) {
        q[i] = __float2bfloat16(number(i / WIDTH, i % WIDTH, 1) / 16.0f);
        k[i] = __float2bfloat16(number(i / WIDTH, i % WIDTH, 2) / 4.0f);
        v[i] = __float2bfloat16(number(i / WIDTH, i % WIDTH, 3));
    }
    bf16 *in[3] = {upload(q), upload(k), upload(v)};
    CUtensorMap map[3];
    for (int i = 0; i < 3; i++)
        map[i] = tensor_map_rows(in[i], CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, n, WIDTH, ROWS, WIDTH,
                                 CU_TENSOR_MAP_SWIZZLE_128B);
    float *out;
    check(cudaMalloc(&out, n * WIDTH * sizeof(float)));
    const int bytes = sizeof(memory) + 1024;
    check(cudaFuncSetAttribute(attention, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    attention<<<n / ROWS, THREADS, bytes>>>(out, n / ROWS, map[0], map[1], map[2]);
    check(cudaGetLastError());
    check(cudaFree(out));
    for (bf16 *p : in) check(cudaFree(p));
    return 0;
}
