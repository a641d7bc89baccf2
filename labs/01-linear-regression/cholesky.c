// A square root of a matrix: a = l l^T with l lower triangular. Then a x = c is two triangular systems, each solved by
// plain substitution. In double, because squaring the data (normal_equation.c) squares its condition number.
#include <math.h>

#include "01-linear-regression/linreg.h"
#include "common/common.h"

int cholesky_factor(double *l, const double *a, int n) {
    for (int i = 0; i < n * n; i++) l[i] = 0;
    // TODO 01.10 cholesky_factor: column by column: the diagonal entry, then those below it
    todo("01.10 cholesky_factor");
}

void cholesky_solve(double *x, const double *l, const double *c, int n) {
    // TODO 01.10 cholesky_solve: l z = c from the top (z may live in x), then l^T x = z from below
    todo("01.10 cholesky_solve");
}
