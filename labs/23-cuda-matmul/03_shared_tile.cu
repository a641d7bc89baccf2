// Rung 3: a block shares what it reads.
//
// What limits rung 2: the 32 threads of a row of C read the same row of A, each for itself; the 32 threads of a column
// the same column of B. Every float is fetched 32 times by one and the same block.
// The idea: fetch it once, into the block's shared memory, and read it from there. A and B do not fit, so go along k in
// steps of 32: a tile of A and a tile of B come in, the block waits, multiplies them, waits, and takes the next two.
//
//                 B   | step 0 |             thread (y,x) loads A[y, k0+x] and B[k0+y, x]: both along rows,
//                     | step 1 |             and computes C[y,x] += sum over k of As[y][k] * Bs[k][x]
//                     +--------+
//     A  step 0 step 1| 32x32  |
//       --------------+--------+
//
// Two barriers in each step: one so that nobody reads a tile before it is complete, one so that nobody overwrites it
// while another still reads. Where tiles stick out of A or B they hold zeros, which add nothing.
//
// What will limit it: shared memory. Global traffic falls 20-fold, to 8 bytes for 32 multiply-adds, 0.125 bytes per
// operation. But each multiply-add of a warp now reads shared memory twice: once all lanes the same word (As[y][k]),
// once 32 neighbours (Bs[k][x]), two wavefronts. A multiprocessor serves one wavefront in a cycle, and could start four
// multiply-adds: 2 wavefronts per multiply-add allow 1/8 of the peak. (If the assembler joins four neighbouring reads
// of As into one: 1.25, a fifth.)
// The simulator counts: 4 sectors per load request, 2 wavefronts per multiply-add of a warp, no conflict.
// In the profiler: shared memory is the busiest unit, "MIO throttle" the first reason to stall.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

template <int TILE>
__global__ void shared_tile(float *C, const float *A, const float *B, int M, int N, int K) {
    __shared__ float As[TILE][TILE], Bs[TILE][TILE];
    int x = threadIdx.x, y = threadIdx.y;
    int row = blockIdx.y * TILE + y, column = blockIdx.x * TILE + x;
    float sum = 0;
    // TODO 23.3 sgemm_03: for each step of TILE along k: load (load1: zeros outside), barrier, multiply, barrier
    todo("23.3 sgemm_03");
    if (row < M && column < N) C[(size_t)row * N + column] = sum;
}

void sgemm_03(float *C, const float *A, const float *B, int M, int N, int K) {
    const int TILE = 32;
    dim3 grid(ceil_div(N, TILE), ceil_div(M, TILE)), block(TILE, TILE);
    shared_tile<TILE><<<grid, block>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
