// Rung 1: the definition, three loops.
#include "09-matmul-cpu/matmul.h"

void matmul_naive(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                  int ldb, float beta, float *C, int ldc) {
    matmul_scale(M, N, beta, C, ldc);
    if (alpha == 0) return;
    // TODO 09.3 matmul_naive: for each (i,j) the sum over k of a[i,k]*b[k,j]; alpha times it is added to C
    todo("09.3 matmul_naive");
}
