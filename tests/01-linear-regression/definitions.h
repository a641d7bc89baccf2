// Graded tests of chapter 01. Every test begins with the chapter's worked example, checked by hand in the text, and goes on
// with random data against a definition in double precision. n is the number of examples, d of features.
// This file has what several of the tests use.
#pragma once
#include "01-linear-regression/linreg.h"
#include "grade/grade.h"

static inline double predict(const float *x_i, const double *w, double b, int d) {
    double sum = b;
    for (int j = 0; j < d; j++) sum += x_i[j] * w[j];
    return sum;
}

// MSE of w, b on the first m of the examples that rows names.
static inline double mse_of(const double *w, double b, const float *x, const float *y, const int *rows, int m, int d) {
    double sum = 0;
    for (int i = 0; i < m; i++) {
        double error = predict(x + rows[i] * d, w, b, d) - y[rows[i]];
        sum += error * error;
    }
    return sum / m;
}

static inline double *copy_doubles(const float *values, int n, double factor) {
    double *copy = grade_doubles(n);
    for (int i = 0; i < n; i++) copy[i] = factor * values[i];
    return copy;
}

static inline int *in_order(int n) {
    int *order = grade_ints(n, 0, 0);
    for (int i = 0; i < n; i++) order[i] = i;
    return order;
}

static inline int *in_disorder(int n) {
    int *order = in_order(n);
    rng_shuffle(grade_rng(), order, n);
    return order;
}

// Solves a (m, m) z = c by elimination with row exchanges: no Cholesky.
static inline void eliminate(double *z, const double *a, const double *c, int m) {
    double *work = grade_doubles(m * (m + 1));
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) work[i * (m + 1) + j] = a[i * m + j];
        work[i * (m + 1) + m] = c[i];
    }
    for (int k = 0; k < m; k++) {
        int pivot = k;
        for (int i = k + 1; i < m; i++)
            if (fabs(work[i * (m + 1) + k]) > fabs(work[pivot * (m + 1) + k])) pivot = i;
        for (int j = 0; j <= m; j++) {
            double kept = work[k * (m + 1) + j];
            work[k * (m + 1) + j] = work[pivot * (m + 1) + j];
            work[pivot * (m + 1) + j] = kept;
        }
        for (int i = k + 1; i < m; i++) {
            double factor = work[i * (m + 1) + k] / work[k * (m + 1) + k];
            for (int j = k; j <= m; j++) work[i * (m + 1) + j] -= factor * work[k * (m + 1) + j];
        }
    }
    for (int i = m - 1; i >= 0; i--) {
        z[i] = work[i * (m + 1) + m];
        for (int j = i + 1; j < m; j++) z[i] -= work[i * (m + 1) + j] * z[j];
        z[i] /= work[i * (m + 1) + i];
    }
}

// wb (d + 1): the minimum of MSE + weight_price |w|^2 + bias_price b^2 on the m examples that rows names.
static inline double *least_squares(const float *x, const float *y, const int *rows, int m, int d, double weight_price,
                                    double bias_price) {
    int u = d + 1;
    double *a = grade_doubles(u * u), *c = grade_doubles(u), *wb = grade_doubles(u);
    for (int t = 0; t < m; t++)
        for (int i = 0; i < u; i++) {
            double x_ti = i < d ? x[rows[t] * d + i] : 1;
            for (int j = 0; j < u; j++) a[i * u + j] += x_ti * (j < d ? x[rows[t] * d + j] : 1) / m;
            c[i] += x_ti * y[rows[t]] / m;
        }
    for (int i = 0; i < d; i++) a[i * u + i] += weight_price;
    a[d * u + d] += bias_price;
    eliminate(wb, a, c, u);
    return wb;
}

// The two points of the text.
static const float EXAMPLE_X[] = {1, 2}, EXAMPLE_Y[] = {3, 5};

struct squares {
    const float *target;
    int n;
    double dloss;
};
