#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of kernel_scalar.c and kernel_6x16.c.
#include "09-matmul-cpu/definitions.h"

static void grade_kernel(kernel_function *run, int MR, int NR) {
    for (int turn = 0; turn < 8; turn++) {
        int kc = turn == 0 ? 1 : grade_int(2, 37), ldc = NR + grade_int(0, 5);
        float alpha = turn % 2 ? 1 : -1.5f, beta = turn < 3 ? 0 : turn < 5 ? 1 : 0.5f;
        const float *a = random_panel(kc * MR), *b = random_panel(kc * NR);
        const float *old = grade_floats(MR * ldc);
        float *c = grade_copy(old, MR * ldc);
        if (beta == 0)
            for (int i = 0; i < MR; i++) c[i * ldc] = NAN;
        run(c, ldc, kc, a, b, alpha, beta);
        char what[120];
        snprintf(what, sizeof what, "tile %d x %d, kc %d, ldc %d, alpha %g, beta %g: c", MR, NR, kc, ldc, (double)alpha,
                 (double)beta);
        if (kc > 1)
            suspect("only the last k counts: sum is stored, not added to",
                    tile(old, ldc, 1, a + (kc - 1) * MR, b + (kc - 1) * NR, MR, NR, (double)alpha, (double)beta));
        if (kc > 1)
            suspect("only k = 0 counts: a and b must move on with k",
                    tile(old, ldc, 1, a, b, MR, NR, (double)alpha * kc, (double)beta));
        double *want = tile(old, ldc, kc, a, b, MR, NR, (double)alpha, (double)beta), *half = grade_doubles(MR * ldc);
        for (int i = 0; i < MR * ldc; i++)
            half[i] = i % ldc >= NR / 2 && i % ldc < NR ? want[i / ldc * ldc + i % ldc - NR / 2] : want[i];
        suspect("both halves of each row are made with the left half of b", half);
        grade_array(what, c, want, AXES("ij", MR, ldc), 1e-4);
    }
}

EXERCISE(kernel_scalar, .number = "09.9", .points = 8) {
    grade_kernel(kernel_scalar, 4, 8);
}

// A processor without AVX2 cannot run the exercise; there the plain kernel stands in, so that 100 points remain possible.
EXERCISE(kernel_6x16, .number = "09.10", .points = 10) {
    if (matmul_kernel_count() > 1) grade_kernel(kernel_6x16, 6, 16);
    else grade_kernel(kernel_scalar, 4, 8);
    if (matmul_kernel_count() > 2) grade_kernel(kernel_14x32, 14, 32);
}
