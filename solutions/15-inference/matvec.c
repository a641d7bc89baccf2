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

// So many rows of w at a time: they wait in the nearest cache while the rows of x pass. (A multiple of 4 suits dot_rows.c.)
enum { CHUNK = 16 };

// out (rows): rows first .. first + rows-1 of w, each times one row of x, which is floats where w is F32, and blocks where not.
static void multiply_rows(float *out, const void *x, const struct matrix *w, int first, int rows) {
    const size_t n = (size_t)w->cols, start = (size_t)first * n;  // the rows start at number `start` of w
    if (w->type != TYPE_F32) {
        // BEGIN SOLUTION 15.4 matvec: in which block do the rows start? dot_rows_q8_0 or dot_rows_q4_0, by w->type
        const size_t block = start / QUANT_BLOCK;
        if (w->type == TYPE_Q8_0) dot_rows_q8_0(out, (const struct block_q8_0 *)w->data + block, x, n, rows);
        else dot_rows_q4_0(out, (const struct block_q4_0 *)w->data + block, x, n, rows);
        // END SOLUTION
        return;
    }
    const float *w_first = (const float *)w->data + start;
    for (int r = 0; r < rows; r++) out[r] = dot_f32(w_first + (size_t)r * n, x, w->cols);
}

// These rows of w with every row of x: columns first .. first + rows-1 of out (N,O). x_row: bytes from one row of x to the next.
static void use_rows(float *out, const void *x, size_t x_row, const struct matrix *w, const float *bias, int first,
                     int rows, int N) {
    for (int n = 0; n < N; n++) {
        float *to = out;
        // BEGIN SOLUTION 15.4 matvec: `to` is the place of out[n,first]
        to += (size_t)n * w->rows + first;
        // END SOLUTION
        multiply_rows(to, (const char *)x + (size_t)n * x_row, w, first, rows);
        for (int r = 0; bias && r < rows; r++) to[r] += bias[first + r];
    }
}

void matvec(float *out, const float *x, const struct matrix *w, const float *bias, int N) {
    const size_t numbers = (size_t)N * w->cols;
    const void *x_rows = x;
    size_t x_row = (size_t)w->cols * sizeof(float);
    struct block_q8_0 *blocks = NULL;
    if (w->type != TYPE_F32) {
        blocks = alloc_zeroed(numbers / QUANT_BLOCK, sizeof *blocks);
        // BEGIN SOLUTION 15.4 matvec: all rows of x as blocks; x_rows and x_row say where they are now
        q8_0_quantize(blocks, x, numbers);
        x_rows = blocks;
        x_row = (size_t)w->cols / QUANT_BLOCK * sizeof *blocks;
        // END SOLUTION
    }
    // A thread takes rows that lie one behind the other: memory is fastest when it is read in order.
#pragma omp parallel for schedule(static) if ((size_t)w->rows * w->cols >= WORTH_THREADS)
    for (int first = 0; first < w->rows; first += CHUNK)
        use_rows(out, x_rows, x_row, w, bias, first, w->rows - first < CHUNK ? w->rows - first : CHUNK, N);
    free(blocks);
}
