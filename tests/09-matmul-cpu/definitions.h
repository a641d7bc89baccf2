// Chapter 09, matrix multiplication. Expected values: the chapter's example, worked by hand, and the definition in
// double. Between the rows of A and B stands NaN, so whoever reads there finds out. Locality is graded by counting: the
// matrices lie in pages of which only a few can be touched at a time, and each further one is a page load.
// This file has what several of the tests use.
#pragma once
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "09-matmul-cpu/matmul.h"
#include "grade/grade.h"

struct problem {
    enum matmul_form form;
    int M, N, K;
    float alpha, beta;
    int lda, ldb, ldc;
    const float *A, *B;
    float *C;
    const float *old;  // C before
};

static const char *const form_names[] = {"NN", "NT", "TN"};

// rows x columns random numbers, rows ld apart, and `between` after each row.
static inline float *random_matrix(int rows, int columns, int ld, float between) {
    float *values = grade_floats(rows * ld);
    for (int i = 0; i < rows; i++)
        for (int j = columns; j < ld; j++) values[i * ld + j] = between;
    return grade_copy(values, rows * ld);
}

static inline struct problem random_problem(enum matmul_form form, int M, int N, int K, float alpha, float beta) {
    bool ta = form == MATMUL_TN, tb = form == MATMUL_NT;
    struct problem p = {.form = form, .M = M, .N = N, .K = K, .alpha = alpha, .beta = beta};
    p.lda = (ta ? M : K) + grade_int(1, 4);
    p.ldb = (tb ? K : N) + grade_int(5, 8);
    p.ldc = N + grade_int(9, 12);
    p.A = random_matrix(ta ? K : M, ta ? M : K, p.lda, NAN);
    p.B = random_matrix(tb ? N : K, tb ? K : N, p.ldb, NAN);
    p.old = grade_floats(M * p.ldc);
    p.C = grade_copy(p.old, M * p.ldc);
    return p;
}

static inline double element(const float *data, int ld, bool transposed, int i, int j) {
    return (double)(transposed ? data[j * ld + i] : data[i * ld + j]);
}

// The definition, with the first K terms of each sum.
static inline double *product(const struct problem *p, int K, double alpha, double beta) {
    double *want = grade_doubles(p->M * p->ldc);
    for (int i = 0; i < p->M; i++)
        for (int j = 0; j < p->ldc; j++) {
            double *c = &want[i * p->ldc + j], sum = 0;
            *c = (double)p->old[i * p->ldc + j];
            if (j >= p->N) continue;
            if (alpha != 0)
                for (int k = 0; k < K; k++)
                    sum += element(p->A, p->lda, p->form == MATMUL_TN, i, k) *
                           element(p->B, p->ldb, p->form == MATMUL_NT, k, j);
            *c = alpha * sum + (beta == 0 ? 0 : beta * *c);
        }
    return want;
}

static inline void grade_product(const char *function, matmul_function *run, struct problem p) {
    double *want = product(&p, p.K, (double)p.alpha, (double)p.beta);
    run(p.form, p.M, p.N, p.K, p.alpha, p.A, p.lda, p.B, p.ldb, p.beta, p.C, p.ldc);
    if (p.alpha != 1 && p.alpha != 0 && p.K > 0) suspect("alpha is missing", product(&p, p.K, 1, (double)p.beta));
    if (p.beta != 0) suspect("beta * C is missing: C is overwritten", product(&p, p.K, (double)p.alpha, 0));
    if (p.beta != 1 && p.beta != 0)
        suspect("C is added to as it was, without beta", product(&p, p.K, (double)p.alpha, 1));
    if (p.beta != 1 && p.beta != 0)
        suspect("beta is applied twice", product(&p, p.K, (double)p.alpha, (double)p.beta * (double)p.beta));
    if (p.K > 0)
        suspect("the last term of each sum, k = K-1, is left out",
                product(&p, p.K - 1, (double)p.alpha, (double)p.beta));
    if (p.K > 0)
        suspect("the product is missing: only beta * C is there", product(&p, 0, (double)p.alpha, (double)p.beta));
    char what[300];
    snprintf(what, sizeof what,
             "%s %s, M %d, N %d, K %d, alpha %g, beta %g: C (columns from %d on lie between rows; NaN: read between "
             "rows of A or B, or C with beta 0)",
             function, form_names[p.form], p.M, p.N, p.K, (double)p.alpha, (double)p.beta, p.N);
    grade_array(what, p.C, want, AXES("ij", p.M, p.ldc), 1e-4);
    grade_unchanged("A", p.A);
    grade_unchanged("B", p.B);
}

// The example of section 9.1, in all three forms.
static inline void grade_example(const char *function, matmul_function *run) {
    const float a[] = {1, 2, 3, 4, 5, 6}, a_t[] = {1, 4, 2, 5, 3, 6};
    const float b[] = {7, 8, 9, 10, 11, 12}, b_t[] = {7, 9, 11, 8, 10, 12};
    const double want[] = {58, 64, 139, 154};
    for (int form = 0; form < 3; form++) {
        float *C = grade_output(4);
        const float *A = grade_copy(form == MATMUL_TN ? a_t : a, 6), *B = grade_copy(form == MATMUL_NT ? b_t : b, 6);
        run((enum matmul_form)form, 2, 2, 3, 1, A, form == MATMUL_TN ? 2 : 3, B, form == MATMUL_NT ? 3 : 2, 0, C, 2);
        char what[100];
        snprintf(what, sizeof what, "%s %s of section 9.1's example: C", function, form_names[form]);
        suspect("the rows of C are crossed with the rows of B, not with its columns", (double[]){26, 29, 62, 68});
        grade_array(what, C, want, AXES("ij", 2, 2), 1e-6);
    }
}

// What every rung must get right: three forms, odd sizes, distances between rows, special values.
static inline void grade_rung(const char *function, matmul_function *run, int size) {
    grade_example(function, run);
    for (int form = 0; form < 3; form++) {
        enum matmul_form f = (enum matmul_form)form;
        grade_product(
            function, run,
            random_problem(f, size + grade_int(1, 5), size + grade_int(7, 11), size + grade_int(13, 17), 1.5f, -0.5f));
        grade_product(function, run, random_problem(f, 1, grade_int(2, 5), grade_int(6, 9), -2, 1));
        grade_product(function, run, random_problem(f, grade_int(6, 9), 1, 1, 0.5f, 2));
        struct problem p = random_problem(f, grade_int(3, 5), grade_int(6, 8), grade_int(9, 11), 1, 0);
        for (int i = 0; i < p.M; i++)
            for (int j = 0; j < p.N; j++) p.C[i * p.ldc + j] = NAN;
        grade_product(function, run, p);
        p = random_problem(f, 4, 3, 2, 0, 0.5f);
        p.A = random_matrix(8, 1, p.lda, NAN);  // alpha = 0: A and B are not read
        ((float *)p.A)[0] = NAN;
        p.A = grade_copy(p.A, 8);
        grade_product(function, run, p);
        grade_product(function, run, random_problem(f, 3, 5, 0, 1, 0.25f));  // K = 0: C is still scaled
        grade_product(function, run, random_problem(f, 0, 5, 4, 1, 0.25f));
        grade_product(function, run, random_problem(f, 5, 0, 4, 1, 0.25f));
    }
}

// n random floats that start at a multiple of 64 bytes.
static inline float *random_panel(int n) {
    float *values = grade_floats(n + 16);
    while ((uintptr_t)values % 64) values++;
    return values;
}

static inline double *tile(const float *c, int ldc, int kc, const float *a, const float *b, int MR, int NR,
                           double alpha, double beta) {
    double *want = grade_doubles(MR * ldc);
    for (int i = 0; i < MR; i++)
        for (int j = 0; j < ldc; j++) {
            double old = (double)c[i * ldc + j], sum = 0;
            for (int k = 0; k < kc && j < NR; k++) sum += (double)a[k * MR + i] * (double)b[k * NR + j];
            want[i * ldc + j] = j < NR ? alpha * sum + (beta == 0 ? 0 : beta * old) : old;
        }
    return want;
}
