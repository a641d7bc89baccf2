// Rungs 4 and 5: the loops around the micro-kernel. The kernel decides which rung it is.
#include <stdlib.h>

#include "09-matmul-cpu/matmul.h"

void edge_tile(const struct matmul_kernel *kernel, float *c, int ldc, int mr, int nr, int kc, const float *a,
               const float *b, float alpha, float beta) {
    // BEGIN SOLUTION 09.11 edge_tile: run the kernel on a buffer that holds mr x nr of c, and copy those back
    float tile[KERNEL_MR_MAX * KERNEL_NR_MAX] = {0};
    if (beta != 0)
        for (int i = 0; i < mr; i++)
            for (int j = 0; j < nr; j++) tile[i * kernel->NR + j] = c[(size_t)i * ldc + j];
    kernel->run(tile, kernel->NR, kc, a, b, alpha, beta);
    for (int i = 0; i < mr; i++)
        for (int j = 0; j < nr; j++) c[(size_t)i * ldc + j] = tile[i * kernel->NR + j];
    // END SOLUTION
}

void macro_kernel(const struct matmul_kernel *kernel, float *C, int ldc, int mc, int nc, int kc, const float *a_panels,
                  const float *b_panels, float alpha, float beta) {
    int MR = kernel->MR, NR = kernel->NR;
    for (int j = 0; j < nc; j += NR)
        for (int i = 0; i < mc; i += MR) {
            // BEGIN SOLUTION 09.11 macro_kernel: the tile at (i,j): the kernel if it is whole, edge_tile if it sticks out
            const float *a = a_panels + (size_t)i * kc, *b = b_panels + (size_t)j * kc;
            float *c = C + (size_t)i * ldc + j;
            int mr = min_int(MR, mc - i), nr = min_int(NR, nc - j);
            if (mr == MR && nr == NR) kernel->run(c, ldc, kc, a, b, alpha, beta);
            else edge_tile(kernel, c, ldc, mr, nr, kc, a, b, alpha, beta);
            // END SOLUTION
        }
}

void matmul_packed(const struct matmul_kernel *kernel, enum matmul_form form, int M, int N, int K, float alpha,
                   const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc) {
    if (alpha == 0 || K == 0) {
        matmul_scale(M, N, beta, C, ldc);
        return;
    }
    if (M == 0 || N == 0) return;
    int MR = kernel->MR, NR = kernel->NR;
    struct matmul_blocks size = matmul_blocks(matmul_caches(), MR, NR);
    int KC = min_int(size.KC, K);
    struct matmul_workspace w =
        alloc_workspace((size_t)round_up(min_int(size.MC, M), MR) * KC, (size_t)round_up(min_int(size.NC, N), NR) * KC);
    // BEGIN SOLUTION 09.13 matmul_packed: for each block (k,j) of b: pack it; for each block of a: pack it, run macro_kernel
    struct matmul_view a = matmul_view_a(form, A, lda), b = matmul_view_b(form, B, ldb);
    for (int j = 0; j < N; j += size.NC)
        for (int k = 0; k < K; k += KC) {
            int nc = min_int(size.NC, N - j), kc = min_int(KC, K - k);
            pack_b(w.b_panels, matmul_view_from(b, k, j), kc, nc, NR);
            for (int i = 0; i < M; i += size.MC) {
                int mc = min_int(size.MC, M - i);
                pack_a(w.a_panels, matmul_view_from(a, i, k), mc, kc, MR);
                macro_kernel(kernel, C + (size_t)i * ldc + j, ldc, mc, nc, kc, w.a_panels, w.b_panels, alpha,
                             k == 0 ? beta : 1);
            }
        }
    // END SOLUTION
    free(w.a_panels);
}
