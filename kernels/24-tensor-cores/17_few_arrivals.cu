// Rung 17: one arrival for a warpgroup.
//
// What limits rung 16: at the end of each step all 256 threads of the consumers say the same thing at the same barrier, "I have
// read stage s". Each arrival is an operation of its own on one word of shared memory, and the producer waits for the last of 256.
// The idea: wgmma reads for the warpgroup as a whole, and wgmma_wait<0>, seen by any one thread of it, means that the products of
// all four warps are done and their operands have been read. So one thread speaks for 128:
//
//     rung 16    empty[s] counts 256 arrivals      mbarrier_arrive by everybody
//     here       empty[s] counts 2                 if (threadIdx.x % 128 == 0) mbarrier_arrive
//
// This holds because the consumers only let wgmma read the stage. Had each thread read shared memory by itself, as in ring.cu, one
// thread could not know that the others have finished, and would have to ask them first. (By the same argument the last
// __syncthreads in the loops of rungs 12 and 13 could go: thread 0 has waited for the products of all.)
// What about the waits? All 128 threads wait for full[s], each must see that the bytes are there before it multiplies. But the
// threads of a warp wait in one instruction, with one answer: four try_wait for a warpgroup, not 128. Nothing is to be saved there.
//
// What will limit it: the second-level cache. Blocks that compute tiles in the same column of C fetch the same tile of B, each for
// itself. And still the stores of C; meanwhile the consumers do not multiply.
// The simulator counts: as rung 16, but 3 arrivals a step, not 257.
// In the profiler: fewer instructions issued, and fewer stalls of the producer.
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
            if (threadIdx.x % 128 == 0) mbarrier_arrive(&r.empty[s]);  // for the warpgroup
        }
        wgmma_fence_operand(sum);
        store_fragment<BN>(C, w.M, w.N, at.row * BM + first, at.column * BN, sum);
    }
}

__global__ void __launch_bounds__(THREADS, 1)
    few_arrivals(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C,
                 work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    ring &r = *reinterpret_cast<ring *>(memory);
    if (threadIdx.x == 0) ring_init(r, CONSUMERS);
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

void gemm_17_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    work w = {M, N, ceil_div(M, BM), ceil_div(N, BN), ceil_div(K, BK)};
    int bytes = sizeof(ring);
    CUDA_CHECK(cudaFuncSetAttribute(few_arrivals, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    few_arrivals<<<blocks, THREADS, bytes>>>(map_a, map_b, C, w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_17(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    int tiles = ceil_div(M, BM) * ceil_div(N, BN), most = multiprocessors();
    gemm_17_blocks(C, A, B, M, N, K, tiles < most ? tiles : most);
}
