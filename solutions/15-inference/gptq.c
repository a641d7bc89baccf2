// GPTQ: a column's rounding error is made up for by the columns that are still to come.
#include "15-inference/inference.h"

// w (I) is one row, of which number j becomes q: the numbers after j move so that the row's outputs change least.
static void make_up(float *w, float q, const float *U, int j, int I) {
    // BEGIN SOLUTION 15.15 gptq_quantize: the error e = (w[j] - q) / U[j,j], times row j of U, taken off the numbers
    //   after j
    const float *row = U + (size_t)j * I;
    const float e = (w[j] - q) / row[j];
    for (int k = j + 1; k < I; k++) w[k] -= e * row[k];
    // END SOLUTION
}

// Number j of a row w becomes *q. *scale is that of its block, and is kept from one j to the next.
static void round_number(float *q, float *scale, const float *w, int j) {
    // BEGIN SOLUTION 15.15 gptq_quantize: where a block of 32 begins, its scale, from w as it is now; then the nearest
    //   level
    if (j % QUANT_BLOCK == 0) *scale = q4_0_scale(w + j);
    *q = q4_0_nearest(w[j], *scale);
    // END SOLUTION
}

// One row: w (I) -> q (I); w is used up.
static void quantize_row(float *q, float *w, const float *U, int I) {
    float scale = 0;
    for (int j = 0; j < I; j++) {
        round_number(&q[j], &scale, w, j);
        make_up(w, q[j], U, j, I);
    }
}

void gptq_quantize(float *q, float *w, const float *U, int O, int I) {
#pragma omp parallel for schedule(static) if ((size_t)O * I >= WORTH_THREADS)
    for (int o = 0; o < O; o++) quantize_row(q + (size_t)o * I, w + (size_t)o * I, U, I);
}
