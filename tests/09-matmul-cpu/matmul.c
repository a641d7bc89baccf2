#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of matmul.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(matmul, .number = "09.14", .points = 6, .needs = "matmul_packed kernel_scalar kernel_6x16", .seconds = 10) {
    grade_rung("matmul", matmul, 11);
    struct matmul_blocks size = matmul_blocks(matmul_caches(), 6, 16);
    for (int form = 0; form < 3; form++) {
        int M = grade_int(150, 180), N = grade_int(130, 160), K = size.KC + grade_int(3, 20);
        struct problem p = random_problem((enum matmul_form)form, M, N, K, 0.5f, 0.5f);
        omp_set_num_threads(1);
        grade_product("matmul, 1 thread", matmul, p);
        for (int threads = 2; threads <= 3; threads++) {
            omp_set_num_threads(threads);
            float *again = grade_copy(p.old, M * p.ldc);
            matmul(p.form, M, N, K, p.alpha, p.A, p.lda, p.B, p.ldb, p.beta, again, p.ldc);
            int wrong = 0, first = -1;
            for (int i = 0; i < M * p.ldc; i++)
                if (again[i] != p.C[i] && ++wrong == 1) first = i;
            grade_true(wrong == 0,
                       "%s, %d x %d x %d: with %d threads %d results differ from those of 1 thread, the first at "
                       "(i=%d,j=%d): %.9g, not %.9g: is every task done once, by one thread (omp for)?",
                       form_names[form], M, N, K, threads, wrong, first / p.ldc, first % p.ldc,
                       first < 0 ? 0 : (double)again[first], first < 0 ? 0 : (double)p.C[first]);
        }
        grade_product("matmul, 3 threads, many rows:", matmul,
                      random_problem((enum matmul_form)form, 2 * size.MC + 9, 177, 57, 1, 0));
        grade_product("matmul, 3 threads, many columns:", matmul,
                      random_problem((enum matmul_form)form, 9, 6001, 83, 1, 1));
    }
}
