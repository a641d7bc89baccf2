// Several rows of floats times one row, side by side: what is loaded of x serves all of them, and no addition waits for
// the one before it. Four at most, with two running sums of eight each, fill the registers.
#include <string.h>

#include "15-inference/inference.h"

enum { GROUP = 4, LANES = 8 };
typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef float vector_in_memory __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

static inline vector load(const float *x) {
    return *(const vector_in_memory *)x;
}

static inline float total(vector sum) {
    float s[LANES];
    memcpy(s, &sum, sizeof s);
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

// Always inlined with a constant number of rows, so that the sums stay in registers.
static inline __attribute__((always_inline)) void group(float *out, const float *w, size_t step, const float *x,
                                                        size_t n, int rows) {
    vector sum[GROUP][2] = {{{0}}};
    size_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        const vector left = load(x + i), right = load(x + i + LANES);
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            sum[r][0] += load(w + (size_t)r * step + i) * left;
            sum[r][1] += load(w + (size_t)r * step + i + LANES) * right;
        }
    }
    for (; i + LANES <= n; i += LANES) {
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) sum[r][0] += load(w + (size_t)r * step + i) * load(x + i);
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
        out[r] = total(sum[r][0] + sum[r][1]);
        for (size_t k = i; k < n; k++) out[r] += w[(size_t)r * step + k] * x[k];
    }
}

void dot_rows_f32(float *out, const float *w, size_t step, const float *x, size_t n, int rows) {
    int r = 0;
    for (; r + GROUP <= rows; r += GROUP) group(out + r, w + (size_t)r * step, step, x, n, GROUP);
    for (; r < rows; r++) group(out + r, w + (size_t)r * step, step, x, n, 1);
}
