// Rung 11: the instruction itself.
//
// What limits rung 10: waiting for copies, and a fragment whose layout nobody may know: sums go through shared memory, and tiles
// need padding.
// The idea: say what the machine does. WMMA is made of mma.sync, which multiplies 16 x 16 of A with 16 x 8 of B^T, and whose
// layout is documented (fragments.cu). ldmatrix brings four 8 x 8 pieces from shared memory to that layout at a time, a row of 16
// bytes from each lane's address. And copies are started long before they are needed, as in chapter 23, rung 8: cp.async.
//
//     block 128 x 128, 64 k       warp 64 x 64: 4 x 8 products of 16 x 8 sums: 128 registers a thread
//     +---------+---------+
//     | warp 0  | warp 1  |       for each 16 k:   4 ldmatrix.x4 for A, one 16 x 16 each
//     +---------+---------+                        4 ldmatrix.x4 for B, two 16 x 8 each
//     | warp 2  | warp 3  |                        32 mma.sync, 2048 multiply-adds each
//     +---------+---------+
//
// Rows of a tile are 64 numbers, 128 bytes, without padding: the swizzle (swizzle.cuh) keeps what is read together in different
// banks. Both sides ask swizzle_place: the copy where to put 16 bytes, ldmatrix where they are.
//
//     ldmatrix.x4, A: lane i                         B: lane i
//        row  i % 16                                    row (n)  i % 8 + i / 16 * 8
//        k    i / 16 * 8                                k        i / 8 % 2 * 8
//     a[0] rows 0-7, k 0-7   a[2] k 8-15             b[0] n 0-7,  k 0-7   b[1] n 0-7,  k 8-15: the product with n 0-7
//     a[1] rows 8-15         a[3]                    b[2] n 8-15, k 0-7   b[3] n 8-15, k 8-15: the product with n 8-15
//
// The product is mma_m16n8k16_bf16(d, a, b, c): d = a b + c, and d may be c (ptx/warp.h).
//
// A stage is 32 KiB, three are 96, so that two blocks are at home on a multiprocessor, and one multiplies while the other waits.
//
// What will limit it: the instruction. On Hopper mma.sync reaches at most about 65% of what the tensor cores can, measured with
// operands that were in registers already (arXiv 2402.13499). Here a warp has to bring each number of shared memory into its
// own registers first, 8 ldmatrix for 32 products, and must find the slots to issue all that. No tuning of this kernel passes
// that line; the next rung takes another instruction.
// The simulator counts: no bank conflict, neither in the copies nor in ldmatrix; one barrier for 64 k.
// In the profiler: the tensor pipe between 50% and 65%; "math pipe throttle" and "MIO throttle" are the first stalls.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "ptx.h"
#include "swizzle.cuh"

enum { BM = 128, BN = 128, BK = 64, STAGES = 3, WM = 64, WN = 64, THREADS = 128 };
enum { ROW = BK * 2, CHUNK = 16 };  // bytes of a tile's row, and of what is copied and kept in one piece

struct stage {
    alignas(1024) unsigned char A[BM * ROW], B[BN * ROW];  // swizzled
};

// Starts the copies of BM = BN rows of A or B from row0 on, numbers k0 to k0 + BK - 1 of each; zeros for what lies outside.
__device__ static inline void fetch_tile(unsigned char *tile, const uint16_t *matrix, int rows, int K, int row0,
                                         int k0) {
    static_assert(BM == BN, "both have as many rows");
#pragma unroll
    for (int n = 0; n < BM * ROW / CHUNK / THREADS; n++) {
        int piece = threadIdx.x + THREADS * n, row = piece / (ROW / CHUNK), chunk = piece % (ROW / CHUNK);
        int k = k0 + chunk * 8;
        bool inside = row0 + row < rows && k < K;
        [[maybe_unused]] const uint16_t *from = inside ? matrix + (size_t)(row0 + row) * K + k : matrix;
        // TODO 24.4 gemm_11: cp_async_16 to the swizzled place of this row's chunk; it reads 16 bytes, or 0 outside
        todo("24.4 gemm_11");
    }
}

// sum += the warp's 64 rows of A's tile times its 64 rows of B's.
__device__ static inline void multiply(float (&sum)[WM / 16][WN / 8][4], const stage *tiles, int warp_row,
                                       int warp_column) {
    // TODO 24.4 gemm_11: for each 16 k: ldmatrix_x4 for 4 fragments of A and 4 pairs of B (see above), then 32 products
    todo("24.4 gemm_11");
}

__global__ void __launch_bounds__(THREADS, 2)
    mma_sync(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    extern __shared__ __align__(1024) unsigned char memory[];
    stage *stages = reinterpret_cast<stage *>(memory);
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int warp_row = warp / (BN / WN) * WM, warp_column = warp % (BN / WN) * WN;  // of its tile, in the block's
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN;
    float sum[WM / 16][WN / 8][4] = {{{0}}};
    int steps = ceil_div(K, BK);
    for (int s = 0; s < STAGES - 1; s++) {
        if (s < steps) {
            fetch_tile(stages[s].A, A, M, K, row0, s * BK);
            fetch_tile(stages[s].B, B, N, K, column0, s * BK);
        }
        cp_async_commit();
    }
    for (int s = 0; s < steps; s++) {
        // TODO 24.4 gemm_11: wait until step s is there; barrier; fetch step s + STAGES - 1 into the buffer that is free
        todo("24.4 gemm_11");
        multiply(sum, &stages[s % STAGES], warp_row, warp_column);
    }
#pragma unroll
    for (int i = 0; i < WM / 16; i++)
#pragma unroll
        for (int j = 0; j < WN / 8; j++) {
            int row = row0 + warp_row + 16 * i + lane / 4, column = column0 + warp_column + 8 * j + lane % 4 * 2;
            store_pair(C, M, N, row, column, sum[i][j][0], sum[i][j][1]);
            store_pair(C, M, N, row + 8, column, sum[i][j][2], sum[i][j][3]);
        }
}

void gemm_11(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    dim3 grid(ceil_div(N, BN), ceil_div(M, BM));
    int bytes = STAGES * sizeof(stage);
    CUDA_CHECK(cudaFuncSetAttribute(mma_sync, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    mma_sync<<<grid, THREADS, bytes>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}
