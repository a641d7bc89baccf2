// Cross-attention: the text that is being written asks, the text that was read answers.
#include <string.h>

#include "13-transformer/models.h"

struct attention cross_attention(const struct cross_context *c) {
    // BEGIN SOLUTION 13.15 cross_forward: B, T, S, H, G = H, D; rows of q are C floats apart, of kv 2C; the sources' lengths
    const struct gpt_config *g = c->config;
    struct attention a = {.B = c->B, .T = c->T, .S = c->S, .H = g->H, .G = g->H, .D = g->C / g->H};
    a.q_row = (size_t)g->C;
    a.kv_row = 2 * (size_t)g->C;
    a.kv_seq = (size_t)c->S * a.kv_row;
    a.length = c->length;
    return a;
    // END SOLUTION
}

void cross_forward(struct cross_state *s, const struct cross_weights *w, const struct cross_context *c) {
    // BEGIN SOLUTION 13.15 cross_forward: norm of x, q from it; kv from the memory; flash_forward; out = x + the answers through proj
    int N = c->B * c->T, M = c->B * c->S, C = c->config->C;
    struct attention a = cross_attention(c);
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm, w->norm_bias, c->config->eps, N, C);
    projection_forward(s->q, s->norm, w->q, w->q_bias, N, C, C);
    projection_forward(s->kv, s->memory, w->kv, w->kv_bias, M, C, 2 * C);
    flash_forward(s->att, s->lse, s->q, s->kv, s->kv + C, &a);
    memcpy(s->out, s->x, (size_t)N * C * sizeof(float));
    projection_add(s->out, s->att, w->proj, w->proj_bias, N, C, C);
    // END SOLUTION
}

// The gradient parts here: by way of the queries it goes on down the decoder, by way of keys and values to the encoder.
void cross_backward(float *dx, float *dmemory, struct cross_weights *dw, struct cross_scratch *scratch,
                    const struct cross_state *s, const struct cross_weights *w, const struct cross_context *c) {
    // BEGIN SOLUTION 13.15 cross_backward: cross_forward's lines from the last to the first; dq and dkv start at zero
    struct cross_scratch *d = scratch;
    int N = c->B * c->T, M = c->B * c->S, C = c->config->C;
    struct attention a = cross_attention(c);
    projection_backward(d->datt, dw->proj, dw->proj_bias, dx, s->att, w->proj, N, C, C);
    memset(d->dq, 0, (size_t)N * C * sizeof(float));
    memset(d->dkv, 0, (size_t)M * 2 * C * sizeof(float));
    flash_backward(d->dq, d->dkv, d->dkv + C, d->datt, s->att, s->lse, s->q, s->kv, s->kv + C, &a);
    projection_backward(d->dmemory, dw->kv, dw->kv_bias, d->dkv, s->memory, w->kv, M, C, 2 * C);
    for (size_t i = 0; i < (size_t)M * C; i++) dmemory[i] += d->dmemory[i];
    projection_backward(d->dnorm, dw->q, dw->q_bias, d->dq, s->norm, w->q, N, C, C);
    norm_backward(dx, dw->norm, dw->norm_bias, d->dnorm, s->x, s->mean, s->rstd, w->norm, N, C);
    // END SOLUTION
}
