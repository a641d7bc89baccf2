// Matrix multiplication, from three loops to the speed of the machine. Sections follow the files of this chapter.
//
// Every rung of the ladder computes
//     C = alpha * op(A) * op(B) + beta * C        C (M,N), op(A) (M,K), op(B) (K,N)
// with matrices stored row by row: element (i,j) of C is C[i*ldc + j]. lda, ldb and ldc are the distances, in floats,
// from one row in memory to the next: at least the row's length; what lies between two rows is never touched.
// Everywhere (as in BLAS: Lawson et al. 1979; Dongarra et al. 1990, "A set of level 3 basic linear algebra subprograms")
//     beta  = 0  C is only written: whatever it held, NaN included, is gone
//     alpha = 0 or K = 0  A and B are not read: C = beta * C
//     M = 0 or N = 0  nothing happens
// C must not overlap A or B.
#pragma once
#include "common/common.h"

// How A and B lie in memory. A trainer needs all three: out = x*weight^T (NT), dx = dout*weight (NN),
// dweight = dout^T*x (TN).
//     MATMUL_NN  A (M,K)  B (K,N)
//     MATMUL_NT  A (M,K)  B (N,K): op(B) is its transpose
//     MATMUL_TN  A (K,M): op(A) is its transpose  B (K,N)
enum matmul_form { MATMUL_NN, MATMUL_NT, MATMUL_TN };

// What every rung looks like.
typedef void matmul_function(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda,
                             const float *B, int ldb, float beta, float *C, int ldc);

static inline int min_int(int a, int b) {
    return a < b ? a : b;
}

// The smallest multiple of unit that is at least n.
static inline int round_up(int n, int unit) {
    return (n + unit - 1) / unit * unit;
}

// The largest multiple of unit that is at most n, but at least one unit.
static inline int round_down(int n, int unit) {
    return n < unit ? unit : n / unit * unit;
}

// ---- view.c: one way to look at three forms -------------------------------------------------------------------------
// A matrix whose element (i,j) is data[i*row + j*column]. Transposing it is swapping the two steps.
struct matmul_view {
    const float *data;
    size_t row, column;
};

// op(A) and op(B) as views: op(A)[i,k] = data[i*row + k*column], op(B)[k,j] = data[k*row + j*column].
struct matmul_view matmul_view_a(enum matmul_form form, const float *A, int lda);
struct matmul_view matmul_view_b(enum matmul_form form, const float *B, int ldb);

// The view (given) that starts at element (i,j) of v.
struct matmul_view matmul_view_from(struct matmul_view v, int i, int j);

// ---- scale.c: beta --------------------------------------------------------------------------------------------------
// C (M,N), rows ldc floats apart: C = beta * C. With beta = 0 C is not read, with beta = 1 not touched.
void matmul_scale(int M, int N, float beta, float *C, int ldc);

// ---- roofline.c: how fast can it be? --------------------------------------------------------------------------------
// Floating point operations of the product: a multiplication and an addition for each of M*N*K pairs.
double matmul_flops(int M, int N, int K);

// Bytes that must move between memory and processor if every float moves once: A and B in, C out; C in as well
// unless beta = 0.
double matmul_bytes(int M, int N, int K, float beta);

// The roofline (Williams, Waterman and Patterson 2009): what a machine of `peak` GFLOP/s and `bandwidth` GB/s can reach
// when each byte that it moves serves `intensity` operations. GFLOP/s.
double roofline_attainable(double peak, double bandwidth, double intensity);

// Operations per float loaded when a tile of MR x NR results is kept in registers: each step of k loads MR floats of A
// and NR of B.
double tile_intensity(int MR, int NR);

// ---- naive.c, loop_order.c, blocked.c: the first three rungs ---------------------------------------------------------
void matmul_naive(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                  int ldb, float beta, float *C, int ldc);

// The sum of x[k]*y[k] for k < n, in eight running sums (given).
float matmul_dot(const float *x, const float *y, int n);

// The innermost loop walks along rows of memory only: of B and C in forms NN and TN, of A and B in form NT.
void matmul_loop_order(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                       int ldb, float beta, float *C, int ldc);

// The same, one block of op(B) of MATMUL_BLOCK x MATMUL_BLOCK at a time: all rows of C pass it while it is in the cache.
enum { MATMUL_BLOCK = 256 };
void matmul_blocked(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                    int ldb, float beta, float *C, int ldc);

// ---- pack.c: panels -------------------------------------------------------------------------------------------------
// One panel: `lines` lines of kc floats, line i at from + i*line, its floats `step` apart, interleaved so that the
// micro-kernel reads them in order. Lines from `lines` to width-1 become zeros.
//     panel (kc,width):  panel[k*width + i] = i < lines ? from[i*line + k*step] : 0
// 1 <= lines <= width.
void pack_panel(float *panel, const float *from, size_t line, size_t step, int lines, int kc, int width);

// The same for four neighbouring lines whose floats are next to each other (step 1), four times as fast: given, in
// interleave.c. Writes to[k*width + i] = from[i*line + k] for i < 4, k < kc, and nothing else.
void interleave_4(float *to, const float *from, size_t line, int kc, int width);

// op(A)'s block a (mc,kc) as ceil(mc/MR) panels, each (kc,MR), one after the other: panel p holds rows p*MR and up.
void pack_a(float *panels, struct matmul_view a, int mc, int kc, int MR);

// op(B)'s block b (kc,nc) as ceil(nc/NR) panels, each (kc,NR): panel q holds columns q*NR and up.
void pack_b(float *panels, struct matmul_view b, int kc, int nc, int NR);

// ---- kernel_scalar.c, kernel_6x16.c, kernel_14x32.c (given): micro-kernels ------------------------------------------
// A micro-kernel keeps a tile of C in registers while it walks down one panel of A (kc,MR) and one of B (kc,NR):
//     c (MR,NR), rows ldc apart:  c[i,j] = alpha * (sum over k of a[k*MR + i] * b[k*NR + j]) + beta * c[i,j]
// beta = 0: c is only written. a and b start at multiples of 64 bytes. kc >= 1.
typedef void kernel_function(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta);

// 4 x 8, plain C: c (4,8) = alpha * sum + beta * c.
void kernel_scalar(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta);

// 6 x 16, vectors of 8 floats: c (6,16) = alpha * sum + beta * c. On x86-64 it needs AVX2 and FMA.
void kernel_6x16(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta);

// 14 x 32, vectors of 16 floats. On x86-64 it needs AVX-512F.
void kernel_14x32(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta);

enum { KERNEL_MR_MAX = 14, KERNEL_NR_MAX = 32 };
struct matmul_kernel {
    const char *name;
    int MR, NR;
    kernel_function *run;
};

// ---- kernels.c (given): which of them this processor can run ----------------------------------------------------------
extern const struct matmul_kernel matmul_kernels[];  // slowest first, scalar is the first of all
int matmul_kernel_count(void);                       // those that run here: matmul_kernels[0..count-1]
const struct matmul_kernel *matmul_kernel_best(void);

// ---- blocks.c: how much to pack at a time -----------------------------------------------------------------------------
// Sizes in bytes of a core's first and second level of cache, and what one core may use of the third.
struct matmul_caches {
    int L1, L2, L3;
};
struct matmul_caches matmul_caches(void);  // given: of this machine

// A block of op(A) is at most MC x KC, one of op(B) at most KC x NC.
struct matmul_blocks {
    int MC, KC, NC;
};

// For a kernel of MR x NR:
//     KC  a panel of B, KC*NR floats, fills half of L1
//     MC  a block of A, MC*KC floats, fills half of L2; MC is a multiple of MR
//     NC  a block of B, KC*NC floats, fills half of L3; NC is a multiple of NR
// all rounded down, and at least 1, MR and NR.
struct matmul_blocks matmul_blocks(struct matmul_caches caches, int MR, int NR);

// ---- packed.c: the loops around the kernel ----------------------------------------------------------------------------
// One tile of which only mr x nr results lie in C, mr <= MR and nr <= NR: c (mr,nr), rows ldc apart =
// alpha * a * b + beta * c for one panel of A (kc,MR) and one of B (kc,NR). The kernel always writes MR x NR results, so
// it works on a buffer. beta = 0: c is only written.
void edge_tile(const struct matmul_kernel *kernel, float *c, int ldc, int mr, int nr, int kc, const float *a,
               const float *b, float alpha, float beta);

// Multiplies packed blocks: C (mc,nc), rows ldc apart = alpha * A * B + beta * C, a_panels from pack_a (mc,kc), b_panels
// from pack_b (kc,nc). Tiles that stick out of C go through edge_tile: nothing outside C is touched.
void macro_kernel(const struct matmul_kernel *kernel, float *C, int ldc, int mc, int nc, int kc, const float *a_panels,
                  const float *b_panels, float alpha, float beta);

// One thread: packs a block of B, then block after block of A, and runs macro_kernel on them. (Goto and van de Geijn
// 2008, "Anatomy of high-performance matrix multiplication".)
void matmul_packed(const struct matmul_kernel *kernel, enum matmul_form form, int M, int N, int K, float alpha,
                   const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);

// ---- workspace.c (given): memory for panels ---------------------------------------------------------------------------
// One piece of memory for a_floats and, after them, b_floats, each at a multiple of 64 bytes; not zeroed, for packing
// writes all of it. free(a_panels) returns both. Dies if memory is short.
struct matmul_workspace {
    float *a_panels, *b_panels;
};
struct matmul_workspace alloc_workspace(size_t a_floats, size_t b_floats);

// ---- matmul.c: all threads --------------------------------------------------------------------------------------------
// What the rest of the course calls: the best kernel of this processor and OpenMP's threads. The bits of C are the same
// with any number of threads: threads share the tiles of C, never the sum of one tile. May be called by several threads
// at once; then each call uses the caller's thread alone.
void matmul(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb,
            float beta, float *C, int ldc);
