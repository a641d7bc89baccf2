// LoRA: the matrix stays as it is, and a detour through R numbers learns beside it. Two products forward, four back:
// thin_matmul's alpha takes the scale, its beta of 1 adds.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/lora.h"

void lora_init(struct lora *l, struct rng *r) {
    // BEGIN SOLUTION 17.1 lora_init: A uniform in [-b, b), b = 1/sqrt(I); B zeros
    const float b = 1.0f / sqrtf((float)l->I);
    for (int i = 0; i < l->R * l->I; i++) l->A[i] = (2.0f * rng_uniform(r) - 1.0f) * b;
    memset(l->B, 0, (size_t)l->O * l->R * sizeof(float));
    // END SOLUTION
}

// kept is x' where something is dropped; NULL: x itself is what the thin road sees.
void lora_forward(float *out, int out_row, float *mid, const float *x, const bool *dropped, const struct lora *l,
                  int N) {
    float *kept = lora_kept(x, dropped, l, N);
    // BEGIN SOLUTION 17.1 lora_forward: mid = x' A^T; out += scale * mid B^T
    thin_matmul(MATMUL_NT, N, l->R, l->I, 1, kept ? kept : x, l->I, l->A, l->I, 0, mid, l->R);
    thin_matmul(MATMUL_NT, N, l->O, l->R, lora_scale(l), mid, l->R, l->B, l->R, 1, out, out_row);
    // END SOLUTION
    free(kept);
}

// dx' takes the place of x' once dA has been computed: its dropped elements reach nobody, the others were divided.
void lora_backward(float *dx, struct lora *l, const float *dout, int out_row, const float *mid, const float *x,
                   const bool *dropped, int N) {
    float *kept = lora_kept(x, dropped, l, N), *dmid = alloc_floats((size_t)N * l->R);
    // BEGIN SOLUTION 17.1 lora_backward: dB += scale * dout^T mid; dmid = scale * dout B; dA += dmid^T x'; dx from dmid A
    thin_matmul(MATMUL_TN, l->O, l->R, N, lora_scale(l), dout, out_row, mid, l->R, 1, l->dB, l->R);
    thin_matmul(MATMUL_NN, N, l->R, l->O, lora_scale(l), dout, out_row, l->B, l->R, 0, dmid, l->R);
    thin_matmul(MATMUL_TN, l->R, l->I, N, 1, dmid, l->R, kept ? kept : x, l->I, 1, l->dA, l->I);
    if (dx && !dropped) thin_matmul(MATMUL_NN, N, l->I, l->R, 1, dmid, l->R, l->A, l->I, 1, dx, l->I);
    if (dx && dropped) {
        thin_matmul(MATMUL_NN, N, l->I, l->R, 1 / (1 - l->dropout), dmid, l->R, l->A, l->I, 0, kept, l->I);
        for (size_t i = 0; i < (size_t)N * l->I; i++) dx[i] += dropped[i] ? 0 : kept[i];
    }
    // END SOLUTION
    free(kept);
    free(dmid);
}
