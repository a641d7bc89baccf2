// After the training the detour is built into the road: one matrix, no more work than before LoRA.
#include "09-matmul-cpu/matmul.h"
#include "17-lora/lora.h"

void lora_merge(float *w, const struct lora *l) {
    // BEGIN SOLUTION 17.2 lora_merge: w += scale * B A
    matmul(MATMUL_NN, l->O, l->I, l->R, lora_scale(l), l->B, l->R, l->A, l->I, 1, w, l->I);
    // END SOLUTION
}

// Up to rounding: what was added in floats comes off again in floats.
void lora_unmerge(float *w, const struct lora *l) {
    // BEGIN SOLUTION 17.2 lora_unmerge: w -= scale * B A
    matmul(MATMUL_NN, l->O, l->I, l->R, -lora_scale(l), l->B, l->R, l->A, l->I, 1, w, l->I);
    // END SOLUTION
}
