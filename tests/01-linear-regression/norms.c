// Tests of norms.c.
#include "01-linear-regression/definitions.h"

EXERCISE(norm_l1, .number = "01.9", .points = 1) {
    float *v = grade_copy((float[]){3, -4}, 2);
    suspect_scalar("the signs are kept; take sizes", -1);
    grade_scalar("L1 norm of {3, -4}", norm_l1(v, 2), 7, 1e-6);
    int n = grade_int(5, 33);
    float *u = grade_floats(n);
    double sizes = 0, sum = 0;
    for (int i = 0; i < n; i++) sizes += fabs((double)u[i]), sum += u[i];
    suspect_scalar("the signs are kept; take sizes", sum);
    suspect_scalar("the size of the sum; the sum of the sizes is needed", fabs(sum));
    suspect_scalar("a mean; a norm is not divided by n", sizes / n);
    grade_scalar("L1 norm", norm_l1(u, n), sizes, 1e-5);
}

EXERCISE(norm_l2, .number = "01.9", .points = 2) {
    float *v = grade_copy((float[]){3, -4}, 2), *large = grade_copy((float[]){3e25f, -4e25f}, 2);
    suspect_scalar("the square root is missing", 25);
    grade_scalar("L2 norm of {3, -4}", norm_l2(v, 2), 5, 1e-6);
    int n = grade_int(5, 33);
    float *u = grade_floats(n);
    double squares = 0;
    for (int i = 0; i < n; i++) squares += (double)u[i] * u[i];
    suspect_scalar("the square root is missing", squares);
    suspect_scalar("a mean; a norm is not divided by n", sqrt(squares / n));
    grade_scalar("L2 norm", norm_l2(u, n), sqrt(squares), 1e-5);
    float got = norm_l2(large, 2);
    grade_true(isfinite(got),
               "L2 norm of {3e25, -4e25}: got %g, expected 5e25\nlooks like: the squares are floats, which "
               "end at 3e38; sum them in double",
               got);
    grade_scalar("L2 norm of {3e25, -4e25}", got, 5e25, 1e-6);
}

EXERCISE(norm_linf, .number = "01.9", .points = 1) {
    float *v = grade_copy((float[]){3, -4}, 2);
    suspect_scalar("the largest entry; the largest size is needed", 3);
    grade_scalar("L-infinity norm of {3, -4}", norm_linf(v, 2), 4, 1e-6);
    int n = grade_int(5, 33), place = grade_int(1, n - 1);
    float *u = grade_floats(n);
    u[place] = -7 - rng_uniform(grade_rng());
    suspect_scalar("the entry with its sign; its size is needed", u[place]);
    suspect_scalar("the first entry", fabs((double)u[0]));
    grade_scalar("L-infinity norm", norm_linf(u, n), fabs((double)u[place]), 1e-6);
}

EXERCISE(norm_frobenius, .number = "01.9", .points = 1, .needs = "norm_l2") {
    float *a1 = grade_copy((float[]){1, 2, 2, 4}, 4);
    grade_scalar("Frobenius norm of [1 2; 2 4]", norm_frobenius(a1, 2, 2), 5, 1e-6);
    int rows = grade_int(2, 6), columns = rows + grade_int(1, 5);
    float *a = grade_floats(rows * columns);
    double squares = 0, block = 0;
    for (int i = 0; i < rows * columns; i++) squares += (double)a[i] * a[i];
    for (int i = 0; i < rows * rows; i++) block += (double)a[i] * a[i];
    suspect_scalar("only rows * rows entries are summed", sqrt(block));
    suspect_scalar("the square root is missing", squares);
    grade_scalar("Frobenius norm", norm_frobenius(a, rows, columns), sqrt(squares), 1e-5);
}
