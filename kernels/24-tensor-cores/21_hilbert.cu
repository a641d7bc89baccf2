// Rung 21: tiles along Hilbert's curve.
//
// What limits rung 20: the second-level cache does not hold everything. 66 clusters work on 66 pairs of tiles at a time;
// what they read should be there from the pairs before, and be shared by many. Groups of rows (rung 16) see to the
// second, with one bad place: from the foot of a column to the head of the next, and from group to group, all strips of
// A or B change at once.
// The idea: a path through the square of tiles that never jumps, and stays in a corner until all of it is done. Hilbert
// (1891) has one, and it says nothing of sizes: any stretch of it, of 16 tiles or 66 or 500, fills a patch that is
// nearly square, and the next stretch lies beside it.
//
//     order 1     order 2              order + 1 is made of four of order, in the corners: the first and the last turned
//     0 3         0  1 14 15           so that ends meet. So the place of tile d is found from the top: d / (a quarter's
//     1 2         3  2 13 12           tiles) is the quarter in the curve's order; which corner that is, and how the
//                 4  7  8 11           curve inside is turned, follows from how the square itself is turned.
//                 5  6  9 10
//
// The curve needs a square of 2^order. C is seldom one. Tiles outside must be left out, and so that every cluster gets
// as many tiles as its neighbour, they must not be counted either: a quarter counts for as many tiles as it shares with
// C, which is the area of a rectangle. With nothing cut off it is Hilbert's curve.
//
// Who computes what: as rung 20; cluster c takes tiles c, c + clusters, ... of the path.
//
// What will limit it: as in rung 20, a per cent later. How large a step this is depends on the sizes.
// The simulator counts: as rung 20.
// In the profiler: "L2 Hit Rate", and at large sizes bytes from DRAM.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/curve.cuh"
#include "24-tensor-cores/pairs.cuh"
#include "24-tensor-cores/staging.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"
#include "swizzle.cuh"

enum { BM = 128, BN = 256, STAGES = 4 };
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

struct place hilbert(int order, int d) {
    return on_curve(order, d, 1 << order, 1 << order);
}

typedef ring_memory<BM, BN, STAGES> block_ring;

struct block_memory {
    block_ring ring;
    alignas(1024) uint16_t staging[CONSUMERS][PIECE * PIECE];
};

// A warpgroup's sums to C from (row0,column0) on, by its staging buffer. Afterwards the last copy may still be under way.
// barrier: the warpgroup's own.
__device__ static __forceinline__ void store_pieces(const CUtensorMap &C, uint16_t *staging, int row0, int column0,
                                                    int barrier, const float (&sum)[BN / 2]) {
#pragma unroll
    for (int piece = 0; piece < BN / PIECE; piece++) {
        bool first = threadIdx.x % 128 == 0;
        if (first) tma_wait_read<0>();
        bar_sync(barrier, 128);
        stage_pairs<BN>(staging, sum, piece);
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
    hilbert_order(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B,
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

void gemm_21_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    curved_work w = curved(pairs_of_tiles(M, N, K, BM, BN));
    int bytes = sizeof(block_memory);
    CUDA_CHECK(cudaFuncSetAttribute(hilbert_order, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    hilbert_order<<<blocks, THREADS, bytes>>>(operand_map(A, M, K, BM), operand_map(B, N, K, BN / PAIR),
                                              result_map(C, M, N), w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_21(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_21_blocks(C, A, B, M, N, K, blocks_for(pairs_of_tiles(M, N, K, BM, BN)));
}
