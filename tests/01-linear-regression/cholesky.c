// Tests of cholesky.c.
#include "01-linear-regression/definitions.h"

// A random lower triangle with a positive diagonal, and a = l l^T.
static void make_positive(double *l, double *a, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) l[i * n + j] = i == j ? 1 + rng_uniform(grade_rng()) : rng_normal(grade_rng());
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = 0;
            for (int k = 0; k < n; k++) a[i * n + j] += l[i * n + k] * l[j * n + k];
        }
}

EXERCISE(cholesky_factor, .number = "01.10", .points = 8) {
    double *l2 = grade_doubles(4);
    grade_equal("columns factored of [4 2; 2 5]", cholesky_factor(l2, (double[]){4, 2, 2, 5}, 2), 2);
    suspect("a square root is missing on the diagonal", (double[]){4, 0, 0.5, 4});
    suspect("l^T: the factor is a lower triangle", (double[]){2, 1, 0, 2});
    suspect("earlier columns are not subtracted from the diagonal", (double[]){2, 0, 1, sqrt(5)});
    grade_array("l of [4 2; 2 5]", grade_copy_doubles(l2, 4), (double[]){2, 0, 1, 2}, AXES("ij", 2, 2), 1e-6);

    int n = grade_int(4, 8);
    double *want = grade_doubles(n * n), *a = grade_doubles(n * n), *l = grade_doubles(n * n);
    make_positive(want, a, n);
    for (int i = 0; i < n * n; i++) l[i] = NAN;
    suspect_scalar("columns are counted from 0: n is success", n - 1);
    grade_equal("columns factored of a positive definite matrix", cholesky_factor(l, a, n), n);
    double *upper = grade_doubles(n * n), *plain = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) upper[i * n + j] = want[j * n + i];
    for (int j = 0; j < n; j++)  // the factor without the sums below the diagonal
        for (int i = j; i < n; i++) {
            double pivot = a[j * n + j];
            for (int k = 0; k < j; k++) pivot -= plain[j * n + k] * plain[j * n + k];
            plain[i * n + j] = i == j ? sqrt(pivot) : a[i * n + j] / plain[j * n + j];
        }
    suspect("l^T: the factor is a lower triangle", upper);
    suspect("earlier columns are not subtracted below the diagonal", plain);
    grade_array("l", grade_copy_doubles(l, n * n), want, AXES("ij", n, n), 1e-5);

    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) a[i * n + j] = rng_normal(grade_rng());
    cholesky_factor(l, a, n);
    for (int i = 0; i < n * n; i++)
        grade_true(fabs(l[i] - want[i]) < 1e-6,
                   "l changes with what stands above a's diagonal: read a[i * n + j] only where "
                   "i >= j");

    int copy = grade_int(1, n - 2), source = grade_int(0, copy - 1);  // feature `copy` repeats feature `source`
    make_positive(want, a, n);
    for (int i = 0; i < n; i++) a[copy * n + i] = a[source * n + i];
    for (int i = 0; i < n; i++) a[i * n + copy] = a[i * n + source];
    suspect_scalar("the failing column is counted as factored", copy + 1);
    suspect_scalar("a pivot that is zero, but for rounding, is accepted", n);
    grade_equal("columns factored where one column repeats an earlier one", cholesky_factor(l, a, n), copy);
    suspect_scalar("a negative pivot is accepted", 2);
    grade_equal("columns factored of [1 2; 2 1]", cholesky_factor(l, (double[]){1, 2, 2, 1}, 2), 1);
}

EXERCISE(cholesky_solve, .number = "01.10", .points = 6) {
    double x2[2] = {NAN, NAN}, l2[] = {2, 0, 1, 2}, c2[] = {8, 12};
    cholesky_solve(x2, l2, c2, 2);
    suspect("only l z = c is solved; l^T x = z is to follow", (double[]){4, 4});
    suspect("l is used in both substitutions; the second needs l^T, that is l[k * n + i]", (double[]){2, 2});
    suspect("the second substitution does not divide by the diagonal", (double[]){0, 4});
    grade_array("x of [4 2; 2 5] x = {8, 12}", grade_copy_doubles(x2, 2), (double[]){1, 2}, AXES("i", 2), 1e-6);

    int n = grade_int(4, 8);
    double *l = grade_doubles(n * n), *a = grade_doubles(n * n), *want = grade_doubles(n), *c = grade_doubles(n);
    double *x = grade_doubles(n), *forward = grade_doubles(n), *twice = grade_doubles(n);
    make_positive(l, a, n);
    for (int i = 0; i < n; i++) want[i] = rng_normal(grade_rng());
    for (int i = 0; i < n; i++) {
        x[i] = NAN;
        for (int j = 0; j < n; j++) c[i] += a[i * n + j] * want[j];
    }
    eliminate(forward, l, c, n);
    eliminate(twice, l, forward, n);
    cholesky_solve(x, l, c, n);
    suspect("only l z = c is solved; l^T x = z is to follow", forward);
    suspect("l is used in both substitutions; the second needs l^T, that is l[k * n + i]", twice);
    grade_array("x", grade_copy_doubles(x, n), want, AXES("i", n), 1e-4);
}
