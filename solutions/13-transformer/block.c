// One block: a road straight through, and two side roads that read from it and add to it.
#include <string.h>

#include "13-transformer/transformer.h"

void block_attend(struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.7 block_attend: norm1, qkv, turn, flash_forward; mid = x + the heads' answers through proj
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    struct attention a = block_attention(c);
    norm_forward(s->norm1, s->mean1, s->rstd1, s->x, w->norm1, w->norm1_bias, g->eps, N, C);
    projection_forward(s->qkv, s->norm1, w->qkv, w->qkv_bias, N, C, C + 2 * KV);
    block_turn(s->qkv, c, false);
    flash_forward(s->att, s->lse, s->qkv, s->qkv + C, s->qkv + C + KV, &a);
    memcpy(s->mid, s->x, (size_t)N * C * sizeof(float));
    projection_add(s->mid, s->att, w->proj, w->proj_bias, N, C, C);
    // END SOLUTION
}

void block_mlp(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.7 block_mlp: norm2, up, the bend of this shape; out = mid + the result through down
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
    block_attend(s, w, c);
    block_mlp(out, s, w, c);
}

// dx (N,C) is the gradient of out, which is also that of mid by the straight road; the side road's is added.
void block_mlp_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                        const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.8 block_mlp_backward: block_mlp's lines from the last to the first
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, F = g->F;
    projection_backward(scratch->dact, dw->down, dw->down_bias, dx, s->act, w->down, N, F, C);
    if (g->shape == GPT2) gelu_rows_backward(scratch->dup, scratch->dact, s->up, (size_t)N * F);
    else swiglu_backward(scratch->dup, scratch->dact, s->up, N, F);
    projection_backward(scratch->dnorm, dw->up, dw->up_bias, scratch->dup, s->norm2, w->up, N, C, gpt_up_rows(g));
    norm_backward(dx, dw->norm2, dw->norm2_bias, scratch->dnorm, s->mid, s->mean2, s->rstd2, w->norm2, N, C);
    // END SOLUTION
}

void block_attend_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch,
                           const struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // BEGIN SOLUTION 13.8 block_attend_backward: block_attend's lines from the last to the first; dqkv starts at zero
    const struct gpt_config *g = c->config;
    int N = c->B * c->T, C = g->C, D = C / g->H, KV = g->G * D;
    struct attention a = block_attention(c);
    projection_backward(scratch->datt, dw->proj, dw->proj_bias, dx, s->att, w->proj, N, C, C);
    memset(scratch->dqkv, 0, (size_t)N * (C + 2 * KV) * sizeof(float));
    flash_backward(scratch->dqkv, scratch->dqkv + C, scratch->dqkv + C + KV, scratch->datt, s->att, s->lse, s->qkv,
                   s->qkv + C, s->qkv + C + KV, &a);
    block_turn(scratch->dqkv, c, true);
    projection_backward(scratch->dnorm, dw->qkv, dw->qkv_bias, scratch->dqkv, s->norm1, w->qkv, N, C, C + 2 * KV);
    norm_backward(dx, dw->norm1, dw->norm1_bias, scratch->dnorm, s->x, s->mean1, s->rstd1, w->norm1, N, C);
    // END SOLUTION
}

void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c) {
    block_mlp_backward(dx, dw, scratch, s, w, c);
    block_attend_backward(dx, dw, scratch, s, w, c);
}
