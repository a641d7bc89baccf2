// of 17-lora
// Chapter 17's products for matrices with a thin side, against the definition, and with one thread and two.
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/lora.h"

static float *random_floats(struct rng *r, size_t n) {
    float *x = alloc_floats(n);
    for (size_t i = 0; i < n; i++) x[i] = rng_normal(r);
    return x;
}

static double element(const struct matmul_view *v, int i, int j) {
    return v->data[(size_t)i * v->row + (size_t)j * v->column];
}

// Rows lie a few numbers further apart than they are long.
static void check_product(enum matmul_form form, int M, int N, int K, float beta, struct rng *r) {
    const int lda = (form == MATMUL_TN ? M : K) + 3, ldb = (form == MATMUL_NT ? K : N) + 1, ldc = N + 2;
    float *A = random_floats(r, (size_t)lda * (form == MATMUL_TN ? K : M));
    float *B = random_floats(r, (size_t)ldb * (form == MATMUL_NT ? N : K));
    float *C = random_floats(r, (size_t)ldc * M), *before = alloc_floats((size_t)ldc * M),
          *other = alloc_floats((size_t)ldc * M);
    for (int i = 0; beta == 0 && i < M * ldc; i++) C[i] = NAN;  // is not read
    memcpy(before, C, (size_t)ldc * M * sizeof(float));
    memcpy(other, C, (size_t)ldc * M * sizeof(float));
    omp_set_num_threads(1);
    thin_matmul(form, M, N, K, 0.7f, A, lda, B, ldb, beta, C, ldc);
    omp_set_num_threads(2);
    thin_matmul(form, M, N, K, 0.7f, A, lda, B, ldb, beta, other, ldc);
    cr_assert_arr_eq((char *)C, (char *)other, (size_t)ldc * M * sizeof(float), "threads: form %d, %d x %d x %d", form,
                     M, N, K);
    const struct matmul_view a = matmul_view_a(form, A, lda), b = matmul_view_b(form, B, ldb);
    for (int i = 0; i < M * ldc; i++) {
        const int m = i / ldc, n = i % ldc;
        if (n >= N) {
            cr_assert(memcmp(&C[i], &before[i], sizeof *C) == 0, "written beyond a row");
            continue;
        }
        double want = beta == 0 ? 0 : beta * (double)before[i];
        for (int k = 0; k < K; k++) want += 0.7 * element(&a, m, k) * element(&b, k, n);
        cr_assert(fabs(C[i] - want) < 1e-4 * (1 + fabs(want)),
                  "form %d, %d x %d x %d, beta %g, (%d,%d): got %g, expected %g", form, M, N, K, (double)beta, m, n,
                  (double)C[i], want);
    }
    free(A);
    free(B);
    free(C);
    free(before);
    free(other);
}

Test(thin, all_forms) {
    struct rng r;
    rng_seed(&r, 17, 1);
    const int side[] = {1, 2, 7, 15, 16, 33, 130};
    for (int form = MATMUL_NN; form <= MATMUL_TN; form++)
        for (int i = 0; i < COUNT(side) * COUNT(side) * COUNT(side); i++)
            check_product((enum matmul_form)form, side[i % COUNT(side)], side[i / COUNT(side) % COUNT(side)],
                          side[i / COUNT(side) / COUNT(side)], (float)(i % 2), &r);
}

// Large enough for several threads.
Test(thin, long_ones) {
    struct rng r;
    rng_seed(&r, 17, 2);
    for (int form = MATMUL_NN; form <= MATMUL_TN; form++) {
        check_product((enum matmul_form)form, 700, 3, 150, 0, &r);
        check_product((enum matmul_form)form, 700, 170, 4, 1, &r);
        check_product((enum matmul_form)form, 5, 300, 600, 1, &r);
    }
}
