// Tests of normal_equation.c.
#include "01-linear-regression/definitions.h"

EXERCISE(normal_equation_sums, .number = "01.11", .points = 5) {
    double a2[4], c2[2];
    normal_equation_sums(a2, c2, EXAMPLE_X, EXAMPLE_Y, 2, 1);
    suspect_factor("the 1/n is missing", 2);
    suspect("the bias's column of ones is missing", (double[]){2.5, 0, 0, 0});
    suspect("the ones of the bias come first; they are the last feature", (double[]){1, 1.5, 1.5, 2.5});
    grade_array("a of (1, 3), (2, 5)", grade_copy_doubles(a2, 4), (double[]){2.5, 1.5, 1.5, 1}, AXES("ij", 2, 2), 1e-6);
    suspect_factor("the 1/n is missing", 2);
    suspect("the bias's entry, the mean of y, is missing", (double[]){6.5, 0});
    grade_array("c of (1, 3), (2, 5)", grade_copy_doubles(c2, 2), (double[]){6.5, 4}, AXES("i", 2), 1e-6);

    int n = grade_int(5, 13), d = grade_int(2, 5), m = d + 1;
    float *x = grade_floats(n * d), *y = grade_floats(n);
    double *a = grade_doubles(m * m), *c = grade_doubles(m), *want_a = grade_doubles(m * m), *want_c = grade_doubles(m);
    double *lower = grade_doubles(m * m), *biasless = grade_doubles(m * m);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            for (int t = 0; t < n; t++) {
                double product = (i < d ? x[t * d + i] : 1.0) * (j < d ? x[t * d + j] : 1.0) / n;
                want_a[i * m + j] += product;
                if (j <= i) lower[i * m + j] += product;
                if (i < d && j < d) biasless[i * m + j] += product;
            }
    for (int i = 0; i < m; i++)
        for (int t = 0; t < n; t++) want_c[i] += (i < d ? x[t * d + i] : 1.0) * y[t] / n;
    normal_equation_sums(a, c, x, y, n, d);
    suspect_factor("the 1/n is missing", n);
    suspect("only the lower triangle is filled", lower);
    suspect("the bias's row and column are missing", biasless);
    grade_array("a", grade_copy_doubles(a, m * m), want_a, AXES("ij", m, m), 1e-5);
    suspect_factor("the 1/n is missing", n);
    grade_array("c", grade_copy_doubles(c, m), want_c, AXES("i", m), 1e-5);
    grade_unchanged("x", x);
}
