// Rung 16: blocks that stay.
//
// What limits rung 15: with 192 KiB of shared memory only one block is at home. While it stores its 128 x 256 results nothing is
// multiplied and nothing is fetched, and the next block begins with an empty ring: at K = 4096 that is a few steps in 64, at
// K = 768, a layer of GPT-2, a few in 12.
// The idea: as in chapter 23, rung 9, as many blocks as multiprocessors, each for tiles b, b + blocks, b + 2 blocks, ... The
// producer does not stop between tiles: while the consumers store one tile, the stages fill with the beginning of the next.
//
//     producer     t0 t0 t0 t0 t0 t1 t1 t1 t1 .  .  t1 t2 t2 ...      t0: a step of tile 0; . waits for an empty stage
//     consumers          t0 t0 t0 t0 t0 [store 0] t1 t1 t1 t1 t1 [store 1] t2 ...
//
// Steps are counted on from tile to tile and never begin anew: n = 0, 1, 2, ... for all the block's life, by the producer and by
// each consumer for itself. So all agree on stage and phase without a word, and no barrier is ever prepared again.
//
// The order of tiles: what 132 multiprocessors work on at the same time should share its strips of A and B in the second-level
// cache. Tiles are counted in groups of 16 rows of tiles, column by column (order.cuh): 16 x 8 tiles of 128 x 256 are 2048 x 2048
// numbers of C, and need 16 strips of A and 8 of B, where a row of 128 tiles needs 129.
//
// What will limit it: all consumer threads arrive at `empty`, 256 for each stage, at one word of shared memory. And the stores of
// C: the consumers do not multiply meanwhile.
// The simulator counts: as rung 15, where there are more tiles than multiprocessors with fewer blocks.
// In the profiler: one wave; on the timeline no gap between tiles; a better hit rate of the second-level cache.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/order.cuh"
#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 256, STAGES = 4, CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), GROUP = 16 };
enum { PRODUCER_REGISTERS = 24, CONSUMER_REGISTERS = 240 };
typedef ring_memory<BM, BN, STAGES> ring;

// The product's sizes, and the tiles and steps that they make.
struct work {
    int M, N, rows, columns, steps;  // tiles below and beside each other; steps of BK along k
};

// The producer, one thread: all steps of all tiles of the block.
__device__ static inline void produce(ring &r, const CUtensorMap &map_a, const CUtensorMap &map_b, const work &w) {
    int n = 0;
    for (int tile = blockIdx.x; tile < w.rows * w.columns; tile += gridDim.x) {
        place at = in_groups(tile, w.rows, w.columns, GROUP);
        for (int step = 0; step < w.steps; step++, n++) {
            int s = ring_stage(n, STAGES);
            mbarrier_wait(&r.empty[s], ring_empty_parity(n, STAGES));
            fetch(r, s, map_a, map_b, at.row * BM, at.column * BN, step * BK);
        }
    }
}

// A consumer, one warpgroup: rows `first` to first + 63 of all tiles of the block.
__device__ static __forceinline__ void consume(ring &r, uint16_t *C, const work &w, int first) {
    int n = 0;
    for (int tile = blockIdx.x; tile < w.rows * w.columns; tile += gridDim.x) {
        place at = in_groups(tile, w.rows, w.columns, GROUP);
        float sum[BN / 2] = {0};
        for (int step = 0; step < w.steps; step++, n++) {
            int s = ring_stage(n, STAGES);
            mbarrier_wait(&r.full[s], ring_full_parity(n, STAGES));
            uint64_t a = matrix_descriptor(ptx_shared(&r.A[s][first * BK]), 16, 8 * ROW_BYTES, ROW_BYTES);
            uint64_t b = matrix_descriptor(ptx_shared(r.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES);
            multiply<BN>(sum, a, b);
            wgmma_wait<0>();
            mbarrier_arrive(&r.empty[s]);
        }
        wgmma_fence_operand(sum);
        store_fragment<BN>(C, w.M, w.N, at.row * BM + first, at.column * BN, sum);
    }
}

__global__ void __launch_bounds__(THREADS, 1)
    persistent(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C,
               work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    ring &r = *reinterpret_cast<ring *>(memory);
    if (threadIdx.x == 0) ring_init(r, 128 * CONSUMERS);
    __syncthreads();
    int warpgroup = threadIdx.x / 128;
    if (warpgroup == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x == 0) produce(r, map_a, map_b, w);
    } else {
        setmaxnreg_inc<CONSUMER_REGISTERS>();
        consume(r, C, w, 64 * (warpgroup - 1));
    }
}

void gemm_16_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    work w = {M, N, ceil_div(M, BM), ceil_div(N, BN), ceil_div(K, BK)};
    int bytes = sizeof(ring);
    CUDA_CHECK(cudaFuncSetAttribute(persistent, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    persistent<<<blocks, THREADS, bytes>>>(map_a, map_b, C, w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_16(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    int tiles = ceil_div(M, BM) * ceil_div(N, BN), most = multiprocessors();
    gemm_16_blocks(C, A, B, M, N, K, tiles < most ? tiles : most);
}
