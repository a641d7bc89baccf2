// Tests of standardise.c.
#include "01-linear-regression/definitions.h"

EXERCISE(standardise_fit, .number = "01.8", .points = 4) {
    float *ages = grade_copy((float[]){50, 60, 70}, 3), *m1 = grade_output(1), *s1 = grade_output(1);
    standardise_fit(m1, s1, ages, 3, 1);
    grade_array("mean of 50, 60, 70", m1, (double[]){60}, AXES("j", 1), 1e-6);
    suspect("divided by n - 1 instead of n", (double[]){10});
    suspect("the variance: its square root is missing", (double[]){200.0 / 3});
    grade_array("std of 50, 60, 70", s1, (double[]){sqrt(200.0 / 3)}, AXES("j", 1), 1e-6);

    int n = grade_int(7, 23), d = grade_int(3, 6);
    float *x = grade_floats(n * d), *mean = grade_output(d), *std = grade_output(d);
    double *want_mean = grade_doubles(d), *want_std = grade_doubles(d), *unbiased = grade_doubles(d);
    double *square = grade_doubles(d);
    for (int i = 0; i < n; i++) x[i * d] = 0.5f * x[i * d] + 1000;  // far from 0, and narrow
    for (int i = 0; i < n; i++) x[i * d + 1] = 7.25f;               // all equal
    for (int j = 0; j < d; j++) {
        double squares = 0;
        for (int i = 0; i < n; i++) want_mean[j] += (double)x[i * d + j] / n;
        for (int i = 0; i < n; i++) squares += pow(x[i * d + j] - want_mean[j], 2);
        bool constant = j == 1;
        want_std[j] = constant ? 1 : sqrt(squares / n);
        unbiased[j] = constant ? 1 : sqrt(squares / (n - 1));
        square[j] = constant ? 1 : squares / n;
    }
    standardise_fit(mean, std, x, n, d);
    grade_array("mean", mean, want_mean, AXES("j", d), 1e-5);
    grade_true(std[1] == 1,
               "std of a column of equal values: got %g, expected 1\nlooks like: a constant column's 0 "
               "is kept, and dividing by it will give NaN",
               std[1]);
    grade_true(
        fabs(std[0] / want_std[0] - 1) < 1e-3 || fabs(std[0] / unbiased[0] - 1) < 1e-3 ||
            fabs(std[0] / square[0] - 1) < 1e-3,
        "std of a column around 1000: got %g, expected %g\nlooks like: mean of squares minus square of mean, two "
        "large numbers whose difference is lost in rounding",
        std[0], want_std[0]);
    suspect("divided by n - 1 instead of n", unbiased);
    suspect("the variance: its square root is missing", square);
    grade_array("std", std, want_std, AXES("j", d), 1e-4);
}

EXERCISE(standardise_apply, .number = "01.8", .points = 2) {
    int n = grade_int(5, 11), d = grade_int(2, 4);
    float *x = grade_floats(n * d), *got = grade_copy(x, n * d), *mean = grade_floats(d), *std = grade_floats(d);
    double *want = grade_doubles(n * d), *wide = grade_doubles(n * d), *anew = grade_doubles(n * d);
    for (int j = 0; j < d; j++) std[j] = 0.5f + fabsf(std[j]);
    for (int j = 0; j < d; j++) {
        double own = 0, squares = 0;
        for (int i = 0; i < n; i++) own += (double)x[i * d + j] / n;
        for (int i = 0; i < n; i++) squares += pow(x[i * d + j] - own, 2) / n;
        for (int i = 0; i < n; i++) {
            want[i * d + j] = ((double)x[i * d + j] - mean[j]) / std[j];
            wide[i * d + j] = x[i * d + j] - (double)mean[j] / std[j];
            anew[i * d + j] = (x[i * d + j] - own) / sqrt(squares);
        }
    }
    standardise_apply(got, mean, std, n, d);
    suspect("x - mean / std, where (x - mean) / std is needed", wide);
    suspect("these rows' own mean and std are used, not the given ones", anew);
    grade_array("x", got, want, AXES("ij", n, d), 1e-5);
}
