// What rungs 20 to 23 share and no exercise asks for: C goes through shared memory, in pieces of 64 x 64, and TMA takes it from
// there.
//
// A file that includes this includes "swizzle.cuh" too, where swizzle_place is written.
#pragma once
#include "24-tensor-cores/stages.cuh"

enum { PIECE = 64 };  // rows and columns; 128 bytes in a row, swizzled

// C in boxes of one piece. What sticks out is not written.
static inline CUtensorMap result_map(const uint16_t *C, int M, int N) {
    return tensor_map_rows(C, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, sizeof *C, M, N, PIECE, PIECE,
                           CU_TENSOR_MAP_SWIZZLE_128B);
}

// Columns 64 * piece to 64 * piece + 63 of a warpgroup's sums to the staging buffer, two numbers at a time. The swizzle does here
// what it does for loads: the 8 rows that a warp writes at the same place lie in different banks.
template <int TILE_N>
__device__ static __forceinline__ void stage_pairs(uint16_t *staging, const float (&d)[TILE_N / 2], int piece) {
    int thread = threadIdx.x % 128, row = thread / 32 * 16 + thread % 32 / 4;
    char *bytes = reinterpret_cast<char *>(staging);
#pragma unroll
    for (int j = 0; j < PIECE / 8; j++)
#pragma unroll
        for (int below = 0; below < 2; below++) {
            int i = piece * PIECE / 2 + 4 * j + 2 * below;
            int offset = (row + 8 * below) * ROW_BYTES + j * 16 + thread % 4 * 4;
            *reinterpret_cast<uint32_t *>(bytes + swizzle_place(offset, 128)) = bf16_pair(d[i], d[i + 1]);
        }
}
