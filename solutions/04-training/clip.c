// Gradient clipping: a step may be in any direction, but not of any length.
#include "04-training/training.h"

#include <math.h>
#include <stdlib.h>

// BEGIN SOLUTION 04.14 -
// The sum of g[i]^2, in double: a million squares added in float lose their last digits. It is a sum of sums over pieces
// of one size, so that it is the same however many threads share the pieces.
static double sum_of_squares(const float *g, int n) {
    enum { PIECE = 1 << 16 };
    double total = 0, *sum = alloc_doubles((size_t)n / PIECE + 1);
#pragma omp parallel for
    for (int first = 0; first < n; first += PIECE) {
        double square = 0;
#pragma omp simd reduction(+ : square)
        for (int i = first; i < (n - first < PIECE ? n : first + PIECE); i++) square += (double)g[i] * g[i];
        sum[first / PIECE] = square;
    }
    for (int p = 0; p <= n / PIECE; p++) total += sum[p];
    free(sum);
    return total;
}
// END SOLUTION

// grads[k] has sizes[k] numbers, k = 0..count-1. Returns the length of all of them together, before clipping.
float clip_grad_norm(float *const *grads, const int *sizes, int count, float max_norm) {
    // BEGIN SOLUTION 04.14 clip_grad_norm: one length over all arrays; if it is too large, one factor for all arrays
    double square = 0;
    for (int k = 0; k < count; k++) square += sum_of_squares(grads[k], sizes[k]);
    const double length = sqrt(square);
    if (length > max_norm) {
        const float factor = (float)(max_norm / (length + 1e-6));
        for (int k = 0; k < count; k++) {
#pragma omp parallel for
            for (int i = 0; i < sizes[k]; i++) grads[k][i] *= factor;
        }
    }
    return (float)length;
    // END SOLUTION
}
