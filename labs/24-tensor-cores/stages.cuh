// What the rungs of Hopper share and no exercise asks for: tensor maps of A and B, a ring of stages in shared memory, and what a
// producer and a consumer do with one stage.
//
// A stage holds 64 columns of k: 128 bytes a row, as much as one pattern of the 128-byte swizzle. The tile of A has BM rows,
// that of B has BN, one below the other without gaps, so that 8 rows are 1024 bytes: each tile begins at a multiple of 1024.
#pragma once
#include <cuda.h>
#include <cuda_runtime.h>
#include <stdint.h>

#include "24-tensor-cores/tile.cuh"
#include "ptx.h"

enum { BK = 64, ROW_BYTES = BK * sizeof(uint16_t) };

// A or B, `rows` rows of k numbers, in boxes of box_rows (up to 256) x BK, swizzled. What sticks out arrives as zeros.
static inline CUtensorMap operand_map(const uint16_t *start, int rows, int k, int box_rows) {
    return tensor_map_rows(start, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, sizeof *start, rows, k, box_rows, BK,
                           CU_TENSOR_MAP_SWIZZLE_128B);
}

// The ring: STAGES pairs of tiles, and two barriers for each. It lies at the beginning of dynamic shared memory:
//     extern __shared__ __align__(1024) unsigned char memory[];
//     auto &ring = *reinterpret_cast<ring_memory<BM, BN, STAGES> *>(memory);
template <int BM, int BN, int STAGES>
struct ring_memory {
    alignas(1024) uint16_t A[STAGES][BM * BK];
    alignas(1024) uint16_t B[STAGES][BN * BK];
    uint64_t full[STAGES];   // the stage's bytes have arrived: 1 arrival, the producer's, and the bytes
    uint64_t empty[STAGES];  // its consumers have read it
};

// Prepares the barriers; `consumers` arrivals empty a stage. One thread does it, before the block's first __syncthreads().
template <int BM, int BN, int STAGES>
__device__ static inline void ring_init(ring_memory<BM, BN, STAGES> &ring, int consumers) {
    for (int s = 0; s < STAGES; s++) {
        mbarrier_init(&ring.full[s], 1);
        mbarrier_init(&ring.empty[s], consumers);
    }
    fence_mbarrier_init();  // TMA is to see them, too
}

// The producer's part, by one thread: columns k0 to k0 + 63 of A's rows from row0 and of B's from column0, to stage s.
template <int BM, int BN, int STAGES>
__device__ static inline void fetch(ring_memory<BM, BN, STAGES> &ring, int s, const CUtensorMap &A,
                                    const CUtensorMap &B, int row0, int column0, int k0) {
    mbarrier_arrive_expect_tx(&ring.full[s], sizeof ring.A[s] + sizeof ring.B[s]);
    tma_load_2d(ring.A[s], &A, &ring.full[s], k0, row0);
    tma_load_2d(ring.B[s], &B, &ring.full[s], k0, column0);
}

// The consumer's part, by one warpgroup: d (64,N) += A (64,64) B (N,64)^T, four products of 16 k, begun and committed as one group.
// a, b: descriptors of the tiles' beginnings. 16 k are 32 bytes, 2 in the descriptor's units of 16. They stay within the 128
// bytes of a row, and the swizzle, which goes by addresses, does the rest.
template <int TILE_N>
__device__ static __forceinline__ void multiply(float (&d)[TILE_N / 2], uint64_t a, uint64_t b) {
    wgmma_fence();
#pragma unroll
    for (int k = 0; k < BK / 16; k++) wgmma_bf16<TILE_N>(d, a + 2 * k, b + 2 * k, true);
    wgmma_commit();
}
