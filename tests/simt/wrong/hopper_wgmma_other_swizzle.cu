// EXPECT descriptor
// The tensor map has no swizzle, and the descriptor says 128 bytes: plausible numbers on a GPU. (sm_90a)
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

__device__ uint64_t describe(const void *tile) {  // 8 rows are 1024 bytes; a swizzle of 128 bytes
    return (ptx_shared(tile) & 0x3ffff) >> 4 | 1 << 16 | (uint64_t)(1024 >> 4) << 32 | 1ull << 62;
}

__global__ void __launch_bounds__(128)
    product(float *c, const __grid_constant__ CUtensorMap a, const __grid_constant__ CUtensorMap b) {
    __shared__ __align__(1024) unsigned char as[64 * 128], bs[64 * 128];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
        mbarrier_arrive_expect_tx(&full, sizeof as + sizeof bs);
        tma_load_2d(as, &a, &full, 0, 0);  // BUG-OTHER
        tma_load_2d(bs, &b, &full, 0, 0);  // BUG-OTHER
    }
    __syncthreads();
    mbarrier_wait(&full, 0);
    float d[32];
    wgmma_fence();
    for (int k = 0; k < 4; k++) wgmma_bf16<64>(d, describe(as) + 2 * k, describe(bs) + 2 * k, k > 0);  // BUG
    wgmma_commit();
    wgmma_wait<0>();
    for (int i = 0; i < 32; i++) c[i * 128 + threadIdx.x] = d[i];
}

int main() {
    __nv_bfloat16 *a, *b;
    float *c;
    check(cudaMalloc(&a, 64 * 64 * 2));
    check(cudaMalloc(&b, 64 * 64 * 2));
    check(cudaMalloc(&c, 64 * 64 * 4));
    check(cudaMemset(a, 0, 64 * 64 * 2));
    check(cudaMemset(b, 0, 64 * 64 * 2));
    const CUtensorMap map_a =
        tensor_map_rows(a, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, 64, 64, 64, 64, CU_TENSOR_MAP_SWIZZLE_NONE);
    const CUtensorMap map_b =
        tensor_map_rows(b, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, 64, 64, 64, 64, CU_TENSOR_MAP_SWIZZLE_NONE);
    product<<<1, 128>>>(c, map_a, map_b);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(a));
    check(cudaFree(b));
    check(cudaFree(c));
    return 0;
}
