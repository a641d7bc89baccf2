// Ridge regression: the normal equation with lambda on the diagonal.
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "common/common.h"

bool ridge_fit(float *w, float *b, const float *x, const float *y, int n, int features, double lambda) {
    int m = features + 1;
    double *a = alloc_doubles((size_t)m * m), *l = alloc_doubles((size_t)m * m);
    double *c = alloc_doubles(m), *solution = alloc_doubles(m);
    bool ok = false;
    // BEGIN SOLUTION 01.11 ridge_fit: as normal_equation, lambda added on the diagonal but not at the bias
    normal_equation_sums(a, c, x, y, n, features);
    for (int j = 0; j < features; j++) a[j * m + j] += lambda;
    ok = cholesky_factor(l, a, m) == m;
    if (ok) {
        cholesky_solve(solution, l, c, m);
        for (int j = 0; j < features; j++) w[j] = (float)solution[j];
        *b = (float)solution[features];
    }
    // END SOLUTION
    free(a), free(l), free(c), free(solution);
    return ok;
}
