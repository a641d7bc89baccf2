// AdamW over millions of weights. They are read from memory once a step, so that is what it costs.
#include <math.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

enum { CHUNK = 8192 };  // numbers whose squares one thread sums

static double sum_of_squares(const float *x, size_t n) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sum;
}

double grad_norm(const float *g, size_t n) {
    const size_t chunks = (n + CHUNK - 1) / CHUNK;
    double *part = alloc_doubles(chunks), sum = 0;
#pragma omp parallel for schedule(static) if (chunks > 8)
    for (size_t k = 0; k < chunks; k++) {
        const size_t start = k * CHUNK, left = n - start;
        part[k] = sum_of_squares(g + start, left < CHUNK ? left : CHUNK);
    }
    // Whoever summed a chunk, they are added in one order: the same bits with any number of threads.
    for (size_t k = 0; k < chunks; k++) sum += part[k];
    free(part);
    return sqrt(sum);
}

// One weight with its moments. unbias1 = 1 / (1 - beta1^step), unbias2 likewise: divided once, not for every weight.
static inline void update_one(float *w, float *m, float *v, float g, const struct adamw *a, float unbias1,
                              float unbias2) {
    // TODO 14.10 adamw_update: the gradient is g * scale: both moments, then decay and step
    todo("14.10 adamw_update");
}

void adamw_update(float *w, float *m, float *v, const float *g, const struct adamw *a, size_t n) {
    const struct adamw fixed = *a;  // no weight lies in it, which a compiler cannot know of *a
    const float unbias1 = (float)(1 / (1 - pow(a->beta1, a->step)));
    const float unbias2 = (float)(1 / (1 - pow(a->beta2, a->step)));
#pragma omp parallel for simd schedule(static) if (parallel : n > 16384)
    for (size_t i = 0; i < n; i++) update_one(&w[i], &m[i], &v[i], g[i], &fixed, unbias1, unbias2);
}
