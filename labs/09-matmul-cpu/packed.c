// Rungs 4 and 5: the loops around the micro-kernel. The kernel decides which rung it is.
#include <stdlib.h>

#include "09-matmul-cpu/matmul.h"

void edge_tile(const struct matmul_kernel *kernel, float *c, int ldc, int mr, int nr, int kc, const float *a,
               const float *b, float alpha, float beta) {
    // TODO 09.11 edge_tile: run the kernel on a buffer that holds mr x nr of c, and copy those back
    todo("09.11 edge_tile");
}

void macro_kernel(const struct matmul_kernel *kernel, float *C, int ldc, int mc, int nc, int kc, const float *a_panels,
                  const float *b_panels, float alpha, float beta) {
    int MR = kernel->MR, NR = kernel->NR;
    for (int j = 0; j < nc; j += NR)
        for (int i = 0; i < mc; i += MR) {
            // TODO 09.11 macro_kernel: the tile at (i,j): the kernel if it is whole, edge_tile if it sticks out
            todo("09.11 macro_kernel");
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
    // TODO 09.13 matmul_packed: for each block (k,j) of b: pack it; for each block of a: pack it, run macro_kernel
    todo("09.13 matmul_packed");
    free(w.a_panels);
}
