// Side rung: 2:4 sparsity, half of the numbers for half of the work.
//
// What limits the ladder: every product of two numbers is computed, also where one of them hardly matters.
// The idea: of every four neighbours in a row of A (weights, say) only the two of largest magnitude are kept, and where they
// stood is told by 4 bits. mma.sp takes A so, 16 x 16 numbers and their places for 16 x 32 columns, and picks the rows of B that
// belong to them: a product with k = 32 in the time of k = 16. It is the only sparsity that the hardware knows; a pattern that
// left out more here and less there would be of no use to it.
//
//     A, pruned     3 . . 1 | . 2 2 .        values      3  1 | 2  2
//     column % 4    0 1 2 3 | 0 1 2 3        places      0  3 | 1  2       2 bits each, the first lowest: 1001 1100
//
// The places of 16 columns, 8 values, are 16 bits: `places` has one uint16_t for each row and 16 columns of A. A lane brings those
// of two rows, g and g + 8, for the whole group of four: lane 4 g columns 0 to 15, lane 4 g + 1 columns 16 to 31 (ptx/warp.h).
//
// Who computes what: a warp a tile of 16 x 32, straight from global memory to registers. This is no kernel for speed, it shows the
// instruction; for speed it would need all that rungs 11 to 23 have.
//
// What will limit it: its loads.
// The simulator counts: operations as of k = 32, although half of them are with zeros that nobody stores.
// What it costs: what was left out. The error of C is that of the pruning, whatever the arithmetic; networks are trained on
// after they have been pruned.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "ptx.h"

enum { WM = 16, WN = 32, STEP = 32 };

// ---- on the host ----------------------------------------------------------------------------------------------------
static int magnitude(uint16_t bits) {
    return bits & 0x7fff;  // of two numbers that are numbers, the one with more here is the larger
}

// Which two of four neighbours are kept, the first of them first. Among equals it is the first.
static void two_of(const uint16_t four[4], int kept[2]) {
    int most = 0, next = -1;
    for (int i = 1; i < 4; i++)
        if (magnitude(four[i]) > magnitude(four[most])) most = i;
    for (int i = 0; i < 4; i++)
        if (i != most && (next < 0 || magnitude(four[i]) > magnitude(four[next]))) next = i;
    kept[0] = most < next ? most : next;
    kept[1] = most < next ? next : most;
}

void sparse_prune(uint16_t *A, int rows, int columns) {
    for (size_t four = 0; four < (size_t)rows * columns; four += 4) {
        int kept[2];
        two_of(A + four, kept);
        for (int i = 0; i < 4; i++)
            if (i != kept[0] && i != kept[1]) A[four + i] = 0;
    }
}

void sparse_pack(uint16_t *values, uint16_t *places, const uint16_t *A, int rows, int columns) {
    for (size_t sixteen = 0; sixteen < (size_t)rows * columns / 16; sixteen++) {
        unsigned bits = 0;
        for (int four = 0; four < 4; four++) {
            const uint16_t *from = A + 16 * sixteen + 4 * four;
            int kept[2];
            two_of(from, kept);
            bits |= (unsigned)(kept[0] | kept[1] << 2) << 4 * four;
            values[8 * sixteen + 2 * four] = from[kept[0]];
            values[8 * sixteen + 2 * four + 1] = from[kept[1]];
        }
        places[sixteen] = (uint16_t)bits;
    }
}

// ---- on the device --------------------------------------------------------------------------------------------------
// Two neighbours of a matrix, 0 outside. column is even, and so are the columns.
__device__ static inline uint32_t pair_at(const uint16_t *matrix, int rows, int columns, int row, int column) {
    return row < rows ? *reinterpret_cast<const uint32_t *>(matrix + (size_t)row * columns + column) : 0;
}

// The places of rows g and g + 8 for this lane's half of 32 columns; outside, places that rise, as they must.
__device__ static inline uint32_t places_of(const uint16_t *places, int M, int K, int row, int k) {
    int sixteen = k / 16 + threadIdx.x % 2;
    uint32_t upper = row < M ? places[(size_t)row * (K / 16) + sixteen] : 0x4444;
    uint32_t lower = row + 8 < M ? places[(size_t)(row + 8) * (K / 16) + sixteen] : 0x4444;
    return lower << 16 | upper;
}

__global__ static void sparse_tile(uint16_t *C, const uint16_t *values, const uint16_t *places, const uint16_t *B,
                                   int M, int N, int K) {
    int g = threadIdx.x / 4, t = threadIdx.x % 4;
    int row = blockIdx.y * WM + g, column0 = blockIdx.x * WN;
    float sum[WN / 8][4] = {{0}};
    for (int k = 0; k < K; k += STEP) {
        uint32_t a[4];
        for (int i = 0; i < 4; i++) a[i] = pair_at(values, M, K / 2, row + i % 2 * 8, k / 2 + 2 * t + i / 2 * 8);
        uint32_t metadata = places_of(places, M, K, row, k);
        for (int j = 0; j < WN / 8; j++) {
            uint32_t b[4];
            for (int i = 0; i < 4; i++) b[i] = pair_at(B, N, K, column0 + 8 * j + g, k + 2 * t + 8 * i);
            mma_sp_m16n8k32_bf16(sum[j], a, b, sum[j], metadata);
        }
    }
    for (int j = 0; j < WN / 8; j++) {
        store_pair(C, M, N, row, column0 + 8 * j + 2 * t, sum[j][0], sum[j][1]);
        store_pair(C, M, N, row + 8, column0 + 8 * j + 2 * t, sum[j][2], sum[j][3]);
    }
}

void gemm_sparse(uint16_t *C, const uint16_t *values, const uint16_t *places, const uint16_t *B, int M, int N, int K) {
    sparse_tile<<<dim3(ceil_div(N, WN), ceil_div(M, WM)), 32>>>(C, values, places, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
