// Rung 12: Hopper's instruction, and the engine that feeds it.
//
// What limits rung 11: a warp brings every operand into its own registers before it can multiply, and spends its issue slots on
// addresses, copies and ldmatrix.
// The idea: two instructions of Hopper. wgmma multiplies straight from shared memory: four warps, a warpgroup, together give it a
// descriptor of 64 x 16 numbers of A and one of N x 16 of B, and find 64 x N sums in their registers some time later. TMA copies a
// whole box of a matrix: ONE thread names the corner, and the engine makes the addresses, swizzles, fills up what lies outside with
// zeros, and counts the bytes that have arrived at a barrier in shared memory, an mbarrier.
//
//     global                 TMA                    shared                wgmma, 4 times          registers
//     A box 64 x 64  --------------------->  As, swizzled, 8 KiB --+
//       (rows, k)        complete_tx                               +--> m64n64k16 -->  64 x 64 sums, 32 a thread
//     B box 64 x 64  --------------------->  Bs, swizzled, 8 KiB --+
//                             |
//                             +--> full: 1 arrival, which tells it to expect 16 KiB, and 16 KiB
//
// Each step of 64 k, with 128 threads, one warpgroup:
//     thread 0   mbarrier_arrive_expect_tx(&full, bytes), tma_load_2d of both boxes
//     all        mbarrier_wait(&full, parity of the step): phases follow each other, 0, 1, 0, 1, ...
//     all        wgmma_fence, four times wgmma_bf16<64>(sum, a, b, true) for 16 k each, wgmma_commit, wgmma_wait<0>
//     all        __syncthreads(): now nobody reads the buffers any more, and they may be filled again
//
// The boxes have rows of 64 numbers, 128 bytes, swizzled as swizzle.cuh says; so the descriptors (descriptor.cuh) say swizzle 128,
// stride 1024. The next 16 k lie 32 bytes further in the row: the address in the descriptor plus 2 (units of 16 bytes). The
// swizzle works on the address that comes out, so it needs no thought.
// The matrices are told once, by the host: a tensor map (CUtensorMap) has address, sizes, row pitch, box and swizzle, and comes as
// a __grid_constant__ parameter.
//
// What will limit it: nothing overlaps. Copy, wait, multiply, wait: the tensor cores stand still while the copy is on its way,
// and only other blocks on the multiprocessor fill the gap (16 KiB of shared memory: many fit). And the tile is small: 64 x 64
// needs 16 KiB for 64^3 multiply-adds, and a product with N = 64 reads A again for each 64 columns.
// The simulator counts: 2 boxes for each step and tile, 16 KiB, and never more than these 2 on their way; no thread reads or writes
// shared memory.
// In the profiler: "Stall barrier" and "long scoreboard" (the wait for the mbarrier); tensor pipe below half.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "descriptor.cuh"
#include "ptx.h"

enum { BM = 64, BN = 64, THREADS = 128 };  // and BK = 64, of stages.cuh

__global__ void __launch_bounds__(THREADS)
    wgmma_tma(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C, int M,
              int N, int K) {
    __shared__ __align__(1024) uint16_t As[BM * BK], Bs[BN * BK];
    __shared__ uint64_t full;
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[BN / 2] = {0};
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    for (int step = 0; step < ceil_div(K, BK); step++) {
        // BEGIN SOLUTION 24.7 gemm_12: thread 0 tells `full` the bytes, then starts both copies: x counts along k, y along rows
        if (threadIdx.x == 0) {
            mbarrier_arrive_expect_tx(&full, sizeof As + sizeof Bs);
            tma_load_2d(As, &map_a, &full, step * BK, row0);
            tma_load_2d(Bs, &map_b, &full, step * BK, column0);
        }
        // END SOLUTION
        // BEGIN SOLUTION 24.7 gemm_12: all wait for the phase; fence, four products along the descriptors, commit, wait; barrier
        mbarrier_wait(&full, step % 2);
        uint64_t a = matrix_descriptor(ptx_shared(As), 16, 8 * ROW_BYTES, ROW_BYTES);
        uint64_t b = matrix_descriptor(ptx_shared(Bs), 16, 8 * ROW_BYTES, ROW_BYTES);
        wgmma_fence();
#pragma unroll
        for (int k = 0; k < BK / 16; k++) wgmma_bf16<BN>(sum, a + 2 * k, b + 2 * k, true);
        wgmma_commit();
        wgmma_wait<0>();
        __syncthreads();
        // END SOLUTION
    }
    wgmma_fence_operand(sum);  // nvcc is not to read them earlier: it does not know that they come with the wait
    store_fragment<BN>(C, M, N, row0, column0, sum);
}

void gemm_12(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    wgmma_tma<<<grid, THREADS>>>(map_a, map_b, C, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
