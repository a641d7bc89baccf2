// Loops over one row of numbers. (Given.)
#pragma once

// The sum of x[i] * y[i] over i < n.
static inline float row_dot(const float *x, const float *y, int n) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

// y (n) += factor * x (n)
static inline void row_add(float *y, float factor, const float *x, int n) {
#pragma omp simd
    for (int i = 0; i < n; i++) y[i] += factor * x[i];
}
