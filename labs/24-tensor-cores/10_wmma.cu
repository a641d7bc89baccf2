// Rung 10: the tensor cores, by the simplest way there is.
//
// What limits chapter 23: the units for single precision, 128 multiply-adds in a cycle on a multiprocessor. Beside them lie four
// tensor cores that do nothing, and multiply small matrices of bfloat16: on Hopper 2048 multiply-adds in a cycle, 16 times as many.
// The idea: WMMA ("Warp Matrix Functions" in the CUDA C++ Programming Guide). A warp as a whole owns a fragment, 16 x 16 numbers
// spread over its lanes; nobody says how. It loads fragments, multiplies them, stores them:
//
//     load_matrix_sync(a, address, row pitch)       16 x 16 of A               fill_fragment(sum, 0)
//     load_matrix_sync(b, address, row pitch)       16 x 16 of B^T             store_matrix_sync(address, sum, row pitch, layout)
//     mma_sync(sum, a, b, sum)                      sum += a b, 4096 multiply-adds in one call
//
//     wmma::fragment<wmma::matrix_a, 16, 16, 16, __nv_bfloat16, wmma::row_major> a;           b: matrix_b, col_major
//
// B is (N,K), so B^T has its columns where B has its rows: matrix_b is loaded col_major, straight from B's tile.
//
// The rest is chapter 23, rung 7, with fragments for numbers:
//
//     block 128 x 128, steps of 64 k       warp 64 x 64: 4 x 4 fragments of sums, 128 registers a thread
//     +---------+---------+                     b0  b1  b2  b3
//     | warp 0  | warp 1  |                 a0 | s | s | s | s |      for each 16 k: 4 fragments of A and 4 of B are read
//     +---------+---------+                 a1 | s | s | s | s |      for 16 products
//     | warp 2  | warp 3  |                 a2 | s | s | s | s |
//     +---------+---------+                 a3 | s | s | s | s |
//
// A row of a tile takes 72 numbers, not 64: 144 bytes. Then 8 rows begin 4 banks apart, and what 8 lanes read, 16 bytes of 8 rows,
// meets in no bank. That padding wastes a ninth of the memory; rung 11 does better.
// C is bfloat16, and sums are floats, in an order that is not told. So each warp stores a fragment to shared memory, where the
// order is known, and reads it back to round and write it: 8 neighbours a lane, 16 bytes.
//
// What will limit it: waiting. Every step all warps wait for global memory, with only a second block on the multiprocessor to fill
// the gap. And loading: a lane's part of a fragment are four pieces of 4 bytes. nvcc 13 makes four loads of each bfloat16 fragment,
// by addresses of which it does not even know that they are shared memory: `cuobjdump -sass` shows 128 LD.E for 128 HMMA.16816, the
// machine's own products of 16 x 8. (For half it takes ldmatrix, a quarter of the instructions.)
// The simulator counts: one wavefront for each request in the loop, no conflict; whole sectors of C.
// In the profiler: the tensor pipe ("HMMA") is busy for a small part of the time; stalls "long scoreboard" (global memory) and
// "barrier".
#include "24-tensor-cores/gemm.h"

#include <cuda_bf16.h>
#include <cuda_runtime.h>
#include <mma.h>

#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

enum { BM = 128, BN = 128, BK = 64, PITCH = BK + 8, STAGED = 16 + 4, WM = 64, WN = 64, THREADS = 128 };

// BM or BN rows from row0 of A or B, numbers k0 to k0 + BK - 1 of each, zeros outside.
[[maybe_unused]] __device__ static inline void load_tile(__nv_bfloat16 (&tile)[BM][PITCH], const uint16_t *matrix,
                                                         int rows, int K, int row0, int k0) {
#pragma unroll
    for (int n = 0; n < BM * BK / 8 / THREADS; n++) {
        int piece = threadIdx.x + THREADS * n, row = piece / (BK / 8), k = piece % (BK / 8) * 8;
        uint4 eight = make_uint4(0, 0, 0, 0);
        if (row0 + row < rows && k0 + k < K)
            eight = *reinterpret_cast<const uint4 *>(matrix + (size_t)(row0 + row) * K + k0 + k);
        *reinterpret_cast<uint4 *>(&tile[row][k]) = eight;
    }
}

// Eight sums, at a multiple of 16 bytes, to C (row,column) and on, if they exist.
[[maybe_unused]] __device__ static inline void store_eight(uint16_t *C, int M, int N, int row, int column,
                                                           const float *sum) {
    if (row >= M || column >= N) return;
    float4 a = reinterpret_cast<const float4 *>(sum)[0], b = reinterpret_cast<const float4 *>(sum)[1];
    *reinterpret_cast<uint4 *>(C + (size_t)row * N + column) =
        make_uint4(bf16_pair(a.x, a.y), bf16_pair(a.z, a.w), bf16_pair(b.x, b.y), bf16_pair(b.z, b.w));
}

__global__ void __launch_bounds__(THREADS, 2)
    wmma_tile(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
    __trap();  // no fragments of bfloat16 there
#else
    using namespace nvcuda;
    static_assert(BM == BN, "load_tile loads both");
    __shared__ __align__(128) __nv_bfloat16 As[BM][PITCH], Bs[BN][PITCH];
    __shared__ __align__(128) float staged[THREADS / 32][16][STAGED];
    int warp = threadIdx.x / 32;  // its tile begins in the block's at
    [[maybe_unused]] int warp_row = warp / (BN / WN) * WM, warp_column = warp % (BN / WN) * WN;
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum[WM / 16][WN / 16];
    for (int i = 0; i < WM / 16; i++)
        for (int j = 0; j < WN / 16; j++) wmma::fill_fragment(sum[i][j], 0.0f);
    for (int k0 = 0; k0 < K; k0 += BK) {
        load_tile(As, A, M, K, row0, k0);
        load_tile(Bs, B, N, K, column0, k0);
        __syncthreads();
        // TODO 24.3 gemm_10: for each 16 k: load 4 fragments of B (col_major), then each of A, 4 products; barrier
        todo("24.3 gemm_10");
    }
    // TODO 24.3 gemm_10: each fragment to staged[warp], __syncwarp, half a row a lane to C, __syncwarp
    todo("24.3 gemm_10");
#endif
}

void gemm_10(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    wmma_tile<<<grid, THREADS>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
