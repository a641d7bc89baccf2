// A few rows times a matrix: the one product of decoding. It has little to compute and much to read.
#include <stdlib.h>

#include "15-inference/inference.h"

// The sum of w[i] * x[i] over n numbers, in 32 running sums: so many that no addition waits for the one before it.
static float dot_f32(const float *w, const float *x, int n) {
    enum { LANES = 32 };
    float sums[LANES] = {0}, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++) sums[lane] += w[i + lane] * x[i + lane];
    for (; i < n; i++) sum += w[i] * x[i];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
    return sum + sums[0];
}

// Row o of w times one row of x, which is floats where w is F32, and blocks where it is not.
static float row_product(const struct matrix *w, int o, const void *x) {
    const size_t n = (size_t)w->cols, first = (size_t)o * n;  // the row starts at number `first`
    // TODO 15.4 matvec: in which block does the row start? dot_q8_0 or dot_q4_0 by w->type
    todo("15.4 matvec");
    return dot_f32((const float *)w->data + first, x, w->cols);
}

// Row o of w, once, with every row of x: column o of out (N,O). x_row: bytes from one row of x to the next.
static void use_row(float *out, const void *x, size_t x_row, const struct matrix *w, int o, const float *bias, int N) {
    for (int n = 0; n < N; n++) {
        float *to = out;
        // TODO 15.4 matvec: `to` is the place of out[n,o]
        todo("15.4 matvec");
        *to = row_product(w, o, (const char *)x + (size_t)n * x_row) + (bias ? bias[o] : 0);
    }
}

void matvec(float *out, const float *x, const struct matrix *w, const float *bias, int N) {
    const size_t numbers = (size_t)N * w->cols;
    const void *rows = x;
    size_t row = (size_t)w->cols * sizeof(float);
    struct block_q8_0 *blocks = NULL;
    if (w->type != TYPE_F32) {
        blocks = alloc_zeroed(numbers / QUANT_BLOCK, sizeof *blocks);
        // TODO 15.4 matvec: the rows of x as blocks; rows and row say where they are now
        todo("15.4 matvec");
    }
    // A thread takes rows that lie one behind the other: memory is fastest when it is read in order.
#pragma omp parallel for schedule(static) if ((size_t)w->rows * w->cols >= WORTH_THREADS)
    for (int o = 0; o < w->rows; o++) use_row(out, rows, row, w, o, bias, N);
    free(blocks);
}
