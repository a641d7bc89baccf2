// Rung 13: a larger tile.
//
// What limits rung 12: for a tile of 64 x 64 and 64 k, 16 KiB come from global memory (or the second-level cache) for 262,144
// multiply-adds: 1/16 byte for each. A multiprocessor does up to 2048 in a cycle and would eat 128 bytes in a cycle, more
// than the cache gives (NVIDIA's A100 whitepaper: 5120 for 108 of them). And each small product is over before the next wait has
// been paid for.
// The idea: 128 x 128. Twice as much to read per step, four times as much to multiply: 1/32 byte for a multiply-add.
//
//     B, 128 rows of 64 k (one box of 128 rows)
//     +-------------------+
//     |  128 columns of C |          one warpgroup, two products of m64n128k16 for each 16 k:
//     +-------------------+
//     | sum[0]   64 x 128 |  <- A, rows 0-63:   As
//     +-------------------+
//     | sum[1]   64 x 128 |  <- A, rows 64-127: As + 64 rows of 128 bytes
//     +-------------------+
//
// wgmma always has 64 rows, so 128 rows take two products. Who does the second? A second warpgroup could; then each thread has 64
// sums. Here the same warpgroup does both, 128 sums a thread. The tensor cores do not care: the work comes from four warps, one for
// each of the multiprocessor's four tensor cores, and the second product waits in line while the first runs. One warpgroup has half
// the waits, and it stays as it is in the next rung, where it has a partner that does not multiply. Of the 255 registers that a
// thread can have, 128 sums take half; 256 would not fit. So the next larger tile, in rung 15, needs two warpgroups.
//
// What will limit it: as before, copy and multiply take turns. The larger tile only makes the turns longer, and fewer blocks are
// there to fill the gaps (three, by their registers).
// The simulator counts: half the bytes of rung 12 by TMA; still 2 boxes on their way at most.
// In the profiler: traffic of the second-level cache falls by half per operation; the tensor pipe still waits half of its time.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"

enum { BM = 128, BN = 128, THREADS = 128 };

__global__ void __launch_bounds__(THREADS)
    large_tile(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C, int M,
               int N, int K) {
    __shared__ __align__(1024) uint16_t As[BM * BK], Bs[BN * BK];
    __shared__ uint64_t full;
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[BM / 64][BN / 2] = {{0}};
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    for (int step = 0; step < ceil_div(K, BK); step++) {
        if (threadIdx.x == 0) {
            mbarrier_arrive_expect_tx(&full, sizeof As + sizeof Bs);
            tma_load_2d(As, &map_a, &full, step * BK, row0);
            tma_load_2d(Bs, &map_b, &full, step * BK, column0);
        }
        mbarrier_wait(&full, step % 2);
        uint64_t b = matrix_descriptor(ptx_shared(Bs), 16, 8 * ROW_BYTES, ROW_BYTES);
#pragma unroll
        for (int half = 0; half < BM / 64; half++) {
            uint64_t a = matrix_descriptor(ptx_shared(&As[64 * half * BK]), 16, 8 * ROW_BYTES, ROW_BYTES);
            multiply<BN>(sum[half], a, b);  // fence, four products, commit: stages.cuh
        }
        wgmma_wait<0>();
        __syncthreads();
    }
#pragma unroll
    for (int half = 0; half < BM / 64; half++) {
        wgmma_fence_operand(sum[half]);
        store_fragment<BN>(C, M, N, row0 + 64 * half, column0, sum[half]);
    }
}

void gemm_13(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    large_tile<<<grid, THREADS>>>(map_a, map_b, C, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
