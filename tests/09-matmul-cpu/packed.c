#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of packed.c.
#include "09-matmul-cpu/definitions.h"

// A kernel of the test's own, 3 x 5, that counts its runs.
static long kernel_runs;

static void kernel_3x5(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta) {
    kernel_runs++;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 5; j++) {
            float sum = 0;
            for (int k = 0; k < kc; k++) sum += a[k * 3 + i] * b[k * 5 + j];
            c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);
        }
}

static const struct matmul_kernel test_kernel = {"3x5", 3, 5, kernel_3x5};

EXERCISE(edge_tile, .number = "09.11", .points = 5) {
    for (int turn = 0; turn < 10; turn++) {
        int kc = grade_int(2, 9), mr = grade_int(1, 3), nr = grade_int(1, 5), ldc = nr + grade_int(0, 4);
        float alpha = 1.5f, beta = turn < 5 ? 0 : turn < 7 ? 1 : -0.5f;
        const float *a = random_panel(kc * 3), *b = random_panel(kc * 5);
        const float *old = grade_floats(mr * ldc);
        float *c = grade_copy(old, mr * ldc);
        if (beta == 0) c[0] = NAN;
        double *want = grade_doubles(mr * ldc), *no_beta = grade_doubles(mr * ldc);
        for (int i = 0; i < mr; i++)
            for (int j = 0; j < ldc; j++) {
                double sum = 0;
                for (int k = 0; k < kc && j < nr; k++) sum += (double)a[k * 3 + i] * (double)b[k * 5 + j];
                double before = (double)old[i * ldc + j];
                want[i * ldc + j] = j < nr ? (double)alpha * sum + (double)beta * before : before;
                no_beta[i * ldc + j] = j < nr ? (double)alpha * sum : before;
            }
        edge_tile(&test_kernel, c, ldc, mr, nr, kc, a, b, alpha, beta);
        char what[140];
        snprintf(what, sizeof what, "%d x %d of a 3 x 5 tile, kc %d, ldc %d, beta %g: c", mr, nr, kc, ldc,
                 (double)beta);
        if (beta != 0) suspect("beta * c is missing: the buffer must hold c before the kernel runs", no_beta);
        grade_array(what, c, want, AXES("ij", mr, ldc), 1e-5);
    }
}

EXERCISE(macro_kernel, .number = "09.11", .points = 6, .needs = "edge_tile") {
    for (int turn = 0; turn < 4; turn++) {
        int mc = turn == 0 ? 6 : grade_int(4, 20), nc = turn == 0 ? 10 : grade_int(6, 30), kc = grade_int(2, 9);
        int mp = round_up(mc, 3), np = round_up(nc, 5), ldc = nc + grade_int(1, 4);
        float alpha = -0.5f, beta = turn % 2 ? 1 : 0;
        const float *a = random_panel(mp * kc), *b = random_panel(np * kc);
        const float *old = grade_floats(mc * ldc);
        float *c = grade_copy(old, mc * ldc);
        double *want = grade_doubles(mc * ldc);
        for (int i = 0; i < mc; i++)
            for (int j = 0; j < ldc; j++) {
                double sum = 0, before = (double)old[i * ldc + j];
                for (int k = 0; k < kc && j < nc; k++)
                    sum += (double)a[i / 3 * 3 * kc + k * 3 + i % 3] * (double)b[j / 5 * 5 * kc + k * 5 + j % 5];
                want[i * ldc + j] = j < nc ? (double)alpha * sum + (double)beta * before : before;
            }
        kernel_runs = 0;
        macro_kernel(&test_kernel, c, ldc, mc, nc, kc, a, b, alpha, beta);
        long tiles = (long)(mp / 3) * (np / 5);
        char what[140];
        snprintf(what, sizeof what, "mc %d, nc %d, kc %d, ldc %d, kernel 3 x 5: C", mc, nc, kc, ldc);
        for (int i = 0; i < mc * ldc; i++)
            grade_true(i % ldc < nc || c[i] == old[i],
                       "mc %d, nc %d: a tile that sticks out wrote outside C, at (i=%d,j=%d)", mc, nc, i / ldc,
                       i % ldc);
        grade_array(what, c, want, AXES("ij", mc, ldc), 1e-5);
        grade_true(kernel_runs == tiles, "mc %d, nc %d: the kernel ran %ld times for %ld tiles", mc, nc, kernel_runs,
                   tiles);
    }
}

static void packed_3x5(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                       int ldb, float beta, float *C, int ldc) {
    matmul_packed(&test_kernel, form, M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
}

EXERCISE(matmul_packed, .number = "09.13", .points = 6,
         .needs = "matmul_view matmul_scale pack_a pack_b macro_kernel matmul_blocks", .seconds = 10) {
    grade_rung("matmul_packed", packed_3x5, 11);
    struct matmul_blocks size = matmul_blocks(matmul_caches(), 3, 5);
    for (int form = 0; form < 3; form++) {  // more than one block, of each kind
        enum matmul_form f = (enum matmul_form)form;
        struct problem p = random_problem(f, 4, 7, size.KC + grade_int(1, 9), 1, -1);
        double *first = product(&p, size.KC, 1, -1), *again = product(&p, p.K, 1, -1);
        for (int i = 0; i < p.M * p.ldc; i++)
            if (i % p.ldc < p.N) again[i] -= 2 * first[i];  // the second block's product, and beta times the first's
        suspect("beta belongs to the first block of k alone; later ones add to C (beta 1)", again);
        grade_product("matmul_packed, more than one block of k:", packed_3x5, p);
        grade_product("matmul_packed, more than one block of rows:", packed_3x5,
                      random_problem(f, size.MC + grade_int(1, 9), 7, 5, 1, 0));
        grade_product("matmul_packed, more than one block of columns:", packed_3x5,
                      random_problem(f, 4, size.NC + grade_int(1, 9), 5, 1, 0.5f));
    }
}
