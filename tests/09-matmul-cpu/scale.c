#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of scale.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(matmul_scale, .number = "09.2", .points = 4) {
    int M = grade_int(3, 7), N = grade_int(8, 12), ldc = N + grade_int(1, 5);
    const float betas[] = {1, 0, -0.5f, 3};
    for (int b = 0; b < COUNT(betas); b++) {
        float *C = grade_floats(M * ldc);
        double *want = grade_doubles(M * ldc), *dense = grade_doubles(M * ldc);
        for (int i = 0; i < M * ldc; i++) {
            want[i] = (double)C[i] * (i % ldc < N ? (double)betas[b] : 1);
            dense[i] = (double)C[i] * (i < M * N ? (double)betas[b] : 1);
        }
        matmul_scale(M, N, betas[b], C, ldc);
        char what[100];
        snprintf(what, sizeof what, "C (%d,%d), ldc %d, beta %g", M, N, ldc, (double)betas[b]);
        suspect("rows are ldc apart, not N", dense);
        grade_array(what, C, want, AXES("ij", M, ldc), 1e-6);
    }
    float *C = grade_floats(6);
    C[0] = C[4] = NAN;
    C[5] = INFINITY;
    matmul_scale(2, 3, 0, C, 3);
    bool nan_left = C[0] != C[0] || C[5] != C[5];
    grade_true(!nan_left,
               "beta = 0: C held NaN and infinity, and holds NaN now. 0 * NaN is NaN: write zeros, do not multiply");
    grade_array("beta = 0, C of NaN and infinity", C, (double[]){0, 0, 0, 0, 0, 0}, AXES("ij", 2, 3), 0);
}
