// A producer warp fills a tile twice by TMA. A thread of the warpgroup that has used it tells it so, alone, for the whole
// warpgroup: who has waited for wgmma knows that it is over. (sm_90a)
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

__device__ uint64_t describe(const void *tile) {
    return (ptx_shared(tile) & 0x3ffff) >> 4 | 1 << 16 | (uint64_t)(1024 >> 4) << 32 | 1ull << 62;
}

// c = a0 a0^T + a1 a1^T, of rows 0 to 63 and 64 to 127 of a
__global__ void __launch_bounds__(160) product(float *c, const __grid_constant__ CUtensorMap a) {
    __shared__ __align__(1024) unsigned char tile[64 * 128];
    __shared__ uint64_t full, empty;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        mbarrier_init(&empty, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    if (threadIdx.x >= 128) {
        for (int round = 0; round < 2 && threadIdx.x == 128; round++) {
            mbarrier_wait(&empty, (round & 1) ^ 1);
            mbarrier_arrive_expect_tx(&full, sizeof tile);
            tma_load_2d(tile, &a, &full, 0, 64 * round);
        }
        return;
    }
    float d[32];
    for (int round = 0; round < 2; round++) {
        mbarrier_wait(&full, round & 1);
        wgmma_fence();
        for (int k = 0; k < 4; k++) wgmma_bf16<64>(d, describe(tile) + 2 * k, describe(tile) + 2 * k, round + k > 0);
        wgmma_commit();
        wgmma_wait<0>();
        if (threadIdx.x == 95) mbarrier_arrive(&empty);
    }
    const int t = threadIdx.x;
    for (int i = 0; i < 32; i++)
        c[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * 64 + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];
}

static int number(int row, int k) {
    return (row * 7 + k * 3) % 9 - 4;
}

int main() {
    std::vector<__nv_bfloat16> host(128 * 64);
    for (int i = 0; i < 128 * 64; i++) host[i] = __float2bfloat16(number(i / 64, i % 64));
    __nv_bfloat16 *a;
    float *c;
    check(cudaMalloc(&a, host.size() * 2));
    check(cudaMalloc(&c, 64 * 64 * sizeof(float)));
    check(cudaMemcpy(a, host.data(), host.size() * 2, cudaMemcpyHostToDevice));
    product<<<1, 160>>>(
        c, tensor_map_rows(a, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, 128, 64, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B));
    check(cudaGetLastError());
    std::vector<float> out(64 * 64);
    check(cudaMemcpy(out.data(), c, out.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(a));
    check(cudaFree(c));
    int wrong = 0;
    for (int i = 0; i < 64 * 64; i++) {
        float want = 0;
        for (int k = 0; k < 128; k++)
            want += number(i / 64 + k / 64 * 64, k % 64) * number(i % 64 + k / 64 * 64, k % 64);
        wrong += out[i] != want;
    }
    return wrong != 0;
}
