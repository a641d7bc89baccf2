// The vector version of dot_rows.c, for processors that have AVX2. Not for others to call.
#pragma once
#include "15-inference/inference.h"

bool dot_avx2_runs(void);  // can this processor?
void dot_avx2_q8_0(float *out, const struct block_q8_0 *w, size_t step, const struct block_q8_0 *x, size_t n, int rows);
void dot_avx2_q4_0(float *out, const struct block_q4_0 *w, size_t step, const struct block_q8_0 *x, size_t n, int rows);
