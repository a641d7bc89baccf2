// Rung 1: the definition, three loops.
#include "09-matmul-cpu/matmul.h"

void matmul_naive(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                  int ldb, float beta, float *C, int ldc) {
    matmul_scale(M, N, beta, C, ldc);
    if (alpha == 0) return;
    // BEGIN SOLUTION 09.3 matmul_naive: for each (i,j) the sum over k of a[i,k]*b[k,j]; alpha times it is added to C
    struct matmul_view a = matmul_view_a(form, A, lda), b = matmul_view_b(form, B, ldb);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            float sum = 0;
            for (int k = 0; k < K; k++) sum += a.data[i * a.row + k * a.column] * b.data[k * b.row + j * b.column];
            C[(size_t)i * ldc + j] += alpha * sum;
        }
    // END SOLUTION
}
