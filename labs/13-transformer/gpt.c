// The whole model: tokens in at the bottom, block upon block, scores for the next token out at the top.
#include <string.h>

#include "13-transformer/transformer.h"

const float *gpt_rows(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    gpt_check_batch(m, tokens, B, T);
    // TODO 13.9 gpt_rows: embedding into block 0's x; each block into the next one's x, the last into m->x; norm
    todo("13.9 gpt_rows");
}

const float *gpt_forward(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    // TODO 13.9 gpt_forward: the rows through the head, which has no bias, into m->logits
    todo("13.9 gpt_forward");
}

float gpt_loss(struct gpt *m, const int *tokens, const int *targets, const int *length, int B, int T) {
    gpt_forward(m, tokens, length, B, T);
    return masked_loss_forward(NULL, m->logits, targets, B * T, m->config.V);
}

void gpt_backward_rows(struct gpt *m, const float *drows, const int *tokens, const int *length, int B, int T) {
    // TODO 13.10 gpt_backward_rows: norm (it adds to m->dx: zero that first), blocks from the last to the first, embedding
    todo("13.10 gpt_backward_rows");
}

void gpt_backward_logits(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    // TODO 13.10 gpt_backward_logits: the head, with m->scratch.dnorm for the gradient of the rows; then the rest
    todo("13.10 gpt_backward_logits");
}

float gpt_backward(struct gpt *m, float dloss, const int *tokens, const int *targets, const int *length, int B, int T) {
    float loss = masked_loss_backward(m->logits, dloss, targets, B * T, m->config.V);
    gpt_backward_logits(m, tokens, length, B, T);
    return loss;
}

void gpt_zero_grads(struct gpt *m) {
#pragma omp parallel for simd schedule(static) if (parallel : m->parameters >= WORTH_THREADS)
    for (size_t i = 0; i < m->parameters; i++) m->grads[i] = 0;
}
