// What rungs 19 to 23 take over from rung 18 and no exercise asks for: clusters of two blocks, one tile below the other, that share
// what they load of B. A cluster takes pairs of tiles; the block of rank 0 makes the upper tile, that of rank 1 the lower one.
//
// A file that includes this includes "ring.cuh" too, where ring_stage and its like are written.
#pragma once
#include "24-tensor-cores/order.cuh"
#include "24-tensor-cores/stages.cuh"

enum { PAIR = 2 };  // blocks of a cluster

// The product's sizes, and the pairs of tiles and the steps of BK that they make.
struct work {
    int M, N;
    int rows, columns, steps;
};

static inline work pairs_of_tiles(int M, int N, int K, int tile_rows, int tile_columns) {
    return {M, N, ceil_div(M, tile_rows * PAIR), ceil_div(N, tile_columns), ceil_div(K, BK)};
}

// As many blocks as there is work and room for.
static inline int blocks_for(work w) {
    int pairs = w.rows * w.columns, most = multiprocessors() / PAIR;
    return (pairs < most ? pairs : most) * PAIR;
}

// Prepares the barriers of both blocks' rings. All threads come here; afterwards everybody may use them.
template <int BM, int BN, int STAGES>
__device__ static inline void prepare_pair(ring_memory<BM, BN, STAGES> &ring, int consumers) {
    if (threadIdx.x == 0) ring_init(ring, consumers * PAIR);
    cluster_sync();
}

// Fetches a step to stage s of this block: all of its A, and together with the other block, whose rank is 1 - rank, B.
// row0: of this block's tile, column0: of both.
template <int BM, int BN, int STAGES>
__device__ static inline void fetch_shared(ring_memory<BM, BN, STAGES> &ring, int s, const CUtensorMap &A,
                                           const CUtensorMap &B, int rank, int row0, int column0, int k0) {
    const int half = BN / PAIR;
    mbarrier_arrive_expect_tx(&ring.full[s], sizeof ring.A[s] + sizeof ring.B[s]);
    tma_load_2d(ring.A[s], &A, &ring.full[s], k0, row0);
    tma_multicast_2d(ring.B[s] + rank * half * BK, &B, &ring.full[s], k0, column0 + rank * half, (1 << PAIR) - 1);
}

// A warpgroup is through with stage s, in both blocks' books. All its threads come here.
template <int BM, int BN, int STAGES>
__device__ static inline void release(ring_memory<BM, BN, STAGES> &ring, int s) {
    int thread = threadIdx.x % 128;
    if (thread < PAIR) mbarrier_arrive_cluster(&ring.empty[s], thread);
}

// The producer has begun n steps: waits until everybody is through with them all.
template <int BM, int BN, int STAGES>
__device__ static inline void drain(ring_memory<BM, BN, STAGES> &ring, int n) {
    for (int i = 0; i < STAGES; i++, n++)
        mbarrier_wait(&ring.empty[ring_stage(n, STAGES)], ring_empty_parity(n, STAGES));
}

// d (64,N) = A (64,64) B (N,64)^T, plus what was in d if `keep` says so, as multiply of stages.cuh.
template <int TILE_N>
__device__ static __forceinline__ void multiply(float (&d)[TILE_N / 2], uint64_t a, uint64_t b, bool keep) {
    wgmma_fence();
#pragma unroll
    for (int k = 0; k < BK / 16; k++) wgmma_bf16<TILE_N>(d, a + 2 * k, b + 2 * k, keep || k > 0);
    wgmma_commit();
}
