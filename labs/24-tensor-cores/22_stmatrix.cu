// Rung 22: a warp writes what it holds, as it holds it.
//
// What limits rung 21: the way to the staging buffer. A thread holds two neighbours of C in a register, so it writes 4
// bytes: 16 instructions for a piece of 64 x 64, and an address for each, 64 for a tile.
// The idea: stmatrix, ldmatrix's way back. What wgmma leaves in the registers of a warp is made of tiles of 8 x 8
// numbers, each of them as mma.sync has them: lane l holds numbers 2 (l % 4) and the next of row l / 4. stmatrix takes
// such a register from every lane and writes 8 rows of 16 bytes; .x4 does four tiles, and lane l gives the address of
// row l % 8 of tile l / 8.
//
//                     columns 16 q   16 q + 8
//                    +-----------+-----------+       registers of a thread, two sums in each
//     rows 0 to 7    |  tile 0   |  tile 2   |           0: d[8q], d[8q+1]       2: d[8q+4], d[8q+5]
//          8 to 15   |  tile 1   |  tile 3   |           1: d[8q+2], d[8q+3]     3: d[8q+6], d[8q+7]
//                    +-----------+-----------+       address from lane l: row l % 16, columns 16 q + 8 (l / 16)
//
// 4 instructions for a piece instead of 16. The rows of a tile lie 128 bytes apart, in the same banks; but the staging
// buffer is swizzled, so that 8 rows of 16 bytes are all 32 banks, once.
//
// Who computes what: as rung 21.
//
// What will limit it: waiting. A consumer waits for each step's products before it begins the next step's; and for its
// staging buffer, four times a tile.
// The simulator counts: a quarter of rung 21's stores to shared memory, without bank conflicts.
// In the profiler: "Shared Store" instructions fall to a quarter.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/curve.cuh"
#include "24-tensor-cores/pairs.cuh"
#include "24-tensor-cores/staging.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"
#include "swizzle.cuh"

enum { BM = 128, BN = 256, STAGES = 4 };
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

typedef ring_memory<BM, BN, STAGES> block_ring;

struct block_memory {
    block_ring ring;
    alignas(1024) uint16_t staging[CONSUMERS][PIECE * PIECE];
};

// Columns 64 * piece to 64 * piece + 63 of a warpgroup's sums to the staging buffer.
__device__ static __forceinline__ void stage_tiles(uint16_t *staging, const float (&d)[BN / 2], int piece) {
    int lane = threadIdx.x % 32, row = threadIdx.x % 128 / 32 * 16 + lane % 16;
#pragma unroll
    for (int q = 0; q < PIECE / 16; q++) {
        uint32_t r[4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int first = piece * PIECE / 2 + 8 * q + 2 * i;
            r[i] = bf16_pair(d[first], d[first + 1]);
        }
        int offset = row * ROW_BYTES + (2 * q + lane / 16) * 16;
        stmatrix_x4(reinterpret_cast<char *>(staging) + swizzle_place(offset, 128), r);
    }
}

// A warpgroup's sums to C from (row0,column0) on, by its staging buffer. Afterwards the last copy may still be under way.
// barrier: the warpgroup's own.
__device__ static __forceinline__ void store_pieces(const CUtensorMap &C, uint16_t *staging, int row0, int column0,
                                                    int barrier, const float (&sum)[BN / 2]) {
#pragma unroll
    for (int piece = 0; piece < BN / PIECE; piece++) {
        bool first = threadIdx.x % 128 == 0;
        if (first) tma_wait_read<0>();
        bar_sync(barrier, 128);
        stage_tiles(staging, sum, piece);
        fence_proxy_async();
        bar_sync(barrier, 128);
        if (first) {
            tma_store_2d(&C, staging, column0 + piece * PIECE, row0);
            tma_commit();
        }
    }
}

// The warpgroup is through with all its tiles.
__device__ static inline void finish_stores() {
    if (threadIdx.x % 128 == 0) tma_wait_read<0>();
}

__global__ void __cluster_dims__(PAIR, 1, 1) __launch_bounds__(THREADS)
    stmatrix(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B,
             const __grid_constant__ CUtensorMap C, curved_work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    block_memory &block = *reinterpret_cast<block_memory *>(memory);
    block_ring &ring = block.ring;
    int rank = cluster_rank(), role = threadIdx.x / 128, n = 0;
    prepare_pair(ring, CONSUMERS);
    if (role == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x != 0) return;
        for (int pair = blockIdx.x / PAIR; pair < w.rows * w.columns; pair += gridDim.x / PAIR) {
            place tile = on_curve(w.order, pair, w.rows, w.columns);
            for (int step = 0; step < w.steps; step++, n++) {
                int s = ring_stage(n, STAGES);
                mbarrier_wait(&ring.empty[s], ring_empty_parity(n, STAGES));
                fetch_shared(ring, s, A, B, rank, (tile.row * PAIR + rank) * BM, tile.column * BN, step * BK);
            }
        }
        drain(ring, n);
    } else {
        setmaxnreg_inc<CONSUMER_REGISTERS>();
        int consumer = role - 1, half = consumer * 64;  // rows of the tile
        float sum[BN / 2] = {0};
        for (int pair = blockIdx.x / PAIR; pair < w.rows * w.columns; pair += gridDim.x / PAIR) {
            for (int step = 0; step < w.steps; step++, n++) {
                int s = ring_stage(n, STAGES);
                mbarrier_wait(&ring.full[s], ring_full_parity(n, STAGES));
                multiply<BN>(sum, matrix_descriptor(ptx_shared(ring.A[s] + half * BK), 16, 8 * ROW_BYTES, ROW_BYTES),
                             matrix_descriptor(ptx_shared(ring.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES), step > 0);
                wgmma_wait<0>();
                release(ring, s);
            }
            wgmma_fence_operand(sum);
            place tile = on_curve(w.order, pair, w.rows, w.columns);
            store_pieces(C, block.staging[consumer], (tile.row * PAIR + rank) * BM + half, tile.column * BN, role, sum);
        }
        finish_stores();
    }
}

void gemm_22_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    curved_work w = curved(pairs_of_tiles(M, N, K, BM, BN));
    int bytes = sizeof(block_memory);
    CUDA_CHECK(cudaFuncSetAttribute(stmatrix, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    stmatrix<<<blocks, THREADS, bytes>>>(operand_map(A, M, K, BM), operand_map(B, N, K, BN / PAIR), result_map(C, M, N),
                                         w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_22(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_22_blocks(C, A, B, M, N, K, blocks_for(pairs_of_tiles(M, N, K, BM, BN)));
}
