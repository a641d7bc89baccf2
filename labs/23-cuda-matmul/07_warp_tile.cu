// Rung 7: a tile for each warp.
//
// What limits rung 6: shared memory has little to spare (0.19 wavefronts per multiply-add, of 0.25), and each step of 8
// k costs two barriers.
// The idea: a warp of rung 6 is a strip: 2 x 16 threads, so for each k it reads 16 floats of A and 128 of B. Let the
// warp own a piece that is nearly square, 64 x 32, its lanes 8 x 4: then it reads 64 + 32. The block has three levels
// now:
//
//     block 128 x 128           warp 64 x 32               thread: 2 x 2 pieces of 4 x 4
//     +----+----+----+----+     lanes, 8 x 4 (twice as     rows     4r..4r+3  and 32 later
//     | w0 | w1 | w2 | w3 |     high, twice as wide)       columns  4c..4c+3  and 16 later
//     +----+----+----+----+      0  1 16 17
//     | w4 | w5 | w6 | w7 |      2  3 18 19                r = bits 1, 2, 3 of the lane
//     +----+----+----+----+      4  5 20 21                c = bit 0, and bit 4 as the higher one
//                                .  .  .  .
//                               14 15 30 31
//
// Why so odd an order of lanes? The answer to a load goes back to the lanes 128 bytes a cycle. A float4 for each lane
// is 512 bytes, four cycles, but two are enough if the lanes T and T^1 ask for the same address, for all T, or T and
// T^2 do ("Unexpected shared memory bank conflict", second post, NVIDIA's developer forum; said there of compute
// capability 7.0 to 7.5, and assumed here of later ones). Here T and T^1 stand side by side, they read the same rows of
// A; T and T^2 stand below each other, they read the same columns of B. Scott Gray's maxas (2014) has this order.
//
// Steps of 16 k halve the number of barriers. A row of A is then four float4, and a warp turns 8 rows of 16 floats at a
// time: the lanes of a row write As[0..3][..], As[4..7][..], As[8..11][..] and As[12..15][..]. Padding cannot keep four
// groups of 8 words apart and rows at multiples of 16 bytes. So element (k, row) is kept at column row ^ (k/4*8): an
// exclusive or with 0, 8, 16 or 24. It is its own inverse, it keeps groups of four together, and it costs no memory: a
// **swizzle**.
//
// What will limit it: 8 wavefronts for 64 multiply-adds, 0.125: shared memory has half of its time to itself. What is
// left is the instructions (94% are work) and the wait at the barriers.
// The simulator counts: 0.13 wavefronts per multiply-add, no conflict, half of rung 6's barriers.
// In the profiler: the "FMA pipe" should be the busiest unit at last.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

enum { BM = 128, BN = 128, BK = 16, WM = 64, WN = 32 };  // tile of the block, its step along k, tile of a warp

// Result (i,j) of a thread in the block's tile.
__host__ __device__ static inline element owned(int thread, int i, int j) {
    // TODO 23.7 element_07: the warp's tile, the lane's place in it (bits 1-3: row; 0 and 4: column), pieces of 4
    todo("23.7 element_07");
}

struct element element_07(int thread, int i, int j) {
    return owned(thread, i, j);
}

// Where As keeps element (k, row): in row k at this column.
[[maybe_unused]] __device__ static inline int swizzled(int k, int row) {
    return row ^ (k / 4 * 8);
}

template <bool ALIGNED>
__global__ void __launch_bounds__(256, 2) warp_tile(float *C, const float *A, const float *B, int M, int N, int K) {
    __shared__ __align__(16) float As[BK][BM];  // A's tile, turned and swizzled
    __shared__ __align__(16) float Bs[BK][BN];
    int thread = threadIdx.x, row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[8][8] = {{0}};
    for (int k0 = 0; k0 < K; k0 += BK) {
        // TODO 23.7 sgemm_07: two float4 of A (rows thread/4 and 64 later), turned and swizzled; two of B; barrier
        todo("23.7 sgemm_07");
        // TODO 23.7 sgemm_07: for each k: a[0..3], a[4..7] from As, b from Bs, by `owned`; 64 multiply-adds; barrier
        todo("23.7 sgemm_07");
    }
#pragma unroll
    for (int i = 0; i < 8; i++)
#pragma unroll
        for (int j = 0; j < 8; j += 4) {
            element e = owned(thread, i, j);
            store4<ALIGNED>(C, M, N, row0 + e.row, column0 + e.column,
                            make_float4(sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]));
        }
}

void sgemm_07(float *C, const float *A, const float *B, int M, int N, int K) {
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    if (rows_aligned(C, A, B, N, K)) warp_tile<true><<<grid, 256>>>(C, A, B, M, N, K);
    else warp_tile<false><<<grid, 256>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
