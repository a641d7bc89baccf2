// Rung 18: two blocks that share what they load.
//
// What limits rung 17: the way to the tiles. For 64 k a block reads 16 KiB of A and 32 KiB of B from the second-level
// cache, for 2 * 128 * 256 * 64 operations: 85 for each byte. 700 TFLOP/s would take 8 TB/s from that cache, more than
// it gives.
// The idea: blocks that stand above each other in C need the same strip of B. Hopper runs blocks as a cluster: at the
// same time, on multiprocessors that are neighbours, and able to reach each other's shared memory. And TMA delivers a
// box to several blocks of a cluster (multicast): it is read once and lands twice.
//
//                         strip of B, 256 columns             in every step
//                        +-----------------------+
//     A, 128 rows        | block 0: 128 x 256    |            block 0 loads its A, and half 0 of B for both
//                        +-----------------------+
//     A, 128 rows        | block 1: 128 x 256    |            block 1 loads its A, and half 1 of B for both
//                        +-----------------------+
//
// 48 KiB land in each block as before, but only 32 are read for it.
//
// Who waits for whom: "full" is still the block's own affair. Its barrier counts 48 KiB, no matter who sent them. "empty"
// is not: who sends to both blocks has to know that both have emptied the stage. So a consumer warpgroup arrives at the
// empty barriers of both blocks, and each barrier counts the 2 warpgroups of 2 blocks.
//
//     block 0                                          block 1
//     producer waits for its empty[s], then            producer waits for its empty[s], then
//       A       ---> stage s of block 0                  A       ---> stage s of block 1
//       B, half 0 -> stage s of both                     B, half 1 -> stage s of both
//     full[s] counts 16 + 16 + 16 KiB                  full[s] counts 16 + 16 + 16 KiB
//     consumers multiply, then arrive at               consumers multiply, then arrive at
//       empty[s] of block 0 and of block 1               empty[s] of block 0 and of block 1
//     empty[s] counts 4 arrivals                       empty[s] counts 4 arrivals
//
// tma_multicast_2d takes a bit for each block that gets the box (ptx/tma.h); mbarrier_arrive_cluster the block's rank.
//
// Two traps. Before: nobody may send to a block that has not prepared its barriers. So all threads of both blocks meet
// behind the preparation (cluster_sync). After: a block that is through must not vanish while the other's consumers
// still arrive at its barriers. So the producer waits at the end until all its stages are empty. Then the last have
// arrived, and nobody comes any more.
//
// Who computes what: as in rung 17, but a cluster takes pairs of tiles, one below the other. Where C ends in the upper
// one, the lower one multiplies zeros and writes nothing.
//
// What will limit it: the ends of tiles. While sums are written to C and set to 0, no tensor core works for them.
// The simulator counts: TMA reads two thirds of the bytes of rung 17 (a multicast once), and as many land.
// In the profiler: "L2 Cache Throughput" falls by a third, and the tensor pipe is busier.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/order.cuh"
#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 256, STAGES = 4, PAIR = 2, GROUP = 8 };  // PAIR: blocks of a cluster; GROUP: rows of pairs
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

typedef ring_memory<BM, BN, STAGES> block_ring;

// The product's sizes, and the pairs of tiles and the steps of BK that they make.
struct work {
    int M, N;
    int rows, columns, steps;
};

// Prepares the block's barriers. One thread does it.
__device__ static inline void prepare(block_ring &ring) {
    // TODO 24.10 gemm_18: how many arrivals empty a stage
    todo("24.10 gemm_18");
}

// Fetches a step to stage s of this block: all of its A, and together with the other block, whose rank is 1 - rank, B.
// row0: of this block's tile, column0: of both.
__device__ static inline void fetch_shared(block_ring &ring, int s, const CUtensorMap &A, const CUtensorMap &B,
                                           int rank, int row0, int column0, int k0) {
    // TODO 24.10 gemm_18: all bytes that will land here; A for this block; half `rank` of B to its place in both
    todo("24.10 gemm_18");
}

// A warpgroup is through with stage s. All its threads come here.
__device__ static inline void release(block_ring &ring, int s) {
    // TODO 24.10 gemm_18: one arrival of the warpgroup at the empty barrier of each block
    todo("24.10 gemm_18");
}

// The producer has begun n steps: waits until everybody is through with them all.
__device__ static inline void drain(block_ring &ring, int n) {
    // TODO 24.10 gemm_18: what the producer would wait for before it filled each stage once more
    todo("24.10 gemm_18");
}

__global__ void __cluster_dims__(PAIR, 1, 1) __launch_bounds__(THREADS)
    clustered(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B, uint16_t *C, work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    block_ring &ring = *reinterpret_cast<block_ring *>(memory);
    int rank = cluster_rank(), role = threadIdx.x / 128, n = 0;  // n: steps, counted on over all tiles
    if (threadIdx.x == 0) prepare(ring);
    cluster_sync();
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
        int half = (role - 1) * 64;  // rows of the tile
        float sum[BN / 2];
        for (int pair = blockIdx.x / PAIR; pair < w.rows * w.columns; pair += gridDim.x / PAIR) {
            for (float &x : sum) x = 0;
            for (int step = 0; step < w.steps; step++, n++) {
                int s = ring_stage(n, STAGES);
                mbarrier_wait(&ring.full[s], ring_full_parity(n, STAGES));
                multiply<BN>(sum, matrix_descriptor(ptx_shared(ring.A[s] + half * BK), 16, 8 * ROW_BYTES, ROW_BYTES),
                             matrix_descriptor(ptx_shared(ring.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES));
                wgmma_wait<0>();
                release(ring, s);
            }
            wgmma_fence_operand(sum);
            place tile = in_groups(pair, w.rows, w.columns, GROUP);
            store_fragment<BN>(C, w.M, w.N, (tile.row * PAIR + rank) * BM + half, tile.column * BN, sum);
        }
    }
}

void gemm_18_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    work w = {M, N, ceil_div(M, BM * PAIR), ceil_div(N, BN), ceil_div(K, BK)};
    int bytes = sizeof(block_ring);
    CUDA_CHECK(cudaFuncSetAttribute(clustered, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    clustered<<<blocks, THREADS, bytes>>>(operand_map(A, M, K, BM), operand_map(B, N, K, BN / PAIR), C, w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_18(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    int pairs = ceil_div(M, BM * PAIR) * ceil_div(N, BN), most = multiprocessors() / PAIR;
    gemm_18_blocks(C, A, B, M, N, K, (pairs < most ? pairs : most) * PAIR);
}
