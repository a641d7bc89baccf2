// NF4 (Dettmers et al. 2023): four bits for numbers that are normally distributed, as weights nearly are.
#include <math.h>

#include "17-lora/lora.h"

// In Q4_0 the 16 levels are equally far from each other. Here they lie close together near 0, where most numbers of a
// normal distribution are, and far apart where there are few.
void nf4_levels(float *levels) {
    // TODO 17.3 nf4_levels: levels[0..6] below 0, levels[7] = 0, levels[8..15] above; the quantiles, divided by the largest
    todo("17.3 nf4_levels");
}

// One block x (64).
static void nf4_block(struct nf4 *out, const float *x, const float *levels) {
    // TODO 17.3 nf4_quantize: the scale; of each x / scale the nearest level; two to a byte, the even one in the low half
    todo("17.3 nf4_quantize");
}

// One block -> out (64).
static void nf4_numbers(float *out, const struct nf4 *in, const float *levels) {
    // TODO 17.3 nf4_dequantize: the levels that the half bytes name, times the scale
    todo("17.3 nf4_dequantize");
}

void nf4_quantize(struct nf4 *out, const float *x, size_t n) {
    float levels[16];
    nf4_levels(levels);
    for (size_t b = 0; b < n / NF4_BLOCK; b++) nf4_block(&out[b], x + b * NF4_BLOCK, levels);
}

void nf4_dequantize(float *out, const struct nf4 *in, size_t n) {
    float levels[16];
    nf4_levels(levels);
    for (size_t b = 0; b < n / NF4_BLOCK; b++) nf4_numbers(out + b * NF4_BLOCK, &in[b], levels);
}
