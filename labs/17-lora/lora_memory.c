// Room for LoRA, and what the thin road sees.
#include <stdlib.h>

#include "17-lora/lora.h"

float lora_scale(const struct lora *l) {
    return l->alpha / (float)l->R;
}

void lora_alloc(struct lora *l, int O, int I, int R, float alpha, float dropout) {
    *l = (struct lora){.O = O, .I = I, .R = R, .alpha = alpha, .dropout = dropout};
    size_t a = (size_t)R * I, b = (size_t)O * R;
    l->A = alloc_floats(2 * (a + b));  // one piece, which A names
    l->B = l->A + a;
    l->dA = l->B + b;
    l->dB = l->dA + a;
}

void lora_free(struct lora *l) {
    free(l->A);
    *l = (struct lora){0};
}

float *lora_kept(const float *x, const bool *dropped, const struct lora *l, int N) {
    if (!dropped) return NULL;
    const float grown = 1 / (1 - l->dropout);
    float *kept = alloc_floats((size_t)N * l->I);
    for (size_t i = 0; i < (size_t)N * l->I; i++) kept[i] = dropped[i] ? 0 : x[i] * grown;
    return kept;
}
