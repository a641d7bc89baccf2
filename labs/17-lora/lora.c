// LoRA: the matrix stays as it is, and a detour through R numbers learns beside it. Two products forward, four back:
// thin_matmul's alpha takes the scale, its beta of 1 adds.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/lora.h"

void lora_init(struct lora *l, struct rng *r) {
    // TODO 17.1 lora_init: A uniform in [-b, b), b = 1/sqrt(I); B zeros
    todo("17.1 lora_init");
}

// kept is x' where something is dropped; NULL: x itself is what the thin road sees.
void lora_forward(float *out, int out_row, float *mid, const float *x, const bool *dropped, const struct lora *l,
                  int N) {
    float *kept = lora_kept(x, dropped, l, N);
    // TODO 17.1 lora_forward: mid = x' A^T; out += scale * mid B^T
    todo("17.1 lora_forward");
    free(kept);
}

// dx' takes the place of x' once dA has been computed: its dropped elements reach nobody, the others were divided.
void lora_backward(float *dx, struct lora *l, const float *dout, int out_row, const float *mid, const float *x,
                   const bool *dropped, int N) {
    float *kept = lora_kept(x, dropped, l, N), *dmid = alloc_floats((size_t)N * l->R);
    // TODO 17.1 lora_backward: dB += scale * dout^T mid; dmid = scale * dout B; dA += dmid^T x'; dx from dmid A
    todo("17.1 lora_backward");
    free(kept);
    free(dmid);
}
