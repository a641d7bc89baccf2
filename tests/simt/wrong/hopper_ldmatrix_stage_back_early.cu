// EXPECT async race
// MOST 6
// A warp gives its stage back before it has read it: the load of the next round comes too early. (sm_90)
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

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

static int number(int row, int column, int seed) {
    return (row * 7 + column * 13 + seed * 5 + row * column % 5) % 9 - 4;
}

enum { STAGES = 3, TILE = 64 * 128 };  // bytes

// Rows of 128 bytes, swizzled: where lane's row of 16 bytes lies
__device__ const unsigned char *piece(const unsigned char *tile, int row, int i) {
    return tile + row * 128 + (i ^ row % 8) * 16;
}

// The warp's 16 rows, a step of 64 in k
__device__ void multiply(float (&d)[8][4], const unsigned char *a, const unsigned char *b, int row0, int lane) {
    for (int k = 0; k < 4; k++) {
        uint32_t rows[4];
        ldmatrix_x4(rows, piece(a, row0 + lane % 16, 2 * k + lane / 16));  // BUG
        for (int j = 0; j < 8; j += 2) {
            uint32_t columns[4];
            ldmatrix_x4(columns, piece(b, j * 8 + lane % 8 + lane / 16 * 8, 2 * k + lane / 8 % 2));  // BUG
            mma_m16n8k16_bf16(d[j], rows, columns, d[j]);
            mma_m16n8k16_bf16(d[j + 1], rows, columns + 2, d[j + 1]);
        }
    }
}

__global__ void __launch_bounds__(160) product(float *c, int columns, int steps, const __grid_constant__ CUtensorMap a,
                                               const __grid_constant__ CUtensorMap b) {
    extern __shared__ __align__(1024) unsigned char tiles[];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    if (threadIdx.x < STAGES) {
        mbarrier_init(full + threadIdx.x, 1);
        mbarrier_init(empty + threadIdx.x, 4);
        fence_mbarrier_init();
    }
    __syncthreads();
    if (warp == 4) {
        for (int k = 0; lane == 0 && k < steps; k++) {
            const int s = k % STAGES;
            unsigned char *const stage = tiles + 2 * s * TILE;
            mbarrier_wait(empty + s, k / STAGES % 2 ^ 1);
            mbarrier_arrive_expect_tx(full + s, 2 * TILE);
            tma_load_2d(stage, &a, full + s, k * 64, blockIdx.y * 64);         // BUG-OTHER
            tma_load_2d(stage + TILE, &b, full + s, k * 64, blockIdx.x * 64);  // BUG-OTHER
        }
        return;
    }
    float d[8][4] = {};
    for (int k = 0; k < steps; k++) {
        const int s = k % STAGES;
        const unsigned char *const stage = tiles + 2 * s * TILE;
        mbarrier_wait(full + s, k / STAGES % 2);
        if (lane == 0) mbarrier_arrive(empty + s);
        multiply(d, stage, stage + TILE, warp * 16, lane);
    }
    for (int j = 0; j < 8; j++)
        for (int i = 0; i < 4; i++) {
            const int row = blockIdx.y * 64 + warp * 16 + lane / 4 + i / 2 * 8;
            c[row * columns + blockIdx.x * 64 + j * 8 + lane % 4 * 2 + i % 2] = d[j][i];
        }
}

int main() {
    const int m = 128, n = 64, k = 11 * 64;
    std::vector<__nv_bfloat16> a(m * k), b(n * k);
    for (int i = 0; i < m * k; i++) a[i] = __float2bfloat16(number(i / k, i % k, 1));
    for (int i = 0; i < n * k; i++) b[i] = __float2bfloat16(number(i / k, i % k, 2));
    __nv_bfloat16 *in_a = upload(a), *in_b = upload(b);
    const CUtensorMapDataType type = CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    const CUtensorMap map_a = tensor_map_rows(in_a, type, 2, m, k, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B);
    const CUtensorMap map_b = tensor_map_rows(in_b, type, 2, n, k, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B);
    float *out;
    check(cudaMalloc(&out, m * n * sizeof(float)));
    check(cudaFuncSetAttribute(product, cudaFuncAttributeMaxDynamicSharedMemorySize, 2 * STAGES * TILE));
    product<<<dim3(n / 64, m / 64), 160, 2 * STAGES * TILE>>>(out, n, k / 64, map_a, map_b);
    check(cudaGetLastError());
    check(cudaFree(out));
    check(cudaFree(in_a));
    check(cudaFree(in_b));
    return 0;
}
