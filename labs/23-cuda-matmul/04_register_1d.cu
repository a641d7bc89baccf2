// Rung 4: a thread keeps a column of results.
//
// What limits rung 3: two reads of shared memory for each multiply-add.
// The idea: a float that was read can serve more than one result, if the thread has more than one. Give it 8 rows of
// one column: for each k it reads one float of B and keeps it in a register while it meets 8 floats of A.
//
//                      x = thread % 64
//           Bs    k | . . b . . |        for each k:  b = Bs[k][x]
//                   +-----------+                     sum[i] += As[8*y + i][k] * b,   i < 8
//     As       k    |     0     |
//       8y+0   a0   |     1     |  <- one thread: 8 rows of column x
//       8y+1   a1   |     .     |     block tile 64 x 64, 512 threads; k in steps of 8
//        ...        |     7     |
//
// Loading: a tile of A is 64 x 8 and one of B 8 x 64, 512 floats each: one for each thread. For A a thread takes row
// thread / 8, float thread % 8 (32 bytes of a row are a whole sector), for B row thread / 64, float thread % 64.
//
// What will limit it: shared memory still. 1 + 8 wavefronts for 8 multiply-adds of a warp: 1.125 instead of 2, so at
// most 22% of the peak. (If the assembler joins the reads of four k of As: (4 + 8)/32 = 0.375, 67%, and then it is the
// barriers.) Global traffic: (64 + 64) floats for 64*64 multiply-adds, 0.0625 bytes per operation.
// The simulator counts: 4 sectors per request, 1.1 wavefronts per multiply-add, no conflict: all lanes of a warp have
// the same y.
// In the profiler: shared memory and "MIO throttle" again.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

template <int BM, int BN, int BK, int TM>
__global__ void __launch_bounds__(BM *BN / TM)
    register_1d(float *C, const float *A, const float *B, int M, int N, int K) {
    static_assert(BM / TM == BK && BN / TM == BK, "a thread loads one float of each tile");
    __shared__ float As[BM][BK], Bs[BK][BN];
    int x = threadIdx.x % BN, y = threadIdx.x / BN;
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[TM] = {0};
    // TODO 23.4 sgemm_04: one float of each tile per thread, barrier; for each k one of Bs for TM of As; barrier
    todo("23.4 sgemm_04");
#pragma unroll
    for (int i = 0; i < TM; i++) {
        int row = row0 + y * TM + i, column = column0 + x;
        if (row < M && column < N) C[(size_t)row * N + column] = sum[i];
    }
}

void sgemm_04(float *C, const float *A, const float *B, int M, int N, int K) {
    const int BM = 64, BN = 64, BK = 8, TM = 8;
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    register_1d<BM, BN, BK, TM><<<grid, BM * BN / TM>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
