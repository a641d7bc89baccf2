// One block: a road straight through, and two side roads that read from it and add to it.
#include <string.h>

#include "13-transformer/transformer.h"

static void attention_road(float *mid, struct block_state *s, const struct block_weights *w,
                           const struct block_context *c) {
    // BEGIN SOLUTION 13.7 block_forward: norm1, qkv, turn, flash_forward; mid = x + the heads' answers through proj
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    struct attention a = block_attention(c);
    norm_forward(s->norm1, s->mean1, s->rstd1, s->x, w->norm1, w->norm1_bias, g->eps, N, C);
    projection_forward(s->qkv, s->norm1, w->qkv, w->qkv_bias, N, C, C + 2 * KV);
    block_turn(s->qkv, c, false);
    flash_forward(s->att, s->lse, s->qkv, s->qkv + C, s->qkv + C + KV, &a);
    memcpy(mid, s->x, (size_t)N * C * sizeof(float));
    projection_add(mid, s->att, w->proj, w->proj_bias, N, C, C);
    // END SOLUTION
}

static void mlp_road(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.7 block_forward: norm2, up, the bend of this shape; out = mid + the result through down
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, F = g->F;
    norm_forward(s->norm2, s->mean2, s->rstd2, s->mid, w->norm2, w->norm2_bias, g->eps, N, C);
    projection_forward(s->up, s->norm2, w->up, w->up_bias, N, C, gpt_up_rows(g));
    if (g->shape == GPT2) gelu_rows_forward(s->act, s->up, (size_t)N * F);
    else swiglu_forward(s->act, s->up, N, F);
    memcpy(out, s->mid, (size_t)N * C * sizeof(float));
    projection_add(out, s->act, w->down, w->down_bias, N, F, C);
    // END SOLUTION
}

void block_forward(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    attention_road(s->mid, s, w, c);
    mlp_road(out, s, w, c);
}

// dx (N,C) is the gradient of out, which is also that of mid by the straight road; the side road's is added.
static void mlp_road_backward(float *dx, struct block_weights *dw, struct block_scratch *d, const struct block_state *s,
                              const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.8 block_backward: mlp_road's lines from the last to the first
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, F = g->F;
    projection_backward(d->dact, dw->down, dw->down_bias, dx, s->act, w->down, N, F, C);
    if (g->shape == GPT2) gelu_rows_backward(d->dup, d->dact, s->up, (size_t)N * F);
    else swiglu_backward(d->dup, d->dact, s->up, N, F);
    projection_backward(d->dnorm, dw->up, dw->up_bias, d->dup, s->norm2, w->up, N, C, gpt_up_rows(g));
    norm_backward(dx, dw->norm2, dw->norm2_bias, d->dnorm, s->mid, s->mean2, s->rstd2, w->norm2, N, C);
    // END SOLUTION
}

static void attention_road_backward(float *dx, struct block_weights *dw, struct block_scratch *d,
                                    const struct block_state *s, const struct block_weights *w,
                                    const struct block_context *c) {
    // BEGIN SOLUTION 13.8 block_backward: attention_road's lines from the last to the first; dqkv starts at zero
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    struct attention a = block_attention(c);
    projection_backward(d->datt, dw->proj, dw->proj_bias, dx, s->att, w->proj, N, C, C);
    memset(d->dqkv, 0, (size_t)N * (C + 2 * KV) * sizeof(float));
    flash_backward(d->dqkv, d->dqkv + C, d->dqkv + C + KV, d->datt, s->att, s->lse, s->qkv, s->qkv + C, s->qkv + C + KV,
                   &a);
    block_turn(d->dqkv, c, true);
    projection_backward(d->dnorm, dw->qkv, dw->qkv_bias, d->dqkv, s->norm1, w->qkv, N, C, C + 2 * KV);
    norm_backward(dx, dw->norm1, dw->norm1_bias, d->dnorm, s->x, s->mean1, s->rstd1, w->norm1, N, C);
    // END SOLUTION
}

void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c) {
    mlp_road_backward(dx, dw, scratch, s, w, c);
    attention_road_backward(dx, dw, scratch, s, w, c);
}
