// How fast memory can be read: the slanted part of the roofline.
#include <stdlib.h>

#include "09-matmul-cpu/rungs.h"

enum { PASSES = 5, SUMS = 32 };

// Enough running sums that additions never hold up the reading.
static float sum_of(const float *x, size_t n) {
    float sums[SUMS] = {0}, sum = 0;
    for (size_t i = 0; i + SUMS <= n; i += SUMS)
        for (int s = 0; s < SUMS; s++) sums[s] += x[i + (size_t)s];
    for (int s = 0; s < SUMS; s++) sum += sums[s];
    return sum;
}

double read_bandwidth(size_t bytes, int threads) {
    size_t n = bytes / sizeof(float) / (size_t)threads;
    float *memory = alloc_floats(n * (size_t)threads), keep = 0;
    for (size_t i = 0; i < n * (size_t)threads; i++) memory[i] = 1;
    double best = 0;
    for (int pass = 0; pass < PASSES; pass++) {
        double start = clock_seconds();
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(+ : keep)
        for (int t = 0; t < threads; t++) keep += sum_of(memory + (size_t)t * n, n);
        double rate = (double)(n * sizeof(float)) * threads / (clock_seconds() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    free(memory);
    return keep == 0 ? 0 : best;  // keep is never 0; asking makes the compiler compute it
}
