// Rounding to any number of bits, for show_bits.c and show_qat.c: what the formats would be with other bits, and other
// neighbours.
#pragma once
#include "15-inference/inference.h"

// x (n), in place: all n share one scale, which is an F16. 8 bits: as Q8_0, scale = (largest |x|) / 127. Fewer: as
// Q4_0, with m the number with the largest |x|, scale = m / -(2^bits / 2), levels -(2^bits / 2) .. 2^bits / 2 - 1.
void round_together(float *x, size_t n, int bits);
// A matrix that blocks suit: its rows are whole blocks of 32.
bool rounding_suits(const struct gpt_tensor *t);
