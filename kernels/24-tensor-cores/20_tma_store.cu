// Rung 20: C by TMA.
//
// What limits rung 19: its stores. 64 instructions of a thread write 4 bytes each, a warp 8 pieces of 16 bytes, and each
// row of C needs its own address and its own comparison with M and N.
// The idea: let TMA write C. It takes a box of 64 x 64 from shared memory, writes whole rows of 128 bytes, leaves out what
// sticks out of C, and does so while the warpgroup goes on. So the sums take a detour through shared memory, in four
// pieces of 64 columns: a buffer of 8 KiB for each consumer, swizzled as the tiles are, which spares it bank conflicts.
//
//     sum, registers      staging, 64 x 64      C
//     64 x 256            +---------+           |    |    |    |    |
//     | 0 | 1 | 2 | 3 |   |    0    |  --TMA->  | 0  |    |    |    |      then 1, 2, 3 through the same buffer
//                         +---------+           |    |    |    |    |
//
// Shared memory has two entrances. Threads use the one, TMA the other (the "async proxy"), and what came in by one is not
// at once seen by the other. And 128 threads write what one thread sends. So the order is everything:
//
//     1  thread 0 waits until TMA has read the buffer      only who began a copy can wait for it (its "bulk group")
//     2  all meet                                          now the others know it, too
//     3  all write their part of the piece
//     4  all: fence.proxy.async                            what I wrote can be seen from TMA's entrance
//     5  all meet                                          now thread 0 knows that all have written, and fenced
//     6  thread 0 begins the copy, and closes the group
//
// Without 1 and 2 the next piece is written over one that is still being read. Without 4 TMA may find what was there
// before. Most of the time it goes well all the same, for TMA needs a while to come: a fault that no test on a GPU finds.
// (pranjalssh/fast.cu has no such fence, and waits in one thread before others write. DeepGEMM has this order.)
//
// The four warps meet at a named barrier (bar_sync, of 128 threads), each consumer at its own. __syncthreads would wait
// for the other consumer and for the producer.
//
// Who computes what: as rung 19.
//
// What will limit it: the same 64 writes of 4 bytes a thread, now to shared memory.
// The simulator counts: no global store instruction at all; bytes of TMA stores instead.
// In the profiler: "Memory Workload": stores to global memory by TMA with full sectors.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/pairs.cuh"
#include "24-tensor-cores/staging.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"
#include "swizzle.cuh"

enum { BM = 128, BN = 256, STAGES = 4, GROUP = 8 };
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

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
        // BEGIN SOLUTION 24.11 gemm_20: steps 1 to 6: wait, meet, write (stage_pairs), fence, meet, copy
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
        // END SOLUTION
    }
}

// The warpgroup is through with all its tiles.
__device__ static inline void finish_stores() {
    // BEGIN SOLUTION 24.11 gemm_20: who began the copies waits for the last one: shared memory must not vanish under it
    if (threadIdx.x % 128 == 0) tma_wait_read<0>();
    // END SOLUTION
}

__global__ void __cluster_dims__(PAIR, 1, 1) __launch_bounds__(THREADS)
    tma_store(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B,
              const __grid_constant__ CUtensorMap C, work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    block_memory &block = *reinterpret_cast<block_memory *>(memory);
    block_ring &ring = block.ring;
    int rank = cluster_rank(), role = threadIdx.x / 128, n = 0;
    prepare_pair(ring, CONSUMERS);
    if (role == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x != 0) return;
        for (int pair = blockIdx.x / PAIR; pair < w.rows * w.columns; pair += gridDim.x / PAIR) {
            place tile = in_groups(pair, w.rows, w.columns, GROUP);
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
            place tile = in_groups(pair, w.rows, w.columns, GROUP);
            store_pieces(C, block.staging[consumer], (tile.row * PAIR + rank) * BM + half, tile.column * BN, role, sum);
        }
        finish_stores();
    }
}

void gemm_20_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    work w = pairs_of_tiles(M, N, K, BM, BN);
    int bytes = sizeof(block_memory);
    CUDA_CHECK(cudaFuncSetAttribute(tma_store, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    tma_store<<<blocks, THREADS, bytes>>>(operand_map(A, M, K, BM), operand_map(B, N, K, BN / PAIR),
                                          result_map(C, M, N), w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_20(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_20_blocks(C, A, B, M, N, K, blocks_for(pairs_of_tiles(M, N, K, BM, BN)));
}
