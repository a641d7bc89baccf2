// The ladder as a table, and a stopwatch.
#include "09-matmul-cpu/rungs.h"

#include <stdlib.h>

static void packed_scalar(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda,
                          const float *B, int ldb, float beta, float *C, int ldc) {
    matmul_packed(&matmul_kernels[0], form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
}

static void packed_vector(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda,
                          const float *B, int ldb, float beta, float *C, int ldc) {
    matmul_packed(matmul_kernel_best(), form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
}

const struct rung rungs[RUNGS] = {
    {"naive", matmul_naive, false},
    {"loop order", matmul_loop_order, false},
    {"blocked", matmul_blocked, false},
    {"packed, plain C", packed_scalar, false},
    {"packed, vectors", packed_vector, false},
    {"all threads", matmul, true},
};

struct operands operands_new(int M, int N, int K, int seed) {
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 9);
    struct operands o = {
        M, N, K, alloc_floats((size_t)M * K), alloc_floats((size_t)K * N), alloc_floats((size_t)M * N)};
    for (size_t i = 0; i < (size_t)M * K; i++) o.A[i] = rng_uniform(&r) - 0.5f;
    for (size_t i = 0; i < (size_t)K * N; i++) o.B[i] = rng_uniform(&r) - 0.5f;
    return o;
}

void operands_free(struct operands *o) {
    free(o->A);
    free(o->B);
    free(o->C);
}

double rung_seconds(matmul_function *run, enum matmul_form form, const struct operands *o) {
    int lda = form == MATMUL_TN ? o->M : o->K, ldb = form == MATMUL_NT ? o->K : o->N;
    double start = clock_seconds();
    run(form, o->M, o->N, o->K, 1, o->A, lda, o->B, ldb, 0, o->C, o->N);
    return clock_seconds() - start;
}

double rung_gflops(matmul_function *run, enum matmul_form form, const struct operands *o, double budget) {
    double best = rung_seconds(run, form, o);
    for (double spent = best; spent < budget;) {
        double seconds = rung_seconds(run, form, o);
        spent += seconds;
        if (seconds < best) best = seconds;
    }
    return matmul_flops(o->M, o->N, o->K) / best * 1e-9;
}
