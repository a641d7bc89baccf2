// Rung 19: the first product overwrites.
//
// What limits rung 18: the ends of tiles. A consumer sets 128 registers to 0 before a tile, and writes 128 numbers to C,
// in pieces of 4 bytes, after it. Meanwhile it has no product under way. Both consumers come to that point at about the
// same time, so the tensor cores stand still.
// The idea, first half: do not set anything to 0. wgmma takes D = A B + D and also D = A B: an operand, "scale-d", says
// which. The first product of a tile takes the second form and overwrites what is left of the tile before.
//
//     step 0   k  0-15   D  = A B        step 1   k 64-79   D += A B
//              k 16-31   D += A B                 k 80-95   D += A B
//              ...                                ...
//
// Second half: C is written once and not read again here. Its lines need not push A and B, which all blocks read again
// and again, out of the second-level cache. A store with the hint "streaming" (__stcs, st.global.cs) makes a line that
// is the first to go.
//
// Who computes what: as rung 18.
//
// What will limit it: the stores. A warp writes 8 rows of 16 bytes at a time: half of each 32 bytes that memory moves. A
// thread does that 64 times, and its warpgroup multiplies nothing.
// The simulator counts: what rung 18 does. Of stores twice the sectors of 32 bytes that full ones would take.
// In the profiler: "Executed instructions" a little less; "L2 Hit Rate" of loads a little more.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/pairs.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 256, STAGES = 4, GROUP = 8 };
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

typedef ring_memory<BM, BN, STAGES> block_ring;

// A warpgroup's sums to C, as store_fragment does it, but lines of C are the first to leave the cache.
__device__ static __forceinline__ void stream_fragment(uint16_t *C, int M, int N, int row0, int column0,
                                                       const float (&d)[BN / 2]) {
    int thread = threadIdx.x % 128;
    int row = row0 + thread / 32 * 16 + thread % 32 / 4, column = column0 + thread % 4 * 2;
#pragma unroll
    for (int i = 0; i < BN / 2; i += 2) {
        int r = row + i / 2 % 2 * 8, c = column + i / 4 * 8;
        if (r < M && c < N) __stcs(reinterpret_cast<unsigned *>(C + (size_t)r * N + c), bf16_pair(d[i], d[i + 1]));
    }
}

__global__ void __cluster_dims__(PAIR, 1, 1) __launch_bounds__(THREADS)
    first_overwrites(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B, uint16_t *C,
                     work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    block_ring &ring = *reinterpret_cast<block_ring *>(memory);
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
        int half = (role - 1) * 64;  // rows of the tile
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
            stream_fragment(C, w.M, w.N, (tile.row * PAIR + rank) * BM + half, tile.column * BN, sum);
        }
    }
}

void gemm_19_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    work w = pairs_of_tiles(M, N, K, BM, BN);
    int bytes = sizeof(block_ring);
    CUDA_CHECK(cudaFuncSetAttribute(first_overwrites, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    first_overwrites<<<blocks, THREADS, bytes>>>(operand_map(A, M, K, BM), operand_map(B, N, K, BN / PAIR), C, w);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_19(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_19_blocks(C, A, B, M, N, K, blocks_for(pairs_of_tiles(M, N, K, BM, BN)));
}
