// Rung 3: a block of B that fits in the cache is used by every row of C before the next one is fetched.
#include "09-matmul-cpu/matmul.h"

void matmul_blocked(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                    int ldb, float beta, float *C, int ldc) {
    matmul_scale(M, N, beta, C, ldc);
    if (alpha == 0) return;
    for (int k = 0; k < K; k += MATMUL_BLOCK)
        for (int j = 0; j < N; j += MATMUL_BLOCK) {
            // BEGIN SOLUTION 09.6 matmul_blocked: matmul_loop_order, for the part of A, of B and of C that (k,j) names
            struct matmul_view a = matmul_view_a(form, A, lda), b = matmul_view_b(form, B, ldb);
            int kc = min_int(MATMUL_BLOCK, K - k), nc = min_int(MATMUL_BLOCK, N - j);
            const float *A_k = matmul_view_from(a, 0, k).data, *B_kj = matmul_view_from(b, k, j).data;
            matmul_loop_order(form, M, nc, kc, alpha, A_k, lda, B_kj, ldb, 1, C + j, ldc);
            // END SOLUTION
        }
}
