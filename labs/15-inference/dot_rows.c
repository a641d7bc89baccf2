// Several rows of a quantized matrix times one row: in vectors where the processor has them, else dot.c row by row.
#include "15-inference/dot_avx2.h"

void dot_rows_q8_0(float *out, const struct block_q8_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                   int rows) {
    if (dot_avx2_runs()) dot_avx2_q8_0(out, w, step, x, n, rows);
    else
        for (int r = 0; r < rows; r++) out[r] = dot_q8_0(w + (size_t)r * step, x, n);
}

void dot_rows_q4_0(float *out, const struct block_q4_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                   int rows) {
    if (dot_avx2_runs()) dot_avx2_q4_0(out, w, step, x, n, rows);
    else
        for (int r = 0; r < rows; r++) out[r] = dot_q4_0(w + (size_t)r * step, x, n);
}
