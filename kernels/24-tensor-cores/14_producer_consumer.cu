// Rung 14: one fetches, the others multiply.
//
// What limits rung 13: the same threads ask for a copy, wait for it, and multiply. While they multiply nobody asks for the next.
// The idea: divide the labour. One thread needs hardly a register to drive TMA. Let it be a warp of its own, the producer, that
// does nothing else and runs ahead as far as there is memory. The warpgroup that multiplies, the consumer, sees no address in
// global memory. Between them a ring of 5 stages, each with a tile of A and one of B, and two barriers for each (ring.cuh):
//
//     producer     c0 c1 c2 c3 c4 . . .  c5 . . .  c6 . . .  c7          c5: begin the copies of step 5, into stage 0,
//     on the way   [== 0 ==]             [== 5 ==]                           as soon as step 0 has been read
//                     [== 1 ==]                    [== 6 ==]
//                        [== 2 ==]                                       full[s]   the bytes of stage s are there
//     consumer     . . . . .  [ mul 0 ][ mul 1 ][ mul 2 ][ mul 3 ]       empty[s]  the consumer has read them
//
//     producer, step n: s = n % 5           consumer, step n: s = n % 5
//        wait empty[s]  (not in round 0)       wait full[s]
//        expect bytes at full[s]               two products of 64 rows, commit, wait until they are done
//        copy A and B to stage s               arrive at empty[s]
//
// full[s] counts one arrival (the producer's, which also says how many bytes to expect) and the bytes. empty[s] counts the 128
// threads of the consumer. No __syncthreads() is left in the loop: nobody waits for anything but what it needs.
//
// The block: warps 0 to 3 are the consumer (a warpgroup begins at a multiple of four), warp 4 is the producer, one thread of it.
// 5 stages of 32 KiB fill the multiprocessor's shared memory: one block.
//
// The producer ends with its last copy; the consumer waits for all of them, so no byte arrives in a block that has ended.
//
// What will limit it: the tile. A product with N = 128 reads 2 KiB of A and 4 KiB of B from shared memory for 64 x 128 x 16
// multiply-adds, and each step of 64 k needs 32 KiB of the second-level cache. And nobody multiplies while C is being stored.
// The simulator counts: one __syncthreads in all; up to 10 boxes on their way at once, 2 for each stage; 129 arrivals a step.
// In the profiler: the tensor pipe at more than half; stalls of the consumer move from "waiting for data" to "waiting for wgmma".
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 128, STAGES = 5, CONSUMERS = 128, THREADS = CONSUMERS + 32 };
typedef ring_memory<BM, BN, STAGES> ring;  // A, B, full, empty

// The producer, one thread: fills stage after stage, `steps` times.
__device__ static inline void produce(ring &r, const CUtensorMap &map_a, const CUtensorMap &map_b, int row0,
                                      int column0, int steps) {
    // BEGIN SOLUTION 24.8 gemm_14: for each step: wait until its stage is empty, tell `full` the bytes, copy both boxes
    for (int n = 0; n < steps; n++) {
        int s = ring_stage(n, STAGES);
        mbarrier_wait(&r.empty[s], ring_empty_parity(n, STAGES));
        mbarrier_arrive_expect_tx(&r.full[s], sizeof r.A[s] + sizeof r.B[s]);
        tma_load_2d(r.A[s], &map_a, &r.full[s], n * BK, row0);
        tma_load_2d(r.B[s], &map_b, &r.full[s], n * BK, column0);
    }
    // END SOLUTION
}

// The consumer, 128 threads: sum += the product of each step.
__device__ static __forceinline__ void consume(ring &r, float (&sum)[BM / 64][BN / 2], int steps) {
    // BEGIN SOLUTION 24.8 gemm_14: for each step: wait until its stage is full, multiply (stages.cuh) both halves, wait, arrive
    for (int n = 0; n < steps; n++) {
        int s = ring_stage(n, STAGES);
        mbarrier_wait(&r.full[s], ring_full_parity(n, STAGES));
        uint64_t b = matrix_descriptor(ptx_shared(r.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES);
#pragma unroll
        for (int half = 0; half < BM / 64; half++) {
            uint64_t a = matrix_descriptor(ptx_shared(&r.A[s][64 * half * BK]), 16, 8 * ROW_BYTES, ROW_BYTES);
            multiply<BN>(sum[half], a, b);
        }
        wgmma_wait<0>();
        mbarrier_arrive(&r.empty[s]);
    }
    // END SOLUTION
}

__global__ void __launch_bounds__(THREADS)
    producer_consumer(const __grid_constant__ CUtensorMap map_a, const __grid_constant__ CUtensorMap map_b, uint16_t *C,
                      int M, int N, int K) {
    extern __shared__ __align__(1024) unsigned char memory[];
    ring &r = *reinterpret_cast<ring *>(memory);
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN, steps = ceil_div(K, BK);
    // BEGIN SOLUTION 24.8 gemm_14: one thread prepares the barriers: how many arrivals fill a stage, how many empty it?
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) {
            mbarrier_init(&r.full[s], 1);
            mbarrier_init(&r.empty[s], CONSUMERS);
        }
        fence_mbarrier_init();
    }
    __syncthreads();
    // END SOLUTION
    if (threadIdx.x >= CONSUMERS) {
        if (threadIdx.x == CONSUMERS) produce(r, map_a, map_b, row0, column0, steps);
    } else {
        float sum[BM / 64][BN / 2] = {{0}};
        consume(r, sum, steps);
#pragma unroll
        for (int half = 0; half < BM / 64; half++) {
            wgmma_fence_operand(sum[half]);
            store_fragment<BN>(C, M, N, row0 + 64 * half, column0, sum[half]);
        }
    }
}

void gemm_14(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    CUtensorMap map_a = operand_map(A, M, K, BM), map_b = operand_map(B, N, K, BN);
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    int bytes = sizeof(ring);
    CUDA_CHECK(cudaFuncSetAttribute(producer_consumer, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    producer_consumer<<<grid, THREADS, bytes>>>(map_a, map_b, C, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
