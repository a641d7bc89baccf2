// At the minimum all slopes are zero, and for a linear model that is a linear system: solve it, and no step is needed.
#include "01-linear-regression/linreg.h"

#include <stdlib.h>

#include "common/common.h"

void normal_equation_sums(double *a, double *c, const float *x, const float *y, int n, int features) {
    int m = features + 1;
    for (int i = 0; i < m * m; i++) a[i] = 0;
    for (int i = 0; i < m; i++) c[i] = 0;
    // TODO 01.11 normal_equation_sums: example t adds xt xt^T / n to a and xt y[t] / n to c
    todo("01.11 normal_equation_sums");
}

bool normal_equation(float *w, float *b, const float *x, const float *y, int n, int features) {
    int m = features + 1;
    double *a = alloc_doubles((size_t)m * m), *l = alloc_doubles((size_t)m * m);
    double *c = alloc_doubles(m), *solution = alloc_doubles(m);
    normal_equation_sums(a, c, x, y, n, features);
    bool ok = cholesky_factor(l, a, m) == m;
    if (ok) {
        cholesky_solve(solution, l, c, m);
        for (int j = 0; j < features; j++) w[j] = (float)solution[j];
        *b = (float)solution[features];
    }
    free(a), free(l), free(c), free(solution);
    return ok;
}
