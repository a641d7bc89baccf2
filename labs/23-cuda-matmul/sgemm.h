// Matrix multiplication on a GPU, from one thread per element to persistent blocks. Sections follow the files of this
// chapter, which are the rungs of a ladder: all compute the same, each a little faster than the one before.
//
//     C = A B        C (M,N), A (M,K), B (K,N), in single precision, row by row without gaps: C[i,j] is C[i*N + j]
//
// for any M, N, K >= 1 (M and N up to 2,000,000). C is only written. There is no alpha and no beta here (chapter 09 has
// them): they touch each element of C once, and the ladder is about what happens K times.
// C, A and B are DEVICE pointers. The launchers return as soon as the kernel is on its way.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// What every rung looks like.
typedef void sgemm_function(float *C, const float *A, const float *B, int M, int N, int K);

// An element of C, or of a tile of C.
struct element {
    int row, column;
};

// ---- plan.cu: arithmetic on paper, before any kernel. Host code. -----------------------------------------------------
// Operations (a multiply-add is 2) per byte of global memory, for a block that computes a tile of BM x BN elements
// of C and reads each float of its rows of A and columns of B once. K is long: C itself does not count.
double tile_intensity(int BM, int BN);

// Bytes that blocks of BM x BN read from A and B in all, and write to C, when every block reads its rows of A and its
// columns of B once. Tiles that stick out of C read only what is there.
double tile_global_bytes(int M, int N, int K, int BM, int BN);

// Floats that a thread reads from shared memory per multiply-add, when it holds TM x TN results in registers and
// reads TM floats of A and TN of B for every k.
double tile_reads_per_fma(int TM, int TN);

// Blocks of `threads` threads that one multiprocessor of Hopper (compute capability 9.0) holds at a time: at most
//     2048 threads and 32 blocks,
//     4 times 16,384 registers, one part for each of the four schedulers, to which whole warps are given. A warp takes
//         32 times `registers`, rounded up to a multiple of 256
//     233,472 bytes of shared memory (228 KiB). A block takes `shared` and 1024 for the system, rounded up to a multiple of 128
// 1 <= threads <= 1024, 1 <= registers <= 255, 0 <= shared <= 232,448 (227 KiB).
int blocks_per_sm(int threads, int registers, int shared);

// ---- 01_naive.cu (given), 02_coalesced.cu: one thread, one element ----------------------------------------------------
void sgemm_01(float *C, const float *A, const float *B, int M, int N, int K);
void sgemm_02(float *C, const float *A, const float *B, int M, int N, int K);

// ---- 03_shared_tile.cu: a block shares what it reads ------------------------------------------------------------------
void sgemm_03(float *C, const float *A, const float *B, int M, int N, int K);

// ---- 04_register_1d.cu, 05_register_2d.cu: a thread keeps several results ---------------------------------------------
void sgemm_04(float *C, const float *A, const float *B, int M, int N, int K);
void sgemm_05(float *C, const float *A, const float *B, int M, int N, int K);

// The element of the 128 x 128 tile that is result (i,j), i, j < 8, of thread 0..255 of rung 5: the 16 x 16 threads lie
// beside each other, and a thread's own elements are 16 apart.
struct element element_05(int thread, int i, int j);

// ---- 06_vectorised.cu: four floats at a time --------------------------------------------------------------------------
void sgemm_06(float *C, const float *A, const float *B, int M, int N, int K);

// Do all rows of C (.,N), A (.,K) and B (.,N) begin at multiples of 16 bytes, whatever the number of rows? Rungs 6 to 9
// ask.
bool rows_aligned(const float *C, const float *A, const float *B, int N, int K);

// ---- 07_warp_tile.cu: a tile for each warp ----------------------------------------------------------------------------
void sgemm_07(float *C, const float *A, const float *B, int M, int N, int K);

// The element of the 128 x 128 tile that is result (i,j), i, j < 8, of thread 0..255 of rung 7. Warp w = thread/32 owns
// the 64 rows from (w/4)*64 and the 32 columns from (w%4)*32. Its lanes stand 8 (rows) x 4 (columns): bits 1, 2, 3 of
// the lane are its row, bit 0 and bit 4 its column (bit 4 the higher one). A thread's results are 2 x 2 pieces of 4 x
// 4: i and j from 4 on lie half a warp tile further (32 rows, 16 columns).
struct element element_07(int thread, int i, int j);

// ---- 08_async.cu: copies that nobody waits for (compute capability 8.0) ------------------------------------------------
void sgemm_08(float *C, const float *A, const float *B, int M, int N, int K);

// ---- 09_persistent.cu: blocks that stay (compute capability 8.0) -------------------------------------------------------
void sgemm_09(float *C, const float *A, const float *B, int M, int N, int K);

// The same with a given number of blocks, 1 or more; sgemm_09 takes one for each multiprocessor.
void sgemm_09_blocks(float *C, const float *A, const float *B, int M, int N, int K, int blocks);

// The place of tile number 0 <= tile < rows*columns among rows x columns tiles, in grouped order: `group` rows of tiles
// are done column by column, then the next `group` rows; the last group has the rows that are left.
//     rows 3, columns 3, group 2:    0 2 4
//                                    1 3 5
//                                    6 7 8
struct element tile_order(int tile, int rows, int columns, int group);

#ifdef __cplusplus
}
#endif
