// One text becomes another: the encoder reads all of it, the decoder writes word by word and asks the encoder's rows.
#include <string.h>

#include "13-transformer/models.h"

void teacher_forcing(int *input, const int *targets, int start, int B, int T) {
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            // BEGIN SOLUTION 13.16 teacher_forcing: input[b,t] = targets[b,t-1]; `start` at t = 0 and after a -1
            int before = t ? targets[b * T + t - 1] : -1;
            input[b * T + t] = before < 0 ? start : before;
            // END SOLUTION
        }
    }
}

const float *seq2seq_forward(struct seq2seq *m, const int *source, const int *length, const int *input, int B, int S,
                             int T) {
    gpt_check_batch(&m->decoder, input, B, T);
    // BEGIN SOLUTION 13.16 seq2seq_forward: the encoder's gpt_rows, every layer's memory; then as gpt_forward, with decoder_block_forward
    struct gpt *d = &m->decoder;
    const struct gpt_config *g = &d->config;
    const struct gpt_weights *w = &d->weights;
    struct block_context c = gpt_context(d, NULL, B, T);
    struct cross_context cross = seq2seq_context(m, length, B, S, T);
    const float *memory = gpt_rows(&m->encoder, source, length, B, S);
    embedding_forward(d->block[0].x, input, w->token_table, w->position_table, B, T, g->C);
    for (int l = 0; l < g->L; l++) {
        m->cross[l].memory = memory;
        decoder_block_forward(l + 1 < g->L ? d->block[l + 1].x : d->x, m, l, &c, &cross);
    }
    norm_forward(d->norm, d->mean, d->rstd, d->x, w->norm, w->norm_bias, g->eps, B * T, g->C);
    projection_forward(d->logits, d->norm, w->head, NULL, B * T, g->C, g->V);
    // END SOLUTION
    return m->decoder.logits;
}

float seq2seq_backward(struct seq2seq *m, float dloss, const int *source, const int *length, const int *input,
                       const int *targets, int B, int S, int T) {
    float loss = masked_loss_backward(m->decoder.logits, dloss, targets, B * T, m->decoder.config.V);
    // BEGIN SOLUTION 13.16 seq2seq_backward: as gpt_backward_logits; m->dmemory starts at zero, and with it gpt_backward_rows of the encoder
    struct gpt *d = &m->decoder;
    const struct gpt_config *g = &d->config;
    const struct gpt_weights *w = &d->weights;
    struct gpt_weights *dw = &d->dweights;
    struct block_context c = gpt_context(d, NULL, B, T);
    struct cross_context cross = seq2seq_context(m, length, B, S, T);
    projection_backward(d->scratch.dnorm, dw->head, NULL, d->logits, d->norm, w->head, B * T, g->C, g->V);
    memset(d->dx, 0, (size_t)B * T * g->C * sizeof(float));
    memset(m->dmemory, 0, (size_t)B * S * g->C * sizeof(float));
    norm_backward(d->dx, dw->norm, dw->norm_bias, d->scratch.dnorm, d->x, d->mean, d->rstd, w->norm, B * T, g->C);
    for (int l = g->L - 1; l >= 0; l--) decoder_block_backward(d->dx, m, l, &c, &cross);
    embedding_backward(dw->token_table, dw->position_table, d->dx, input, B, T, g->C);
    gpt_backward_rows(&m->encoder, m->dmemory, source, length, B, S);
    // END SOLUTION
    return loss;
}
