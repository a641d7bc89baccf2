// What all rungs share and no exercise asks for: sizes, and the way of sums to C.
//
// N is a multiple of 8: two neighbours of C that begin at an even column are both inside or both outside, and eight that begin at
// a multiple of 8 are, too. So an edge needs no case of its own, only one comparison.
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime.h>
#include <stddef.h>
#include <stdint.h>

#include "24-tensor-cores/gemm.h"

__host__ __device__ static inline int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

// Two sums, rounded to bfloat16, in one register: the first in its lower half.
__device__ static inline uint32_t bf16_pair(float first, float second) {
    return (uint32_t)__bfloat16_as_ushort(__float2bfloat16_rn(second)) << 16 |
           __bfloat16_as_ushort(__float2bfloat16_rn(first));
}

// Sums for C (row,column) and C (row,column + 1), if they exist; column is even.
__device__ static inline void store_pair(uint16_t *C, int M, int N, int row, int column, float first, float second) {
    if (row < M && column < N) *reinterpret_cast<uint32_t *>(C + (size_t)row * N + column) = bf16_pair(first, second);
}

// A warpgroup's sums d (64,N) as wgmma leaves them (fragment_d), to C from (row0,column0) on.
//
//     thread t: rows t/32*16 + t%32/4 and 8 below, columns 8j + t%4*2 and its neighbour
//
//               8j  +1  +2  +3  +4  +5  +6  +7
//     row 0    | t0    | t1    | t2    | t3    |     four lanes write 16 bytes in a row: half a sector of 32. That costs
//     row 1    | t4    | t5    | t6    | t7    |     bandwidth, and is what rung 20 is about.
template <int TILE_N>
__device__ static __forceinline__ void store_fragment(uint16_t *C, int M, int N, int row0, int column0,
                                                      const float (&d)[TILE_N / 2]) {
    int thread = threadIdx.x % 128;
    int row = row0 + thread / 32 * 16 + thread % 32 / 4, column = column0 + thread % 4 * 2;
#pragma unroll
    for (int j = 0; j < TILE_N / 8; j++) {
        store_pair(C, M, N, row, column + 8 * j, d[4 * j], d[4 * j + 1]);
        store_pair(C, M, N, row + 8, column + 8 * j, d[4 * j + 2], d[4 * j + 3]);
    }
}
