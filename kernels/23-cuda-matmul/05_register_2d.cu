// Rung 5: a thread keeps a square of results.
//
// What limits rung 4: a float of B serves 8 multiply-adds, but a float of A only one.
// The idea: 8 x 8 results in 64 registers. For each k the thread reads 8 floats of A and 8 of B and multiplies every
// one with every other: 64 multiply-adds for 16 reads, a quarter of a read each. Rung 3 had 2.
//
// Which 64? Eight neighbouring columns seem natural, but then the lanes of a warp read Bs at words 0, 8, 16, 24, 32 =
// bank 0 again: four lanes in each bank, four wavefronts for one. So a thread takes columns that are 16 apart:
//
//     columns of the tile  0  1  2 ... 15 | 16 17 ... 31 | ... 127        block tile 128 x 128, k in steps of 8
//     thread x = t % 16    0  1  2 ... 15 |  0  1 ... 15 | ...  15        256 threads, 16 x 16
//     result j             0  0  0 ...  0 |  1  1 ...  1 | ...   7
//
// and rows in the same way: result (i,j) of thread t is row t/16 + 16 i, column t%16 + 16 j. The 32 lanes read 16
// neighbouring words of Bs and 2 words of As in different banks: one wavefront each.
//
// Loading: 128 x 8 and 8 x 128 floats, four of each for a thread, in the order of memory: float number t, t + 256, ...
//
// What will limit it: instructions. 16 reads and 64 multiply-adds are 80 instructions, of which 64 are work: 80% of the
// peak at best, and less with addresses, loads and barriers. Shared memory: 16 wavefronts per 64 multiply-adds = 0.25,
// just enough. Global: 0.031 bytes per operation.
// The simulator counts: 4 sectors per request, 0.26 wavefronts per multiply-add, no conflict.
// In the profiler: "issue slots busy", and gaps where all warps wait for a tile at the barrier.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

// Result (i,j) of a thread in the block's tile; SIDE x SIDE threads.
template <int SIDE>
__host__ __device__ static inline element owned(int thread, int i, int j) {
    // BEGIN SOLUTION 23.5 element_05: SIDE x SIDE threads beside each other, a thread's own elements SIDE apart
    return {thread / SIDE + i * SIDE, thread % SIDE + j * SIDE};
    // END SOLUTION
}

struct element element_05(int thread, int i, int j) {
    return owned<16>(thread, i, j);
}

template <int BM, int BN, int BK, int TM, int TN>
__global__ void __launch_bounds__(BM *BN / (TM * TN))
    register_2d(float *C, const float *A, const float *B, int M, int N, int K) {
    const int SIDE = BN / TN;
    static_assert(BM / TM == SIDE, "the threads are a square");
    __shared__ float As[BM][BK], Bs[BK][BN];
    int thread = threadIdx.x, row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[TM][TN] = {{0}};
    for (int k0 = 0; k0 < K; k0 += BK) {
        // BEGIN SOLUTION 23.5 sgemm_05: SIDE*SIDE threads load BM x BK floats of A and BK x BN of B, neighbours side by side; barrier
        const int THREADS = SIDE * SIDE;
        for (int e = thread; e < BM * BK; e += THREADS) As[e / BK][e % BK] = load1(A, M, K, row0 + e / BK, k0 + e % BK);
        for (int e = thread; e < BK * BN; e += THREADS)
            Bs[e / BN][e % BN] = load1(B, K, N, k0 + e / BN, column0 + e % BN);
        __syncthreads();
        // END SOLUTION
        // BEGIN SOLUTION 23.5 sgemm_05: for each k: TM floats of As and TN of Bs into registers, then TM x TN multiply-adds; barrier
#pragma unroll
        for (int k = 0; k < BK; k++) {
            float a[TM], b[TN];
#pragma unroll
            for (int i = 0; i < TM; i++) a[i] = As[owned<SIDE>(thread, i, 0).row][k];
#pragma unroll
            for (int j = 0; j < TN; j++) b[j] = Bs[k][owned<SIDE>(thread, 0, j).column];
#pragma unroll
            for (int i = 0; i < TM; i++)
#pragma unroll
                for (int j = 0; j < TN; j++) sum[i][j] += a[i] * b[j];
        }
        __syncthreads();
        // END SOLUTION
    }
#pragma unroll
    for (int i = 0; i < TM; i++)
#pragma unroll
        for (int j = 0; j < TN; j++) {
            element e = owned<SIDE>(thread, i, j);
            int row = row0 + e.row, column = column0 + e.column;
            if (row < M && column < N) C[(size_t)row * N + column] = sum[i][j];
        }
}

void sgemm_05(float *C, const float *A, const float *B, int M, int N, int K) {
    const int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8;
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    register_2d<BM, BN, BK, TM, TN><<<grid, BM * BN / (TM * TN)>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
