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

// The largest of x (n), n >= 1: the largest of eight that each look at every eighth. (A single one would make every
// comparison wait for the one before it.)
static inline float row_max(const float *x, int n) {
    float max[8];
    for (int lane = 0; lane < 8; lane++) max[lane] = x[0];
    int i = 0;
    for (; i + 8 <= n; i += 8)
        for (int lane = 0; lane < 8; lane++) max[lane] = x[i + lane] > max[lane] ? x[i + lane] : max[lane];
    for (; i < n; i++) max[0] = x[i] > max[0] ? x[i] : max[0];
    for (int lane = 1; lane < 8; lane++) max[0] = max[lane] > max[0] ? max[lane] : max[0];
    return max[0];
}
