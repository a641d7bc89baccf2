// One block: a road straight through, and two side roads that read from it and add to it.
#include <string.h>

#include "13-transformer/transformer.h"

// Who sees whom among the queries, keys and values of one array qkv.
static struct attention self_attention(const struct block_context *c) {
    const struct gpt_config *g = c->config;
    struct attention a = attention_self(c->B, c->T, g->H, g->G, g->C / g->H);
    a.causal = c->causal;
    a.length = c->length;
    return a;
}

// A Llama's queries and keys, the first H + G heads of a row, are turned by their positions; its values are not.
static void turn(float *qkv, const struct block_context *c, bool back) {
    const struct gpt_config *g = c->config;
    int D = g->C / g->H;
    if (g->shape != LLAMA) return;
    (back ? rope_backward : rope_forward)(qkv, (size_t)(g->H + 2 * g->G) * D, c->cos, c->sin, 0, c->B, c->T,
                                          g->H + g->G, D);
}

// The rows of up: F numbers for GELU, F gates and F values for SwiGLU.
static int up_rows(const struct gpt_config *g) {
    return g->shape == GPT2 ? g->F : 2 * g->F;
}

static void attention_road(float *mid, struct block_state *s, const struct block_weights *w,
                           const struct block_context *c) {
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    // BEGIN SOLUTION 13.7 block_forward: norm1, qkv, turn, flash_forward; mid = x + the heads' answers through proj
    struct attention a = self_attention(c);
    norm_forward(s->norm1, s->mean1, s->rstd1, s->x, w->norm1, w->norm1_bias, g->eps, N, C);
    projection_forward(s->qkv, s->norm1, w->qkv, w->qkv_bias, N, C, C + 2 * KV);
    turn(s->qkv, c, false);
    flash_forward(s->att, s->lse, s->qkv, s->qkv + C, s->qkv + C + KV, &a);
    memcpy(mid, s->x, (size_t)N * C * sizeof(float));
    projection_add(mid, s->att, w->proj, w->proj_bias, N, C, C);
    // END SOLUTION
}

static void mlp_road(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, F = g->F;
    // BEGIN SOLUTION 13.7 block_forward: norm2, up, the bend of this shape; out = mid + the result through down
    norm_forward(s->norm2, s->mean2, s->rstd2, s->mid, w->norm2, w->norm2_bias, g->eps, N, C);
    projection_forward(s->up, s->norm2, w->up, w->up_bias, N, C, up_rows(g));
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
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, F = g->F;
    // BEGIN SOLUTION 13.8 block_backward: mlp_road's lines from the last to the first
    projection_backward(d->dact, dw->down, dw->down_bias, dx, s->act, w->down, N, F, C);
    if (g->shape == GPT2) gelu_rows_backward(d->dup, d->dact, s->up, (size_t)N * F);
    else swiglu_backward(d->dup, d->dact, s->up, N, F);
    projection_backward(d->dnorm, dw->up, dw->up_bias, d->dup, s->norm2, w->up, N, C, up_rows(g));
    norm_backward(dx, dw->norm2, dw->norm2_bias, d->dnorm, s->mid, s->mean2, s->rstd2, w->norm2, N, C);
    // END SOLUTION
}

static void attention_road_backward(float *dx, struct block_weights *dw, struct block_scratch *d,
                                    const struct block_state *s, const struct block_weights *w,
                                    const struct block_context *c) {
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    // BEGIN SOLUTION 13.8 block_backward: attention_road's lines from the last to the first; dqkv starts at zero
    struct attention a = self_attention(c);
    projection_backward(d->datt, dw->proj, dw->proj_bias, dx, s->att, w->proj, N, C, C);
    memset(d->dqkv, 0, (size_t)N * (C + 2 * KV) * sizeof(float));
    flash_backward(d->dqkv, d->dqkv + C, d->dqkv + C + KV, d->datt, s->att, s->lse, s->qkv, s->qkv + C, s->qkv + C + KV,
                   &a);
    turn(d->dqkv, c, true);
    projection_backward(d->dnorm, dw->qkv, dw->qkv_bias, d->dqkv, s->norm1, w->qkv, N, C, C + 2 * KV);
    norm_backward(dx, dw->norm1, dw->norm1_bias, d->dnorm, s->x, s->mean1, s->rstd1, w->norm1, N, C);
    // END SOLUTION
}

void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c) {
    mlp_road_backward(dx, dw, scratch, s, w, c);
    attention_road_backward(dx, dw, scratch, s, w, c);
}
