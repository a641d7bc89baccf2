// Rung 2: the same multiplications in the order in which memory lies.
#include "09-matmul-cpu/matmul.h"

// The sum of x[k]*y[k], k < n. Eight running sums, for one alone would wait for itself: an addition takes several
// cycles, and strict C may not reorder a sum of floats.
float matmul_dot(const float *x, const float *y, int n) {
    float sums[8] = {0}, sum = 0;
    int k = 0;
    for (; k + 8 <= n; k += 8)
        for (int s = 0; s < 8; s++) sums[s] += x[k + s] * y[k + s];
    for (; k < n; k++) sum += x[k] * y[k];
    for (int s = 0; s < 8; s++) sum += sums[s];
    return sum;
}

void matmul_loop_order(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                       int ldb, float beta, float *C, int ldc) {
    matmul_scale(M, N, beta, C, ldc);
    if (alpha == 0) return;
    // TODO 09.5 matmul_loop_order: NT: C_i[j] += alpha * matmul_dot(rows of A and B); else C_i += a[i,k] * B_k
    todo("09.5 matmul_loop_order");
}
