// How much a layer's output minds a change of its weights. A row w of weights that changes by d changes the outputs for
// inputs x (n,I) by x d; the mean square of that is d^T H d with H = (x^T x) / n, the same H for every row: half the
// second derivative, hence the name.
#include <math.h>
#include <stdlib.h>

#include "15-inference/inference.h"

void layer_hessian(float *hessian, const float *x, float damp, int n, int I) {
    double *sum = alloc_doubles((size_t)I * I), mean = 0;
    for (int k = 0; k < n; k++) {
        const float *row = x + (size_t)k * I;
        for (int i = 0; i < I; i++)
            for (int j = 0; j <= i; j++) sum[(size_t)i * I + j] += (double)row[i] * row[j];
    }
    for (int i = 0; i < I; i++) mean += sum[(size_t)i * I + i] / n / I;
    for (int i = 0; i < I; i++)
        for (int j = 0; j < I; j++) {
            const double both = i > j ? sum[(size_t)i * I + j] : sum[(size_t)j * I + i];
            hessian[(size_t)i * I + j] = (float)(both / n + (i == j ? damp * mean : 0));
        }
    free(sum);
}

// The upper triangular R (I,I) with hessian = R R^T: Cholesky's method, begun at the last row instead of the first.
static void upper_cholesky(double *R, const float *hessian, int I) {
    for (int j = I - 1; j >= 0; j--) {
        for (int i = j; i >= 0; i--) {
            double rest = hessian[(size_t)i * I + j];
            for (int k = j + 1; k < I; k++) rest -= R[(size_t)i * I + k] * R[(size_t)j * I + k];
            if (i == j && !(rest > 0))
                die("the hessian of %d inputs has no inverse: input %d is a mixture of the others, or there are too "
                    "few samples. Give layer_hessian a damp above 0, as 0.01",
                    I, j);
            R[(size_t)i * I + j] = i == j ? sqrt(rest) : rest / R[(size_t)j * I + j];
        }
    }
}

// The inverse of hessian = R R^T is (R^-1)^T R^-1, so U is R^-1, which is upper triangular too.
void hessian_factor(float *U, const float *hessian, int I) {
    double *R = alloc_doubles((size_t)I * I), *column = alloc_doubles((size_t)I);
    upper_cholesky(R, hessian, I);
    for (int j = 0; j < I; j++) {  // column j of R^-1 solves R u = (column j of the identity), from the bottom up
        for (int i = I - 1; i >= 0; i--) {
            double rest = i == j;
            for (int k = i + 1; k <= j; k++) rest -= R[(size_t)i * I + k] * column[k];
            column[i] = i > j ? 0 : rest / R[(size_t)i * I + i];
            U[(size_t)i * I + j] = (float)column[i];
        }
    }
    free(R);
    free(column);
}
