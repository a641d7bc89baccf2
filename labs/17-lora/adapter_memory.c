// Room for adapters and for the network that writes a prompt, and where they start.
#include <math.h>
#include <stdlib.h>

#include "17-lora/lora.h"

// The next n floats of a piece of memory.
static float *take(float **at, size_t n) {
    float *p = *at;
    *at += n;
    return p;
}

static void fill_normal(float *x, size_t n, float deviation, struct rng *r) {
    for (size_t i = 0; i < n; i++) x[i] = deviation * rng_normal(r);
}

void adapter_alloc(struct adapter *a, int C, int M, struct rng *r) {
    *a = (struct adapter){.C = C, .M = M};
    const size_t matrix = (size_t)M * C;
    float *at = alloc_floats(2 * (2 * matrix + (size_t)M + (size_t)C));  // one piece, which down names
    a->down = take(&at, matrix);
    a->down_bias = take(&at, (size_t)M);
    a->up = take(&at, matrix);
    a->up_bias = take(&at, (size_t)C);
    a->ddown = take(&at, matrix);
    a->ddown_bias = take(&at, (size_t)M);
    a->dup = take(&at, matrix);
    a->dup_bias = take(&at, (size_t)C);
    fill_normal(a->down, matrix, 1 / sqrtf((float)C), r);
}

void adapter_free(struct adapter *a) {
    free(a->down);
    *a = (struct adapter){0};
}

void ptuning_alloc(struct ptuning *t, int P, int C, int M, float deviation, struct rng *r) {
    *t = (struct ptuning){.P = P, .C = C, .M = M};
    const size_t seeds = (size_t)P * M, in = (size_t)M * M, out = (size_t)C * M;
    float *at = alloc_floats(2 * (seeds + in + (size_t)M + out + (size_t)C));  // one piece, which seeds names
    t->seeds = take(&at, seeds);
    t->in_w = take(&at, in);
    t->in_b = take(&at, (size_t)M);
    t->out_w = take(&at, out);
    t->out_b = take(&at, (size_t)C);
    t->dseeds = take(&at, seeds);
    t->din_w = take(&at, in);
    t->din_b = take(&at, (size_t)M);
    t->dout_w = take(&at, out);
    t->dout_b = take(&at, (size_t)C);
    fill_normal(t->seeds, seeds, 1, r);
    fill_normal(t->in_w, in, 1 / sqrtf((float)M), r);
    fill_normal(t->out_w, out, deviation / sqrtf((float)M), r);
}

void ptuning_free(struct ptuning *t) {
    free(t->seeds);
    *t = (struct ptuning){0};
}
