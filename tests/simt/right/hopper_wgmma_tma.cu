// Products of 64 x 64 x 64 of tiles that TMA has loaded, with each swizzle and with none: boxes of as many columns as the swizzle has
// bytes, beside each other. (sm_90a)
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

// A box: 64 rows of `bytes`. Without a swizzle 16, and then 8 rows of a box are a core matrix.
template <int SPAN>
struct boxes {
    static constexpr int bytes = SPAN ? SPAN : 16, count = 128 / bytes, size = 64 * bytes;
};

template <int SPAN>
__device__ uint64_t describe(const unsigned char *tile, int step) {  // 32 bytes of k each
    using box = boxes<SPAN>;
    const int at = SPAN ? step * 32 / SPAN * box::size + step * 32 % SPAN : 2 * step * box::size;
    const uint64_t swizzle = SPAN == 128 ? 1 : SPAN == 64 ? 2 : SPAN == 32 ? 3 : 0;
    return (ptx_shared(tile + at) & 0x3ffff) >> 4 | (uint64_t)(box::size >> 4) << 16 |
           (uint64_t)(8 * box::bytes >> 4) << 32 | swizzle << 62;
}

template <int SPAN>
__global__ void __launch_bounds__(128)
    product(float *c, const __grid_constant__ CUtensorMap a, const __grid_constant__ CUtensorMap b) {
    using box = boxes<SPAN>;
    __shared__ __align__(1024) unsigned char as[64 * 128], bs[64 * 128];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
        mbarrier_arrive_expect_tx(&full, sizeof as + sizeof bs);
        for (int i = 0; i < box::count; i++) {
            tma_load_2d(as + i * box::size, &a, &full, i * box::bytes / 2, 0);
            tma_load_2d(bs + i * box::size, &b, &full, i * box::bytes / 2, 0);
        }
    }
    __syncthreads();
    mbarrier_wait(&full, 0);
    float d[32];
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; step++)
        wgmma_bf16<64>(d, describe<SPAN>(as, step), describe<SPAN>(bs, step), step > 0);
    wgmma_commit();
    wgmma_wait<0>();
    const int t = threadIdx.x;
    for (int i = 0; i < 32; i++)
        c[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * 64 + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];
}

static int number(int row, int k, int seed) {
    return (row * 7 + k * 3 + seed) % 9 - 4;
}

static __nv_bfloat16 *upload(int seed) {
    std::vector<__nv_bfloat16> host(64 * 64);
    for (int i = 0; i < 64 * 64; i++) host[i] = __float2bfloat16(number(i / 64, i % 64, seed));
    __nv_bfloat16 *device;
    check(cudaMalloc(&device, host.size() * 2));
    check(cudaMemcpy(device, host.data(), host.size() * 2, cudaMemcpyHostToDevice));
    return device;
}

template <int SPAN>
static int wrong_numbers(const __nv_bfloat16 *a, const __nv_bfloat16 *b) {
    const CUtensorMapSwizzle swizzle = SPAN == 128  ? CU_TENSOR_MAP_SWIZZLE_128B
                                       : SPAN == 64 ? CU_TENSOR_MAP_SWIZZLE_64B
                                       : SPAN == 32 ? CU_TENSOR_MAP_SWIZZLE_32B
                                                    : CU_TENSOR_MAP_SWIZZLE_NONE;
    const int columns = boxes<SPAN>::bytes / 2;
    const CUtensorMap map_a = tensor_map_rows(a, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, 64, 64, 64, columns, swizzle);
    const CUtensorMap map_b = tensor_map_rows(b, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, 64, 64, 64, columns, swizzle);
    std::vector<float> host(64 * 64);
    float *c;
    check(cudaMalloc(&c, host.size() * sizeof(float)));
    product<SPAN><<<1, 128>>>(c, map_a, map_b);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), c, host.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(c));
    int wrong = 0;
    for (int i = 0; i < 64 * 64; i++) {
        float want = 0;
        for (int k = 0; k < 64; k++) want += number(i / 64, k, 0) * number(i % 64, k, 1);
        wrong += host[i] != want;
    }
    return wrong;
}

int main() {
    __nv_bfloat16 *a = upload(0), *b = upload(1);
    const int wrong =
        wrong_numbers<128>(a, b) + wrong_numbers<64>(a, b) + wrong_numbers<32>(a, b) + wrong_numbers<0>(a, b);
    check(cudaFree(a));
    check(cudaFree(b));
    return wrong != 0;
}
