// What the tests of nf4.c and frozen.c share: NF4 by its published table, and matrices in it.
#pragma once
#include <stdlib.h>

#include "17-lora/lora.h"
#include "grade/grade.h"

// The table that the authors published with their code (bitsandbytes, of Dettmers et al. 2023, "QLoRA").
static const double nf4_published[16] = {-1.0,
                                         -0.6961928009986877,
                                         -0.5250730514526367,
                                         -0.39491748809814453,
                                         -0.28444138169288635,
                                         -0.18477343022823334,
                                         -0.09105003625154495,
                                         0.0,
                                         0.07958029955625534,
                                         0.16093020141124725,
                                         0.24611230194568634,
                                         0.33791524171829224,
                                         0.44070982933044434,
                                         0.5626170039176941,
                                         0.7229568362236023,
                                         1.0};

static inline int nf4_nibble(const struct nf4 *block, int i) {
    return i % 2 ? block->q[i / 2] >> 4 : block->q[i / 2] & 15;
}

// Random blocks, none of which has a scale near another's.
static inline void random_nf4(struct nf4 *block, int blocks) {
    for (int b = 0; b < blocks; b++) {
        block[b].scale = 0.5f + rng_uniform(grade_rng());
        for (int i = 0; i < NF4_BLOCK / 2; i++) block[b].q[i] = (uint8_t)rng_below(grade_rng(), 256);
    }
}

// What blocks stand for, by definition in double.
static inline double *nf4_numbers_of(const struct nf4 *block, int blocks) {
    double *x = grade_doubles(blocks * NF4_BLOCK);
    for (int i = 0; i < blocks * NF4_BLOCK; i++) {
        const struct nf4 *b = &block[i / NF4_BLOCK];
        x[i] = nf4_published[nf4_nibble(b, i % NF4_BLOCK)] * b->scale;
    }
    return x;
}
