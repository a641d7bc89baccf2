// Side rung 27: products of floats on tensor cores, three for one.
//
// What limits the fp32 ladder of chapter 23: the fp32 units, 67 TFLOP/s on an H200. Its tensor cores make 494 of tf32,
// a float of which they use 19 bits: sign, exponent, and 10 bits behind the point, of 23. A product of tf32 is wrong by
// about a thousandth. That is enough for many networks, and not enough for whoever asked for fp32.
// The idea: write a float as a sum of two tf32. big is x rounded to 11 bits, x - big is exact, and small is that rounded
// to 11 bits: 22 bits of the 24, and the sign of small is worth another.
//
//     x   =  1.0110011001 1001100110011        x = big + small + (at most 2^-23 of x, or so)
//     big =  1.0110011010                      a b = big big + big small + small big + small small
//     small=          -  0.0110011010011              '------ three products ------'   ^ about 2^-24 of the product: left out
//
// Three products on tensor cores cost a third of 494, 165 TFLOP/s: more than twice what the fp32 units could give.
//
// A second trap: tensor cores add in fp32, but they cut where an addition of floats would round to nearest, so the
// errors of thousands of additions all go one way (Ootomo and Yokota, "Recovering single precision accuracy from Tensor
// Cores while surpassing the FP32 theoretical peak performance", 2022). Their way out is this kernel's: let tensor cores
// sum a few products only, here those of 32 k, beginning with 0, and add that to the sum by an ordinary addition.
//
// Who does what: a block of 8 warps makes 128 x 128 of C, a warp 64 x 32 of it: 4 x 4 tiles of m16n8. Floats come by
// cp.async into three stages of 32 k, a row of 128 bytes with its pieces of 16 exchanged as in rung 11. ldmatrix knows
// only 8 rows of 16 bytes, but what a lane gets, 4 bytes of row lane / 4, is for tf32 just one number of the right
// column. So it loads tf32, too; it only cannot turn them.
//
// What will limit it: mma.sync, which reaches two thirds of what wgmma does; and to split a number costs four
// instructions: 24 numbers for 48 mma of a lane. wgmma of tf32 would take A's parts from registers and B's from shared
// memory, split beforehand.
// The simulator counts: three times the mma of gemm_tf32, and the same traffic.
// In the profiler: the tensor pipe near two thirds of its time; issued instructions beside it from the splitting.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/async.cuh"
#include "common/cuda_check.cuh"
#include "ptx.h"

enum { BM = 128, BN = 128, BK = 32, STAGES = 3, THREADS = 256 };  // BK: floats, 128 bytes
enum { WM = 64, WN = 32, ROWS = WM / 16, COLUMNS = WN / 8 };      // a warp's tile, and its tiles of m16n8

struct stage {
    float A[BM][BK], B[BN][BK];  // piece c of row r is kept at place c ^ r % 8
};

// A number of tf32 in two: x is big + small, almost.
struct split {
    uint32_t big, small;
};

// Adding half of the last bit that stays rounds to nearest; the 13 bits behind it do not count in a tf32.
__device__ static inline uint32_t rounded(float x) {
    return __float_as_uint(x) + 0x1000;
}

__device__ static inline split split_float(uint32_t bits) {
    float x = __uint_as_float(bits);
    uint32_t big = rounded(x) & 0xffffe000;
    return {big, rounded(x - __uint_as_float(big))};
}

// Starts the copies of A's tile at (row0,k0) and B's at (column0,k0).
__device__ static inline void copy_tiles(stage *to, const float *A, const float *B, int M, int N, int K, int row0,
                                         int column0, int k0) {
#pragma unroll
    for (int i = 0; i < BM * BK / 4 / THREADS; i++) {
        int row = threadIdx.x / 8 + THREADS / 8 * i, c = threadIdx.x % 8, at = 4 * (c ^ row % 8);
        copy4_async<true>(&to->A[row][at], A, M, K, row0 + row, k0 + 4 * c);
        copy4_async<true>(&to->B[row][at], B, N, K, column0 + row, k0 + 4 * c);
    }
}

// d += the 8 k from 8 * step of A's and B's tiles, by one product or by three, the small ones first.
template <bool THREE>
__device__ static inline void multiply(float (&d)[ROWS][COLUMNS][4], const stage *tiles, int row0, int column0,
                                       int step) {
    int lane = threadIdx.x % 32;
    uint32_t b_big[COLUMNS][2], b_small[COLUMNS][2];
#pragma unroll
    for (int j = 0; j < COLUMNS; j += 2) {  // two tiles of B by each ldmatrix: columns 0-7, k 0-3 and 4-7; columns 8-15
        int column = column0 + 8 * j + lane % 8 + lane / 16 * 8, c = 2 * step + lane / 8 % 2;
        uint32_t b[4];
        ldmatrix_x4(b, &tiles->B[column][4 * (c ^ column % 8)]);
#pragma unroll
        for (int r = 0; r < 4; r++) {
            split s = split_float(b[r]);
            b_big[j + r / 2][r % 2] = s.big;
            b_small[j + r / 2][r % 2] = s.small;
        }
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
        int row = row0 + 16 * i + lane % 16, c = 2 * step + lane / 16;
        uint32_t a[4], a_big[4], a_small[4];
        ldmatrix_x4(a, &tiles->A[row][4 * (c ^ row % 8)]);
#pragma unroll
        for (int r = 0; r < 4; r++) {
            split s = split_float(a[r]);
            a_big[r] = s.big;
            a_small[r] = s.small;
        }
        if (THREE) {
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) mma_m16n8k8_tf32(d[i][j], a_small, b_big[j], d[i][j]);
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) mma_m16n8k8_tf32(d[i][j], a_big, b_small[j], d[i][j]);
        }
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) mma_m16n8k8_tf32(d[i][j], a_big, b_big[j], d[i][j]);
    }
}

// Writes columns column and column + 1 of a row, as far as they exist; column is even.
__device__ static inline void store2(float *C, int M, int N, int row, int column, float first, float second) {
    if (row >= M || column >= N) return;
    float *to = C + (size_t)row * N + column;
    if (N % 2 == 0) {
        *reinterpret_cast<float2 *>(to) = make_float2(first, second);
        return;
    }
    to[0] = first;
    if (column + 1 < N) to[1] = second;
}

template <bool THREE>
__global__ void __launch_bounds__(THREADS) tf32(float *C, const float *A, const float *B, int M, int N, int K) {
    extern __shared__ __align__(128) unsigned char memory[];
    stage *stages = reinterpret_cast<stage *>(memory);
    int row0 = blockIdx.y * BM, column0 = blockIdx.x * BN, steps = ceil_div(K, BK);
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warp_row = warp / 4 * WM, warp_column = warp % 4 * WN;
    float sum[ROWS][COLUMNS][4] = {};
    for (int s = 0; s < STAGES - 1; s++) {
        if (s < steps) copy_tiles(&stages[s], A, B, M, N, K, row0, column0, s * BK);
        cp_async_commit();
    }
    for (int s = 0; s < steps; s++) {
        cp_async_wait<STAGES - 2>();
        __syncthreads();
        int next = s + STAGES - 1;
        if (next < steps) copy_tiles(&stages[next % STAGES], A, B, M, N, K, row0, column0, next * BK);
        cp_async_commit();
        float part[ROWS][COLUMNS][4] = {};
#pragma unroll
        for (int k = 0; k < BK / 8; k++) multiply<THREE>(part, &stages[s % STAGES], warp_row, warp_column, k);
#pragma unroll
        for (int i = 0; i < ROWS * COLUMNS * 4; i++) (&sum[0][0][0])[i] += (&part[0][0][0])[i];
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            int row = row0 + warp_row + 16 * i + lane / 4, column = column0 + warp_column + 8 * j + lane % 4 * 2;
            store2(C, M, N, row, column, sum[i][j][0], sum[i][j][1]);
            store2(C, M, N, row + 8, column, sum[i][j][2], sum[i][j][3]);
        }
}

template <bool THREE>
static void launch(float *C, const float *A, const float *B, int M, int N, int K) {
    int bytes = STAGES * sizeof(stage);
    CUDA_CHECK(cudaFuncSetAttribute(tf32<THREE>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    tf32<THREE><<<dim3(ceil_div(N, BN), ceil_div(M, BM)), THREADS, bytes>>>(C, A, B, M, N, K);
    CUDA_CHECK(cudaGetLastError());
}

void gemm_tf32x3(float *C, const float *A, const float *B, int M, int N, int K) {
    launch<true>(C, A, B, M, N, K);
}

void gemm_tf32(float *C, const float *A, const float *B, int M, int N, int K) {
    launch<false>(C, A, B, M, N, K);
}
