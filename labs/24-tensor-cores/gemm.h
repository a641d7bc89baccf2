// Matrix multiplication on tensor cores, from WMMA to wgmma and TMA. Sections follow the files of this chapter: first what must be
// understood on paper, then the rungs of the ladder, which go on where chapter 23 stopped.
//
//     C = A B^T      C (M,N), A (M,K), B (N,K), in bfloat16, row by row without gaps, summed in fp32
//
// as in a linear layer, y = x W^T: both factors are stored with k in a row ("NT" in chapter 09), which is what tensor cores like
// best. M >= 1; N and K are multiples of 8, as TMA wants rows that begin at multiples of 16 bytes; A, B and C begin at such, too.
// C is only written. bfloat16 numbers are their 16 bits. C, A and B are DEVICE pointers; the launchers return as soon as the kernel
// is on its way.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __CUDACC__
#define ON_BOTH __host__ __device__  // kernels call it, too; the headers (.cuh) define these functions
#else
#define ON_BOTH
#endif

#ifdef __cplusplus
extern "C" {
#endif

// What every rung looks like.
typedef void gemm_function(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);

// An element of a matrix.
struct place {
    int row, column;
};

// ---- fragments.cu: which lane holds what. Host code. -----------------------------------------------------------------
// mma.sync m16n8k16 with numbers of 16 bits: where element `half` (0 low, 1 high) of register r of lane 0..31 lies,
// in A (16,16), r 0..3; in B (16,8), r 0..1, row = k, column = n; and result i 0..3 of C and D (16,8).
struct place fragment_a(int lane, int r, int half);
struct place fragment_b(int lane, int r, int half);
struct place fragment_c(int lane, int i);
// wgmma m64nN: where result i 0..N/2-1 of thread 0..127 of the warpgroup lies in D (64,N)
struct place fragment_d(int thread, int i);
// The lane whose address ldmatrix takes for row `row` 0..7 of tile `tile` 0..3 (.x4)
int ldmatrix_lane(int tile, int row);

// ---- swizzle.cuh: where a tile's bytes lie so that no two rows meet in a bank -----------------------------------------
// Of tiles with rows of 32, 64 or 128 bytes (`span`), whose buffer begins at a multiple of 1024: the byte of the buffer where byte
// `offset` = row * span + byte of the row is kept. 16 bytes stay together. As TMA and wgmma do it.
ON_BOTH int swizzle_place(int offset, int span);

// ---- descriptor.cuh: what wgmma is told about a tile in shared memory ---------------------------------------------------
// PTX ISA, "Matrix Descriptor Format": shared_address as ptx_shared tells it, a multiple of 16: its lowest 18 bits are the place in the
// block's memory, in a cluster there is the block's rank above; leading and stride in bytes, multiples of 16, below 2^18; span 0 (no
// swizzle), 32, 64 or 128
ON_BOTH uint64_t matrix_descriptor(uint32_t shared_address, int leading, int stride, int span);

// ---- ring.cuh: stages that are filled and emptied in turn ---------------------------------------------------------------
// What rounds of a ring of `stages` buffers wait for. Step n = 0, 1, 2, ... uses stage n % stages.
ON_BOTH int ring_stage(int n, int stages);
ON_BOTH int ring_full_parity(int n, int stages);   // the consumer's wait for its data
ON_BOTH int ring_empty_parity(int n, int stages);  // the producer's wait for the buffer; passes at once where nothing was there yet
// out (n) = 2 * in (n), by a producer warp that copies pieces of `piece` floats by TMA into a ring of `stages` buffers and warps
// that double them. A kernel whose only purpose is its ring. piece: a multiple of 4, up to 256; stages 1 to 8.
void ring_double(float *out, const float *in, int n, int piece, int stages);

// ---- 10_wmma.cu, 11_mma_sync.cu: the instructions of a warp (compute capability 8.0) ------------------------------------
void gemm_10(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);
void gemm_11(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);

// ---- 12_wgmma.cu to 23_last.cu: the instructions of Hopper (compute capability 9.0, compiled for sm_90a) -----------------
void gemm_12(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // wgmma and TMA, 64 x 64 x 64
void gemm_13(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // 128 x 128
void gemm_14(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // a producer, a ring, a consumer
void gemm_15(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // 128 x 256, two consumers, setmaxnreg
void gemm_16(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // persistent, tiles in groups
void gemm_17(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // one arrival for a warpgroup
void gemm_18(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // clusters of 2, multicast of B
void gemm_19(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // the first product overwrites
void gemm_20(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // C by TMA
void gemm_21(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // tiles along Hilbert's curve
void gemm_22(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // stmatrix
void gemm_23(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);  // all of it, tuned

// The same by so many blocks, each of which takes tile after tile; from rung 18 on an even number, for two work together.
void gemm_18_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_19_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_20_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_21_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_22_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_23_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);

// The persistent rungs with a given number of blocks, 1 or more; gemm_16 and gemm_17 take one for each multiprocessor.
void gemm_16_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_17_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);

// Registers for each consumer thread, so that `consumers` warpgroups of 128 have all that is left when one producer warpgroup keeps
// `producer` registers per thread: of a block that begins with 65,536 registers shared evenly among its threads, rounded down to
// multiples of 8 per thread; at most 240, and a multiple of 8.
int consumer_registers(int producer, int consumers);

// The same for the other forms that training needs, by the kernel of rung 23: NN: C = A B, A (M,K), B (K,N), the gradient of a
// layer's input; TN: C = A^T B, A (K,M), B (K,N), of its weights. Multiples of 8: N and K of NN, M and N of TN.
void gemm_23_nn(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);
void gemm_23_tn(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K);
void gemm_23_nn_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);
void gemm_23_tn_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);

// The place of tile d of Hilbert's curve through a square of 2^order x 2^order tiles: neighbours in d are neighbours there.
struct place hilbert(int order, int d);

// ---- side rungs -----------------------------------------------------------------------------------------------------------
// 26_int8.cu: C (M,N) of int32 = A (M,K) B^T, B (N,K), of signed bytes, by wgmma; N and K multiples of 16
void gemm_int8(int32_t *C, const int8_t *A, const int8_t *B, int M, int N, int K);
// 27_tf32x3.cu: C (M,N) = A (M,K) B^T, B (N,K), in float, by three products of tf32 (compute capability 8.0); K a multiple of 4
void gemm_tf32x3(float *C, const float *A, const float *B, int M, int N, int K);
// the same by one product of tf32, for comparison
void gemm_tf32(float *C, const float *A, const float *B, int M, int N, int K);
// sparse.cu: 2:4 sparsity. Of every four neighbours in a row of A (rows,columns) the two of largest magnitude stay (the first among
// equals), and the others become 0. Host code; columns: a multiple of 16.
void sparse_prune(uint16_t *A, int rows, int columns);
// What stays, side by side, values (rows,columns/2), and where it stood, places (rows,columns/16): of every four columns two
// numbers of 2 bits, column % 4, the lower first, from the lowest bits on. Host code.
void sparse_pack(uint16_t *values, uint16_t *places, const uint16_t *A, int rows, int columns);
// C (M,N) = A (M,K) B^T, B (N,K), A given so, by mma.sp (compute capability 8.0); K a multiple of 32
void gemm_sparse(uint16_t *C, const uint16_t *values, const uint16_t *places, const uint16_t *B, int M, int N, int K);

#ifdef __cplusplus
}
#endif
