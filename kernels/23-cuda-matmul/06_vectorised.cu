// Rung 6: four floats at a time.
//
// What limits rung 5: of 80 instructions 16 read shared memory, one float each.
// The idea: a load of 16 bytes (float4) is one instruction as well. A thread's eight columns become two pieces of four:
//
//     columns of the tile  0 1 2 3 | 4 5 6 7 | ... 60..63 | 64 65 66 67 | ... 124..127
//     thread x = t % 16       0    |    1    | ...   15   |      0      | ...    15
//     result j              0..3   |  0..3   | ...  0..3  |    4..7     | ...   4..7
//
// Eight lanes read 8 neighbouring float4, all 32 banks once: no conflict. Rows are done alike, but four rows of
// As[BM][BK] do not lie side by side. So A is turned on its way in: As[BK][BM]. A thread reads four k of a row of A as
// a float4 and writes them into four rows of As:
//
//     A   row r:  k k+1 k+2 k+3     ->     As[k][r]  As[k+1][r]  As[k+2][r]  As[k+3][r]
//
// A warp loads 16 rows of 8 floats: lanes of the first half of a row write As[k][..], those of the second half
// As[k+4][..]. If the rows of As were 128 words, both would meet in the same banks. Four words of padding (132) put
// them 16 banks apart.
//
// Rows of A, B and C can only be read as float4 if they begin at multiples of 16 bytes: see tile.cuh. For other
// matrices the same kernel is compiled with loads of single floats.
//
// What will limit it: 4 reads and 64 multiply-adds: 94% of the instructions are work. Shared memory: a float4 per lane
// is 512 bytes, 4 wavefronts, or 2 where pairs of lanes read the same address (all reads of A here): 12 per 64
// multiply-adds, 0.19. What is left is waiting: at each step all warps stand at a barrier until the next tile has come
// from far away.
// The simulator counts: 16 sectors for a request of 512 bytes, a quarter of rung 5's requests, no conflict.
// In the profiler: fewer instructions; "barrier" and "long scoreboard" move up among the reasons to stall.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

template <int BM, int BN, int BK, bool ALIGNED>
__global__ void __launch_bounds__(256) vectorised(float *C, const float *A, const float *B, int M, int N, int K) {
    static_assert(BM == 128 && BN == 128 && BK == 8, "16 x 16 threads of 8 x 8 results; one float4 of each tile");
    const int PAD = 4;
    __shared__ __align__(16) float As[BK][BM + PAD];  // A's tile, turned
    __shared__ __align__(16) float Bs[BK][BN];
    int thread = threadIdx.x, row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    int y = thread / 16 * 4, x = thread % 16 * 4;  // the thread's rows and columns: four from here, and four 64 later
    float sum[8][8] = {{0}};
    for (int k0 = 0; k0 < K; k0 += BK) {
        // BEGIN SOLUTION 23.6 sgemm_06: a float4 of A (row thread/2), turned into As; a float4 of B (row thread/32); barrier
        int a_row = thread / 2, a_k = thread % 2 * 4;
        float4 a4 = load4<ALIGNED>(A, M, K, row0 + a_row, k0 + a_k);
        As[a_k][a_row] = a4.x;
        As[a_k + 1][a_row] = a4.y;
        As[a_k + 2][a_row] = a4.z;
        As[a_k + 3][a_row] = a4.w;
        int b_k = thread / 32, b_column = thread % 32 * 4;
        as_float4(Bs[b_k][b_column]) = load4<ALIGNED>(B, K, N, k0 + b_k, column0 + b_column);
        __syncthreads();
        // END SOLUTION
        // BEGIN SOLUTION 23.6 sgemm_06: for each k: two float4 of As, two of Bs, 64 multiply-adds; barrier
#pragma unroll
        for (int k = 0; k < BK; k++) {
            __align__(16) float a[8], b[8];
            as_float4(a[0]) = as_float4(As[k][y]);
            as_float4(a[4]) = as_float4(As[k][y + BM / 2]);
            as_float4(b[0]) = as_float4(Bs[k][x]);
            as_float4(b[4]) = as_float4(Bs[k][x + BN / 2]);
#pragma unroll
            for (int i = 0; i < 8; i++)
#pragma unroll
                for (int j = 0; j < 8; j++) sum[i][j] += a[i] * b[j];
        }
        __syncthreads();
        // END SOLUTION
    }
#pragma unroll
    for (int i = 0; i < 8; i++) {
        int row = row0 + y + i % 4 + i / 4 * (BM / 2);
#pragma unroll
        for (int j = 0; j < 8; j += 4)
            store4<ALIGNED>(C, M, N, row, column0 + x + j / 4 * (BN / 2),
                            make_float4(sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]));
    }
}

bool rows_aligned(const float *C, const float *A, const float *B, int N, int K) {
    // BEGIN SOLUTION 23.6 rows_aligned: where does row 0 begin, and how far is it from one row to the next? In all three
    return K % 4 == 0 && N % 4 == 0 && ((uintptr_t)A | (uintptr_t)B | (uintptr_t)C) % 16 == 0;
    // END SOLUTION
}

void sgemm_06(float *C, const float *A, const float *B, int M, int N, int K) {
    const int BM = 128, BN = 128, BK = 8;
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    if (rows_aligned(C, A, B, N, K)) vectorised<BM, BN, BK, true><<<grid, 256>>>(C, A, B, M, N, K);
    else vectorised<BM, BN, BK, false><<<grid, 256>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
