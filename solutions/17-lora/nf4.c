// NF4 (Dettmers et al. 2023): four bits for numbers that are normally distributed, as weights nearly are.
#include <math.h>

#include "17-lora/lora.h"

// In Q4_0 the 16 levels are equally far from each other. Here they lie close together near 0, where most numbers of a
// normal distribution are, and far apart where there are few.
void nf4_levels(float *levels) {
    // BEGIN SOLUTION 17.3 nf4_levels: levels[0..6] below 0, levels[7] = 0, levels[8..15] above; the quantiles, divided by the largest
    const double offset = 0.9677083, largest = normal_quantile(offset);
    for (int i = 0; i < 7; i++) levels[i] = (float)(-normal_quantile(offset - (offset - 0.5) * i / 7) / largest);
    levels[7] = 0;
    for (int i = 0; i < 8; i++) levels[15 - i] = (float)(normal_quantile(offset - (offset - 0.5) * i / 8) / largest);
    // END SOLUTION
}

// One block x (64).
static void nf4_block(struct nf4 *out, const float *x, const float *levels) {
    // BEGIN SOLUTION 17.3 nf4_quantize: the scale; of each x / scale the nearest level; two to a byte, the even one in the low half
    float largest = 0;
    for (int i = 0; i < NF4_BLOCK; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    out->scale = largest;
    int nearest[NF4_BLOCK];
    for (int i = 0; i < NF4_BLOCK; i++) {
        const float at = largest > 0 ? x[i] / largest : 0;
        nearest[i] = 0;  // as many levels are passed as there are middles between two of them below x
        for (int k = 0; k < 15; k++) nearest[i] += at > (levels[k] + levels[k + 1]) / 2;
    }
    for (int i = 0; i < NF4_BLOCK / 2; i++) out->q[i] = (uint8_t)(nearest[2 * i] | nearest[2 * i + 1] << 4);
    // END SOLUTION
}

// One block -> out (64).
static void nf4_numbers(float *out, const struct nf4 *in, const float *levels) {
    // BEGIN SOLUTION 17.3 nf4_dequantize: the levels that the half bytes name, times the scale
    for (int i = 0; i < NF4_BLOCK / 2; i++) {
        out[2 * i] = levels[in->q[i] & 15] * in->scale;
        out[2 * i + 1] = levels[in->q[i] >> 4] * in->scale;
    }
    // END SOLUTION
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
