// A few rows times a matrix: the one product of decoding. It has little to compute and much to read, and a thread that
// waits for one stretch of memory could have asked for others. So it reads in four places at once: the rows of w are
// cut into quarters, and row i of each quarter is multiplied side by side.
#include <stdlib.h>

#include "15-inference/inference.h"

enum { QUARTERS = 4 };

// out (rows): rows first, first + quarter, first + 2 quarter ... of w, each times one row of x, which is floats where w
// is F32, and blocks where it is not.
static void multiply_rows(float *out, const void *x, const struct matrix *w, int first, int quarter, int rows) {
    const size_t n = (size_t)w->cols;
    size_t start = (size_t)first * n, step = (size_t)quarter * n;  // both in numbers
    if (w->type == TYPE_F32) {
        dot_rows_f32(out, (const float *)w->data + start, step, x, n, rows);
        return;
    }
    // BEGIN SOLUTION 15.4 matvec: start and step in blocks; then dot_rows_q8_0 or dot_rows_q4_0, by w->type
    start /= QUANT_BLOCK;
    step /= QUANT_BLOCK;
    if (w->type == TYPE_Q8_0) dot_rows_q8_0(out, (const struct block_q8_0 *)w->data + start, step, x, n, rows);
    else dot_rows_q4_0(out, (const struct block_q4_0 *)w->data + start, step, x, n, rows);
    // END SOLUTION
}

// The same rows of w with every row of x, while they are in the cache. x_row: bytes from one row of x to the next.
static void use_rows(float *out, const void *x, size_t x_row, const struct matrix *w, const float *bias, int first,
                     int quarter, int N) {
    int rows = 1;
    while (rows < QUARTERS && first + rows * quarter < w->rows) rows++;
    for (int n = 0; n < N; n++) {
        float sums[QUARTERS];
        multiply_rows(sums, (const char *)x + (size_t)n * x_row, w, first, quarter, rows);
        for (int r = 0; r < rows; r++) {
            // BEGIN SOLUTION 15.4 matvec: which row of w was that? sums[r] and its bias go to out (N,O)
            const int o = first + r * quarter;
            out[(size_t)n * w->rows + o] = sums[r] + (bias ? bias[o] : 0);
            // END SOLUTION
        }
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
    const int quarter = (w->rows + QUARTERS - 1) / QUARTERS;
#pragma omp parallel for schedule(static) if ((size_t)w->rows * w->cols >= WORTH_THREADS)
    for (int first = 0; first < quarter; first++) use_rows(out, x_rows, x_row, w, bias, first, quarter, N);
    free(blocks);
}
