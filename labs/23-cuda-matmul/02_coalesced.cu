// Rung 2: neighbouring threads, neighbouring addresses.
//
// What limits rung 1: the lanes of a warp stand below each other in C, so they read 32 rows of A at a time, 32 sectors
// for 128 bytes.
// The idea: exchange the two indices. threadIdx.x is the column. Nothing else changes.
//
//          B  k |  0  1  2  3        32 neighbouring floats of B: 4 sectors of 32 bytes, every byte used
//        -------+------------
//     A  i k    |  0  1  2  3  <- one warp is a piece of a row of C; all its lanes read the same float of A
//               |                    (one sector), and write 32 neighbouring floats of C (4 sectors)
//
// What will limit it: still the caches. For one k a warp touches 1 + 4 sectors of 32 bytes: 2.5 bytes per operation,
// where rung 1 had 16.5. At 128 bytes a cycle 160 bytes take 1.25 cycles, the 32 multiply-adds a quarter: at most 20%
// of the peak. Each load also needs an instruction: two loads for one multiply-add, and the multiprocessor's load unit
// takes one warp a cycle at best: 2 cycles, 12.5%. (S. Boehm, 2022, measured 8.5% of cuBLAS on an A6000.)
// The simulator counts: 2.5 sectors per load request (1 and 4), 4 per store: what each request needs and no more.
// In the profiler: no uncoalesced accesses are left, "LG throttle" or "long scoreboard" is the first reason to stall.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

template <int SIDE>
__global__ void coalesced(float *C, const float *A, const float *B, int M, int N, int K) {
    // TODO 23.2 sgemm_02: which of row and column should follow threadIdx.x? Then rung 1's loop
    todo("23.2 sgemm_02");
}

void sgemm_02(float *C, const float *A, const float *B, int M, int N, int K) {
    // TODO 23.2 sgemm_02: coalesced<32> in blocks of 32 x 32, as many as cover C; blockIdx.x goes with threadIdx.x
    todo("23.2 sgemm_02");
    CUDA_CHECK(cudaGetLastError());
}
