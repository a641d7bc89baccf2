// Rung 6: all threads. The team packs a block of B and a stripe of A together, then shares out the tiles of C.
#include <omp.h>
#include <stdlib.h>

#include "09-matmul-cpu/matmul.h"

// One product, and how it is cut.
struct product {
    const struct matmul_kernel *kernel;
    struct matmul_blocks size;
    int stripe;  // rows of op(A) that are packed at a time, several blocks of MC
    int piece;   // columns of C in one task
    struct matmul_view a, b;
    int M, N, K;
    float alpha, beta;
    float *C;
    int ldc;
};

// A small product is done before a second thread has woken up.
static int threads_for(int M, int N, int K) {
    return omp_in_parallel() || (double)M * N * K < 1 << 22 ? 1 : omp_get_max_threads();
}

// Blocks of MC rows; and where these are too few to keep every thread busy to the end, narrower pieces of columns.
static struct product cut(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda,
                          const float *B, int ldb, float beta, float *C, int ldc, int threads) {
    const struct matmul_kernel *kernel = matmul_kernel_best();
    struct matmul_blocks size = matmul_blocks(matmul_caches(), kernel->MR, kernel->NR);
    int row_blocks = (M + size.MC - 1) / size.MC, wanted = threads == 1 ? 1 : 8 * threads;
    int pieces = (wanted + row_blocks - 1) / row_blocks;
    return (struct product){.kernel = kernel,
                            .size = size,
                            .stripe = 16 * size.MC,
                            .piece = round_up((min_int(N, size.NC) + pieces - 1) / pieces, kernel->NR),
                            .a = matmul_view_a(form, A, lda),
                            .b = matmul_view_b(form, B, ldb),
                            .M = M,
                            .N = N,
                            .K = K,
                            .alpha = alpha,
                            .beta = beta,
                            .C = C,
                            .ldc = ldc};
}

// ---- run by every thread of the team: `omp for` deals out the turns of its loop, and waits until all are done --------
// B is packed first and nobody waits for it: all wait once A is packed, too.
static void pack_a_together(float *panels, struct matmul_view a, int mc, int kc, int MR) {
#pragma omp for
    for (int i = 0; i < mc; i += MR)
        pack_a(panels + (size_t)i * kc, matmul_view_from(a, i, 0), min_int(MR, mc - i), kc, MR);
}

static void pack_b_together(float *panels, struct matmul_view b, int kc, int nc, int NR) {
#pragma omp for nowait
    for (int j = 0; j < nc; j += NR)
        pack_b(panels + (size_t)j * kc, matmul_view_from(b, 0, j), kc, min_int(NR, nc - j), NR);
}

// C (mc,nc) = alpha * A * B + beta * C for packed A (mc,kc) and B (kc,nc), in tasks of MC rows by `piece` columns.
static void multiply_together(const struct product *p, float *C, int mc, int nc, int kc, const float *a_panels,
                              const float *b_panels, float beta) {
    // BEGIN SOLUTION 09.14 matmul: share out the tasks (i,j), i in steps of MC, j of piece: a macro_kernel for each
#pragma omp for collapse(2) schedule(dynamic)
    for (int i = 0; i < mc; i += p->size.MC)
        for (int j = 0; j < nc; j += p->piece)
            macro_kernel(p->kernel, C + (size_t)i * p->ldc + j, p->ldc, min_int(p->size.MC, mc - i),
                         min_int(p->piece, nc - j), kc, a_panels + (size_t)i * kc, b_panels + (size_t)j * kc, p->alpha,
                         beta);
    // END SOLUTION
}

static void run_team(const struct product *p, float *a_panels, float *b_panels) {
    for (int j = 0; j < p->N; j += p->size.NC)
        for (int k = 0; k < p->K; k += p->size.KC) {
            int nc = min_int(p->size.NC, p->N - j), kc = min_int(p->size.KC, p->K - k);
            pack_b_together(b_panels, matmul_view_from(p->b, k, j), kc, nc, p->kernel->NR);
            for (int i = 0; i < p->M; i += p->stripe) {
                int mc = min_int(p->stripe, p->M - i);
                pack_a_together(a_panels, matmul_view_from(p->a, i, k), mc, kc, p->kernel->MR);
                multiply_together(p, p->C + (size_t)i * p->ldc + j, mc, nc, kc, a_panels, b_panels,
                                  k == 0 ? p->beta : 1);
            }
        }
}

void matmul(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb,
            float beta, float *C, int ldc) {
    if (alpha == 0 || K == 0) {
        matmul_scale(M, N, beta, C, ldc);
        return;
    }
    if (M == 0 || N == 0) return;
    int threads = threads_for(M, N, K);
    struct product p = cut(form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc, threads);
    int KC = min_int(p.size.KC, K);
    struct matmul_workspace w = alloc_workspace((size_t)round_up(min_int(p.stripe, M), p.kernel->MR) * KC,
                                                (size_t)round_up(min_int(p.size.NC, N), p.kernel->NR) * KC);
#pragma omp parallel num_threads(threads)
    run_team(&p, w.a_panels, w.b_panels);
    free(w.a_panels);
}
