// The whole model: tokens in at the bottom, block upon block, scores for the next token out at the top.
#include <string.h>

#include "13-transformer/transformer.h"

const float *gpt_rows(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    gpt_check_batch(m, tokens, B, T);
    // BEGIN SOLUTION 13.9 gpt_rows: embedding into block 0's x; each block into the next one's x, the last into m->x; norm
    const struct gpt_config *g = &m->config;
    const struct gpt_weights *w = &m->weights;
    struct block_context c = gpt_context(m, length, B, T);
    embedding_forward(m->block[0].x, tokens, w->token_table, w->position_table, B, T, g->C);
    for (int l = 0; l < g->L; l++) {
        float *out = l + 1 < g->L ? m->block[l + 1].x : m->x;
        block_forward(out, &m->block[l], &w->block[l], &c);
    }
    norm_forward(m->norm, m->mean, m->rstd, m->x, w->norm, w->norm_bias, g->eps, B * T, g->C);
    return m->norm;
    // END SOLUTION
}

const float *gpt_forward(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    // BEGIN SOLUTION 13.9 gpt_forward: the rows through the head, which has no bias, into m->logits
    const float *rows = gpt_rows(m, tokens, length, B, T);
    projection_forward(m->logits, rows, m->weights.head, NULL, B * T, m->config.C, m->config.V);
    return m->logits;
    // END SOLUTION
}

float gpt_loss(struct gpt *m, const int *tokens, const int *targets, const int *length, int B, int T) {
    gpt_forward(m, tokens, length, B, T);
    return masked_loss_forward(NULL, m->logits, targets, B * T, m->config.V);
}

void gpt_backward_rows(struct gpt *m, const float *drows, const int *tokens, const int *length, int B, int T) {
    // BEGIN SOLUTION 13.10 gpt_backward_rows: norm (it adds to m->dx: zero that first), blocks from the last to the first, embedding
    const struct gpt_config *g = &m->config;
    const struct gpt_weights *w = &m->weights;
    struct gpt_weights *dw = &m->dweights;
    struct block_context c = gpt_context(m, length, B, T);
    memset(m->dx, 0, (size_t)B * T * g->C * sizeof(float));
    norm_backward(m->dx, dw->norm, dw->norm_bias, drows, m->x, m->mean, m->rstd, w->norm, B * T, g->C);
    for (int l = g->L - 1; l >= 0; l--)
        block_backward(m->dx, &dw->block[l], &m->scratch, &m->block[l], &w->block[l], &c);
    embedding_backward(dw->token_table, dw->position_table, m->dx, tokens, B, T, g->C);
    // END SOLUTION
}

void gpt_backward_logits(struct gpt *m, const int *tokens, const int *length, int B, int T) {
    // BEGIN SOLUTION 13.10 gpt_backward_logits: the head, with m->scratch.dnorm for the gradient of the rows; then the rest
    const struct gpt_config *g = &m->config;
    projection_backward(m->scratch.dnorm, m->dweights.head, NULL, m->logits, m->norm, m->weights.head, B * T, g->C,
                        g->V);
    gpt_backward_rows(m, m->scratch.dnorm, tokens, length, B, T);
    // END SOLUTION
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
