// Products in which one side has only R numbers. Chapter 09's matmul copies its operands into panels of 16 and more
// rows, to read each number many times; where there are two rows, most of that work is for nothing. For R = 2 these
// loops take about a third of its time. The bits do not depend on the number of threads.
#include <stdlib.h>

#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"
#include "17-lora/lora.h"

enum { THIN = 16, COLUMNS = 64 };  // from THIN on matmul is as fast; COLUMNS of a thread

// x (rows,cols), rows x_row apart, turned: (cols,rows), in memory that the caller frees.
static float *turned(const float *x, int x_row, int rows, int cols) {
    float *out = alloc_floats((size_t)rows * cols);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) out[(size_t)j * rows + i] = x[(size_t)i * x_row + j];
    return out;
}

// C (M,N) += alpha A (M,K) B (N,K)^T: a number of C gathers a whole row of A.
static void gather(int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb, float *C,
                   int ldc) {
#pragma omp parallel for schedule(static) if ((size_t)M * K >= WORTH_THREADS)
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++) {
            const float *a = A + (size_t)m * lda, *b = B + (size_t)n * ldb;
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (int k = 0; k < K; k++) sum += a[k] * b[k];
            C[(size_t)m * ldc + n] += alpha * sum;
        }
}

// C (M,N) += alpha A (M,K) B (K,N): a number of A spreads over a whole row of C.
static void spread(int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb, float *C,
                   int ldc) {
#pragma omp parallel for schedule(static) if ((size_t)M * N >= WORTH_THREADS)
    for (int m = 0; m < M; m++)
        for (int k = 0; k < K; k++) {
            const float *b = B + (size_t)k * ldb;
            const float a = alpha * A[(size_t)m * lda + k];
            float *c = C + (size_t)m * ldc;
#pragma omp simd
            for (int n = 0; n < N; n++) c[n] += a * b[n];
        }
}

// C (M,N) += alpha A (K,M)^T B (K,N). A thread owns columns, so that every sum runs down the rows in order.
static void collect(int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb, float *C,
                    int ldc) {
#pragma omp parallel for schedule(static) if ((size_t)K * N >= WORTH_THREADS)
    for (int first = 0; first < N; first += COLUMNS) {
        const int end = min_int(first + COLUMNS, N);
        for (int k = 0; k < K; k++)
            for (int m = 0; m < M; m++) {
                const float *b = B + (size_t)k * ldb;
                const float a = alpha * A[(size_t)k * lda + m];
                float *c = C + (size_t)m * ldc;
#pragma omp simd
                for (int n = first; n < end; n++) c[n] += a * b[n];
            }
    }
}

// The same with few columns: C^T has long rows.
static void collect_turned(int M, int N, int K, float alpha, const float *A, int lda, const float *B, int ldb, float *C,
                           int ldc) {
    float *sum = alloc_floats((size_t)N * M);
    collect(N, M, K, alpha, B, ldb, A, lda, sum, M);  // NOLINT(readability-suspicious-call-argument): turned
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++) C[(size_t)m * ldc + n] += sum[(size_t)n * M + m];
    free(sum);
}

void thin_matmul(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                 int ldb, float beta, float *C, int ldc) {
    if (min_int(min_int(M, N), K) >= THIN) {
        matmul(form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
        return;
    }
    matmul_scale(M, N, beta, C, ldc);
    const bool turns = form == MATMUL_NT ? K < THIN : form == MATMUL_NN && N < THIN;
    float *b = turns ? turned(B, ldb, form == MATMUL_NT ? N : K, form == MATMUL_NT ? K : N) : NULL;
    if (form == MATMUL_NT && turns) spread(M, N, K, alpha, A, lda, b, N, C, ldc);
    else if (form == MATMUL_NT) gather(M, N, K, alpha, A, lda, B, ldb, C, ldc);
    else if (form == MATMUL_NN && turns) gather(M, N, K, alpha, A, lda, b, K, C, ldc);
    else if (form == MATMUL_NN) spread(M, N, K, alpha, A, lda, B, ldb, C, ldc);
    else if (N < THIN) collect_turned(M, N, K, alpha, A, lda, B, ldb, C, ldc);
    else collect(M, N, K, alpha, A, lda, B, ldb, C, ldc);
    free(b);
}
