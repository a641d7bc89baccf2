// Rung 8: copies that nobody waits for.
//
// What limits rung 7: at every step all warps wait, first for each other, then for a tile from global memory, which
// takes many hundred cycles to come, while the arithmetic units stand still. A second block on the multiprocessor fills
// some of the gap.
// The idea: ask for a tile long before it is needed. cp.async (compute capability 8.0) copies 16 bytes from global to
// shared memory without a register and without waiting. The copies of a step form a group; "wait until at most n of my
// groups are still on their way" is one instruction. With STAGES buffers, STAGES - 1 steps are on their way or ready:
//
//     step           0      1      2      3      4           STAGES = 4
//     buffer 0    compute [ copy 4 ......... ] compute       In step s, all threads
//     buffer 1    [copy 1] compute [ copy 5 .........          wait until the copies of step s have landed,
//     buffer 2    [ copy 2 ...... ] compute [ copy 6           meet at the barrier,
//     buffer 3    [ copy 3 ............. ] compute             start the copies of step s + 3, and compute step s.
//
// One barrier does for both purposes: after it everybody sees the tiles of step s, and everybody has finished step s -
// 1, whose buffer, (s - 1) % 4 = (s + 3) % 4, may be overwritten.
//
// A copy cannot turn A. So As keeps rows of A, 16 floats, and a thread reads four k of a row at a time, 8 float4 for 4
// steps of k: no more instructions than before. Rows of 64 bytes would put every second row into the same banks. So the
// four pieces of row r are exchanged: piece c (k from 4c) is kept at place c ^ (r / 2 % 4). Eight rows, one piece each:
// all 32 banks.
//
// The tile grows to 128 x 256 with 8 x 16 results per thread (128 of its 255 registers): rows r + 8 i, columns
// 4c + 16 q + j. The warp's tile is 64 x 64, the lanes are those of rung 7. One block fills a multiprocessor: 96 KiB of
// buffers, and all the registers.
//
// What will limit it: arithmetic. For 4 k: 8 + 16 reads, 512 multiply-adds: 95% of the instructions are work. Shared
// memory: two wavefronts a read, 0.094 per multiply-add. Global: (128 + 256) floats for 128*256 multiply-adds: 0.023
// bytes per operation.
// The simulator counts: 0.1 wavefronts per multiply-add, one barrier for 16 k, and no global load at all in a
// register: the copies are counted as loads of 16 bytes per lane and stores to shared memory.
// In the profiler: the share of time in which the "FMA pipe" is busy; what it lacks of 95% is waiting.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/async.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

enum { BM = 128, BN = 256, BK = 16, STAGES = 4, THREADS = 256 };

struct stage {
    float A[BM][BK];  // pieces of four exchanged: piece_of
    float B[BK][BN];
};

// A thread's results: rows row + 8 i (i < 8), columns column + 16 q + j (q, j < 4), of the block's tile.
__device__ static inline element first_result(int thread) {
    int warp = thread / 32, lane = thread % 32;
    return {warp / 4 * 64 + lane / 2 % 8, warp % 4 * 64 + (lane % 2 + lane / 16 * 2) * 4};
}

// The column of A's buffer at which piece c of a row (k from 4c to 4c + 3) is kept.
[[maybe_unused]] __device__ static inline int piece_of(int row, int c) {
    return (c ^ (row / 2 % 4)) * 4;
}

// Starts the copies of A's tile at (row0,k0) and B's at (k0,column0).
template <bool ALIGNED>
__device__ static inline void fetch(stage *to, const float *A, const float *B, int M, int N, int K, int row0,
                                    int column0, int k0) {
    // TODO 23.8 sgemm_08: two pieces of A (rows thread/4 and 64 later), four of B (rows thread/64 + 4 n), by copy4_async
    todo("23.8 sgemm_08");
}

// sum += the tile of A times the tile of B.
__device__ static inline void multiply(float (&sum)[8][16], const stage *tiles, element at) {
    // TODO 23.8 sgemm_08: for each piece of 4 k: 8 float4 of A; for each of its k: 4 float4 of B, 128 multiply-adds
    todo("23.8 sgemm_08");
}

template <bool ALIGNED>
__global__ void __launch_bounds__(THREADS) async(float *C, const float *A, const float *B, int M, int N, int K) {
    extern __shared__ __align__(16) unsigned char memory[];
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    element at = first_result(threadIdx.x);
    float sum[8][16] = {{0}};
    stage *stages = reinterpret_cast<stage *>(memory);
    int steps = ceil_div(K, BK);
    // TODO 23.8 sgemm_08: fetch the first STAGES - 1 steps (those that exist), each in a group of its own
    todo("23.8 sgemm_08");
    for (int s = 0; s < steps; s++) {
        // TODO 23.8 sgemm_08: wait until step s is there; barrier; fetch step s + STAGES - 1 into the buffer that is free
        todo("23.8 sgemm_08");
        multiply(sum, &stages[s % STAGES], at);
    }
#pragma unroll
    for (int i = 0; i < 8; i++)
#pragma unroll
        for (int j = 0; j < 16; j += 4)
            store4<ALIGNED>(C, M, N, row0 + at.row + 8 * i, column0 + at.column + 4 * j,
                            make_float4(sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]));
}

template <bool ALIGNED>
static void launch(float *C, const float *A, const float *B, int M, int N, int K) {
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    int bytes = STAGES * sizeof(stage);  // more than 48 KiB must be asked for
    CUDA_CHECK(cudaFuncSetAttribute(async<ALIGNED>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    async<ALIGNED><<<grid, THREADS, bytes>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}

void sgemm_08(float *C, const float *A, const float *B, int M, int N, int K) {
    if (rows_aligned(C, A, B, N, K)) launch<true>(C, A, B, M, N, K);
    else launch<false>(C, A, B, M, N, K);
}
