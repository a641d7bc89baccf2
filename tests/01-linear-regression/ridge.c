// Tests of ridge.c.
#include "01-linear-regression/definitions.h"

EXERCISE(ridge_fit, .number = "01.11", .points = 5, .needs = "cholesky_factor cholesky_solve normal_equation_sums") {
    float wb2[] = {0, 0};
    grade_true(ridge_fit(wb2, wb2 + 1, EXAMPLE_X, EXAMPLE_Y, 2, 1, 0),
               "ridge with lambda 0 on the two points: got false");
    grade_array("w, b of (1, 3), (2, 5) with lambda 0", wb2, (double[]){2, 1}, AXES("j", 2), 1e-5);
    ridge_fit(wb2, wb2 + 1, EXAMPLE_X, EXAMPLE_Y, 2, 1, 0.25);
    suspect("lambda is not used", (double[]){2, 1});
    suspect("lambda is added at the bias too, which is to cost nothing", (double[]){2.125 / 1.1875, 1.25 / 1.1875});
    grade_array("w, b of (1, 3), (2, 5) with lambda 0.25", wb2, (double[]){1, 2.5}, AXES("j", 2), 1e-5);

    int n = grade_int(7, 19), d = grade_int(2, 5), *all = in_order(n);
    float *x = grade_floats(n * d), *y = grade_floats(n), *got = grade_output(d + 1);
    double lambda = 0.1 + rng_uniform(grade_rng());
    for (int i = 0; i < n; i++) y[i] += 2;  // a bias worth pulling at
    bool ok = ridge_fit(got, got + d, x, y, n, d, lambda);
    grade_true(ok, "%d examples, %d features, lambda %g: got false, expected true", n, d, lambda);
    suspect("lambda is not used", least_squares(x, y, all, n, d, 0, 0));
    suspect("lambda is added at the bias too, which is to cost nothing",
            least_squares(x, y, all, n, d, lambda, lambda));
    suspect("lambda is divided by n; the sums have their 1/n already", least_squares(x, y, all, n, d, lambda / n, 0));
    suspect("lambda * n; the sums have their 1/n already", least_squares(x, y, all, n, d, lambda * n, 0));
    suspect("lambda / 2; both parts of the slope have a 2, and it cancels",
            least_squares(x, y, all, n, d, lambda / 2, 0));
    grade_array("w, then b", got, least_squares(x, y, all, n, d, lambda, 0), AXES("j", d + 1), 1e-4);

    float *kept = grade_copy((float[]){1, 2, 3, 4, 5, 6}, 6);
    ok = ridge_fit(kept, kept + d, x, y, d, d, 0);  // d examples for d + 1 unknowns
    grade_true(!ok, "%d examples for %d unknowns, lambda 0: got true, expected false: there is no unique answer", d,
               d + 1);
    grade_unchanged("w, b where there is no answer", kept);
}
