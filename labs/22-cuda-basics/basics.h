// CUDA, from one thread per element to a tile with a halo. Sections follow the files of this chapter.
//
// Every function here is called on the host and launches kernels. Pointers are device pointers unless a comment says
// "host"; outputs come first. A function returns when its kernels are launched: cudaMemcpy or cudaDeviceSynchronize
// waits for them. n >= 1, and outputs do not overlap inputs.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum {
    THREADS = 256,  // of a block, where nothing else is said
    LANES = 32,     // threads of a warp
};

// ---- vector_add.cu: one thread for each element ---------------------------------------------------------------------
// out (n) = a (n) + b (n), by blocks of THREADS threads
void vector_add(float *out, const float *a, const float *b, int n);

// ---- saxpy.cu: a grid of any size -----------------------------------------------------------------------------------
// y (n) = a * x (n) + y (n), by exactly `blocks` blocks of `threads` threads, however many elements there are.
// (BLAS level 1: Lawson et al. 1979.)
void saxpy(float *y, float a, const float *x, int n, int blocks, int threads);

// ---- reverse.cu: threads that exchange values -----------------------------------------------------------------------
// Reverses every run of THREADS elements of x (n) in place, a block for each run, through shared memory. The last run
// may be shorter.
//   runs of 4 instead of 256:  1 2 3 4 5 6  ->  4 3 2 1 6 5
void reverse_blocks(float *x, int n);

// ---- reduce_tree.cu: sums, four times -------------------------------------------------------------------------------
// No version uses atomics. Versions 1 to 3: block b adds up the THREADS elements from b*THREADS (fewer at the end).
//   sums (ceil(n / THREADS)):  sums[b] = in[b*THREADS] + in[b*THREADS + 1] + ...
void reduce_modulo(float *sums, const float *in, int n);      // 1, given: thread t works if 2*step divides t
void reduce_strided(float *sums, const float *in, int n);     // 2: the first threads work, on elements 2*step apart
void reduce_sequential(float *sums, const float *in, int n);  // 3: the first threads work, on neighbouring elements

// Version 4: `blocks` blocks, whatever n is. Every thread adds up elements in a register first, a grid's width apart.
//   sums (blocks):  sums[b] = sum of in[i] over all i with i / THREADS % blocks == b; 0 where there is none
void reduce_first_add(float *sums, const float *in, int n, int blocks);

// ---- reduce_shuffle.cu: sums, by warps ------------------------------------------------------------------------------
// Version 5: as version 4, with shuffles inside a warp: one barrier, and one number per warp in shared memory.
void reduce_shuffle(float *sums, const float *in, int n, int blocks);

// The sum of all: out (1), by two launches of version 5. sums (REDUCE_BLOCKS) is room to work in, of which
// min(ceil(n / THREADS), REDUCE_BLOCKS) are used.
enum { REDUCE_BLOCKS = 64 };
void reduce_sum(float *out, float *sums, const float *in, int n);

// ---- scan.cu: running sums ------------------------------------------------------------------------------------------
// Inclusive prefix sums of each tile of THREADS elements by itself, in log2(THREADS) rounds in which every thread adds
// (Hillis and Steele 1986, "Data parallel algorithms"). totals (ceil(n / THREADS)): the sum of each tile.
//   tiles of 4 instead of 256:  in 1 2 3 4 5 6  ->  out 1 3 6 10 5 11,  totals 10 11
void scan_doubling(float *out, float *totals, const float *in, int n);

// The same for tiles of SCAN_TILE elements, two for each thread, with about 2 additions for each element: up a tree and
// down again (Brent and Kung 1982, "A regular layout for parallel adders"). out may be in.
enum { SCAN_TILE = 2 * THREADS };
void scan_tree(float *out, float *totals, const float *in, int n);

// Inclusive prefix sums of all n <= SCAN_TILE * SCAN_TILE elements, by three launches: tiles, the tiles' totals, and
// what came before each tile is added to it. totals (ceil(n / SCAN_TILE) + 1) is room to work in.
void scan(float *out, float *totals, const float *in, int n);

// ---- histogram.cu: many threads, one counter ------------------------------------------------------------------------
// counts (BINS): counts[v] = how many of in (n) are v. Whatever counts held is gone.
enum { BINS = 256 };
void histogram_global(int *counts, const unsigned char *in, int n);  // an atomic on global memory for each element

// The same by `blocks` blocks of THREADS threads. Each counts its share (i / THREADS % blocks) in shared memory, and
// adds its BINS counters to the global ones at the end.
void histogram_shared(int *counts, const unsigned char *in, int n, int blocks);

// ---- transpose.cu: rows become columns ------------------------------------------------------------------------------
// out (columns,rows):  out[j*rows + i] = in[i*columns + j], in (rows,columns). rows, columns >= 1.
void transpose_naive(float *out, const float *in, int rows, int columns);   // given: writes down the columns
void transpose_tiled(float *out, const float *in, int rows, int columns);   // through a tile in shared memory
void transpose_padded(float *out, const float *in, int rows, int columns);  // the same without bank conflicts

// ---- stencil.cu: neighbours -----------------------------------------------------------------------------------------
// out[i] = sum over d from -RADIUS to RADIUS of weights[d + RADIUS] * in[i + d]; outside in (n) there are zeros.
// weights (2*RADIUS + 1) is a HOST pointer. Each block reads its THREADS elements and a halo of RADIUS on either side
// once.
enum { RADIUS = 3 };
void stencil(float *out, const float *in, const float *weights, int n);

// ---- conv2d.cu: neighbours in two directions ------------------------------------------------------------------------
// One channel of chapter 02's conv2d_forward with stride 1 and padding K/2, so that out (H,W) is as large as x (H,W):
//   out[i,j] = sum over u,v < K of weight[u,v] * x[i - K/2 + u, j - K/2 + v], outside x 0
// weight (K,K) is a HOST pointer. K is odd and at most CONV_MAX.
enum { CONV_MAX = 7, CONV_TILE = 16 };  // of K; rows and columns of a tile of out
void conv2d_naive(float *out, const float *x, const float *weight, int H, int W, int K);  // given
void conv2d_tiled(float *out, const float *x, const float *weight, int H, int W, int K);  // a tile of x with its halo

// ---- softmax.cu: a warp for each row --------------------------------------------------------------------------------
// out[r,c] = exp(in[r,c] - max_r) / sum over k of exp(in[r,k] - max_r), max_r the largest of row r; (rows,columns).
void softmax_naive(float *out, const float *in, int rows, int columns);  // given: a thread for each row, three passes

// A warp reads its row twice: once for maximum and sum together (chapter 12's online softmax), once to write the
// results.
void softmax_rows(float *out, const float *in, int rows, int columns);

// ---- stride.cu (given): what a stride costs -------------------------------------------------------------------------
// out[i] = in[i * stride] for i < n; in has (n - 1) * stride + 1 elements.
void strided_read(float *out, const float *in, int n, int stride);

// One warp writes and reads words 0, stride, 2*stride, ... 31*stride of shared memory; out (LANES) gets them.
// stride <= 64.
void strided_banks(float *out, int stride);

// ---- mistakes.cu (given): what the simulator says -------------------------------------------------------------------
void reverse_racy(float *x, int n);  // reverse_blocks through shared memory, without a barrier

#ifdef __cplusplus
}
#endif
