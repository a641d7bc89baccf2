// A square root of a matrix: a = l l^T with l lower triangular. Then a x = c is two triangular systems, each solved by
// plain substitution. In double, because squaring the data (normal_equation.c) squares its condition number.
#include <math.h>

#include "01-linear-regression/linreg.h"
#include "common/common.h"

int cholesky_factor(double *l, const double *a, int n) {
    for (int i = 0; i < n * n; i++) l[i] = 0;
    // BEGIN SOLUTION 01.10 cholesky_factor: column by column: the diagonal entry, then those below it
    for (int j = 0; j < n; j++) {
        double pivot = a[j * n + j];
        for (int k = 0; k < j; k++) pivot -= l[j * n + k] * l[j * n + k];
        if (!(pivot > CHOLESKY_TINY * a[j * n + j])) return j;  // written so that NaN is refused too
        l[j * n + j] = sqrt(pivot);
        for (int i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (int k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = sum / l[j * n + j];
        }
    }
    return n;
    // END SOLUTION
}

void cholesky_solve(double *x, const double *l, const double *c, int n) {
    // BEGIN SOLUTION 01.10 cholesky_solve: l z = c from the top (z may live in x), then l^T x = z from below
    for (int i = 0; i < n; i++) {
        double sum = c[i];
        for (int k = 0; k < i; k++) sum -= l[i * n + k] * x[k];
        x[i] = sum / l[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
        double sum = x[i];
        for (int k = i + 1; k < n; k++) sum -= l[k * n + i] * x[k];
        x[i] = sum / l[i * n + i];
    }
    // END SOLUTION
}
