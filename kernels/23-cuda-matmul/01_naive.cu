// Rung 1: one thread for each element of C.
//
// The definition, C[i,j] = sum over k of A[i,k] B[k,j], and a thread for every (i,j): M*N threads, in blocks of 32 x
// 32. threadIdx.x counts fastest, so it is natural to give it the first index, the row. It is also wrong by a factor of
// ten.
//
// Who computes what: 32 threads with neighbouring threadIdx.x form a warp and execute each load together.
//
//          B  k |  .  .  .  .        all 32 lanes read the SAME float of B (one sector of 32 bytes: a broadcast),
//               |  j  .  .  .        and 32 floats of A that lie K floats apart: 32 sectors, of each of which 4 bytes
//     A  0 k    |  0  .  .  .        are used. The stores to C are as bad.
//        1 k    |  1  .  .  .
//        2 k    |  2  .  .  .  <- one warp is a column of C
//
// What will limit it: traffic between the multiprocessors and their caches. For one k a warp does 32 multiply-adds
// (64 operations) and touches 33 sectors of 32 bytes: 16.5 bytes per operation. A multiprocessor's first-level cache
// gives 128 bytes a cycle ("Unexpected shared memory bank conflict", second post, NVIDIA's developer forum); 64
// operations need 33*32/128 = 8.25 cycles, where the arithmetic needs a quarter of one: 3% of the peak, if every
// access hits that cache, and less when they do not.
// The simulator counts: 16.5 sectors per load request of global memory (32 for A, 1 for B), 32 per store.
// In the profiler: "L1/TEX Cache Throughput" near its limit, "uncoalesced global accesses" on the line of the loop.
// This rung is given. (After rung 1 of S. Boehm, "How to optimize a CUDA matmul kernel for cuBLAS-like performance",
// 2022.)
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"

template <int SIDE>
__global__ void naive(float *C, const float *A, const float *B, int M, int N, int K) {
    int row = blockIdx.x * SIDE + threadIdx.x, column = blockIdx.y * SIDE + threadIdx.y;
    if (row >= M || column >= N) return;
    float sum = 0;
    for (int k = 0; k < K; k++) sum += A[(size_t)row * K + k] * B[(size_t)k * N + column];
    C[(size_t)row * N + column] = sum;
}

void sgemm_01(float *C, const float *A, const float *B, int M, int N, int K) {
    const int SIDE = 32;
    dim3 grid(ceil_div(M, SIDE), ceil_div(N, SIDE)), block(SIDE, SIDE);
    naive<SIDE><<<grid, block>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
