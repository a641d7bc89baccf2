// Rounding to any number of bits.
#include "15-inference/rounding.h"

#include <math.h>

#include "15-inference/half.h"

void round_together(float *x, size_t n, int bits) {
    float m = 0;
    for (size_t i = 0; i < n; i++) m = fabsf(x[i]) > fabsf(m) ? x[i] : m;
    const float half = (float)(1 << (bits - 1));  // of the levels
    const float scale = bits == 8 ? fabsf(m) / 127 : m / -half, kept = half_to_float(float_to_half(scale));
    for (size_t i = 0; i < n && scale != 0; i++)
        x[i] =
            kept * (bits == 8 ? roundf(x[i] / scale) : fminf(floorf(x[i] / scale + half + 0.5f), 2 * half - 1) - half);
}

bool rounding_suits(const struct gpt_tensor *t) {
    return t->cols > 0 && t->cols % QUANT_BLOCK == 0;
}
