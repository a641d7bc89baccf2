// See show_switches.h. One function makes a road of either kind, so that a switch stands in one place.
#include "13-transformer/show_switches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"

static float *take(float **free_floats, size_t n) {
    float *p = *free_floats;
    *free_floats += n;
    return p;
}

static void take_road(struct switched_road *road, float **memory, size_t N, size_t C) {
    road->x = take(memory, N * C);
    road->in = take(memory, N * C);
    road->sum = take(memory, N * C);
    road->mean = take(memory, N);
    road->rstd = take(memory, N);
}

void switched_init(struct switched *m, const struct gpt_config *c, struct switches on, float std, int B, int T,
                   struct rng *r) {
    *m = (struct switched){.on = on};
    gpt_init(&m->gpt, c, std, r);
    gpt_reserve(&m->gpt, B, T, true);
    const size_t N = (size_t)B * T, C = c->C, F = c->F;
    const size_t road = 3 * N * C + 2 * N, layer = 2 * road + N * (4 * C + 2 * F + c->H);
    m->layer = alloc_zeroed((size_t)c->L, sizeof *m->layer);
    m->memory = alloc_floats(c->L * layer + 2 * (size_t)c->L + 1);
    float *memory = m->memory;
    for (int l = 0; l < c->L; l++) {
        struct switched_layer *s = &m->layer[l];
        take_road(&s->attention, &memory, N, C);
        take_road(&s->mlp, &memory, N, C);
        s->qkv = take(&memory, N * 3 * C);
        s->heads = take(&memory, N * C);
        s->lse = take(&memory, N * c->H);
        s->up = take(&memory, N * F);
        s->act = take(&memory, N * F);
    }
    m->slope = take(&memory, (size_t)c->L);
    m->spread = take(&memory, (size_t)c->L + 1);
    if (!on.positions) memset(m->gpt.weights.position_table, 0, (size_t)c->T * C * sizeof(float));
}

void switched_free(struct switched *m) {
    free(m->layer);
    free(m->memory);
    gpt_free(&m->gpt);
}

static struct attention own_attention(const struct switched *m, const int *length) {
    const struct gpt_config *c = &m->gpt.config;
    struct attention a = attention_self(m->gpt.B, m->gpt.T, c->H, c->H, c->C / c->H);
    a.causal = m->gpt.causal;
    a.length = length;
    return a;
}

// What a part reads: the norm of x, or x.
static void enter(const struct switched *m, struct switched_road *road, const float *weight, const float *bias) {
    const struct gpt_config *c = &m->gpt.config;
    const int N = m->gpt.B * m->gpt.T;
    if (m->on.norms == NORM_BEFORE)
        layernorm_forward(road->in, road->mean, road->rstd, road->x, weight, bias, c->eps, N, c->C);
    else memcpy(road->in, road->x, (size_t)N * c->C * sizeof(float));
    if (m->on.residual) memcpy(road->sum, road->x, (size_t)N * c->C * sizeof(float));
    else memset(road->sum, 0, (size_t)N * c->C * sizeof(float));
}

// What the road hands on, once the part has added to its sum.
static void leave(const struct switched *m, float *out, struct switched_road *road, const float *weight,
                  const float *bias) {
    const struct gpt_config *c = &m->gpt.config;
    const int N = m->gpt.B * m->gpt.T;
    if (m->on.norms == NORM_AFTER)
        layernorm_forward(out, road->mean, road->rstd, road->sum, weight, bias, c->eps, N, c->C);
    else memcpy(out, road->sum, (size_t)N * c->C * sizeof(float));
}

static void attention_road(const struct switched *m, float *out, struct switched_layer *s,
                           const struct block_weights *w, const int *length) {
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C;
    if (!m->on.attention) {
        memcpy(out, s->attention.x, (size_t)N * C * sizeof(float));
        return;
    }
    const struct attention a = own_attention(m, length);
    enter(m, &s->attention, w->norm1, w->norm1_bias);
    projection_forward(s->qkv, s->attention.in, w->qkv, w->qkv_bias, N, C, 3 * C);
    flash_forward(s->heads, s->lse, s->qkv, s->qkv + C, s->qkv + 2 * C, &a);
    projection_add(s->attention.sum, s->heads, w->proj, w->proj_bias, N, C, C);
    leave(m, out, &s->attention, w->norm1, w->norm1_bias);
}

static void mlp_road(const struct switched *m, float *out, struct switched_layer *s, const struct block_weights *w) {
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C, F = m->gpt.config.F;
    if (!m->on.mlp) {
        memcpy(out, s->mlp.x, (size_t)N * C * sizeof(float));
        return;
    }
    enter(m, &s->mlp, w->norm2, w->norm2_bias);
    projection_forward(s->up, s->mlp.in, w->up, w->up_bias, N, C, F);
    gelu_rows_forward(s->act, s->up, (size_t)N * F);
    projection_add(s->mlp.sum, s->act, w->down, w->down_bias, N, F, C);
    leave(m, out, &s->mlp, w->norm2, w->norm2_bias);
}

const float *switched_forward(struct switched *m, const int *tokens, const int *length) {
    struct gpt *g = &m->gpt;
    const struct gpt_config *c = &g->config;
    const int N = g->B * g->T;
    gpt_check_batch(g, tokens, g->B, g->T);
    embedding_forward(m->layer[0].attention.x, tokens, g->weights.token_table, g->weights.position_table, g->B, g->T,
                      c->C);
    for (int l = 0; l < c->L; l++) {
        attention_road(m, m->layer[l].mlp.x, &m->layer[l], &g->weights.block[l], length);
        mlp_road(m, l + 1 < c->L ? m->layer[l + 1].attention.x : g->x, &m->layer[l], &g->weights.block[l]);
    }
    if (m->on.norms == NORM_BEFORE)
        layernorm_forward(g->norm, g->mean, g->rstd, g->x, g->weights.norm, g->weights.norm_bias, c->eps, N, c->C);
    else memcpy(g->norm, g->x, (size_t)N * c->C * sizeof(float));
    projection_forward(g->logits, g->norm, g->weights.head, NULL, N, c->C, c->V);
    return g->logits;
}

// dx is the gradient of what the road hands on; makes it that of its sum.
static void leave_backward(struct switched *m, float *dx, const struct switched_road *road, float *dweight,
                           float *dbias, const float *weight) {
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C;
    if (m->on.norms != NORM_AFTER) return;
    float *dout = m->gpt.scratch.dnorm;
    memcpy(dout, dx, (size_t)N * C * sizeof(float));
    memset(dx, 0, (size_t)N * C * sizeof(float));
    layernorm_backward(dx, dweight, dbias, dout, road->sum, road->mean, road->rstd, weight, N, C);
}

// din is the gradient of what the part read, dx that of the road's sum; makes dx that of x.
static void enter_backward(struct switched *m, float *dx, const float *din, const struct switched_road *road,
                           float *dweight, float *dbias, const float *weight) {
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C;
    if (!m->on.residual) memset(dx, 0, (size_t)N * C * sizeof(float));
    if (m->on.norms == NORM_BEFORE)
        layernorm_backward(dx, dweight, dbias, din, road->x, road->mean, road->rstd, weight, N, C);
    else
        for (size_t i = 0; i < (size_t)N * C; i++) dx[i] += din[i];
}

static void attention_road_backward(struct switched *m, float *dx, struct block_weights *dw,
                                    const struct switched_layer *s, const struct block_weights *w, const int *length) {
    if (!m->on.attention) return;
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C;
    struct block_scratch *d = &m->gpt.scratch;
    const struct attention a = own_attention(m, length);
    leave_backward(m, dx, &s->attention, dw->norm1, dw->norm1_bias, w->norm1);
    projection_backward(d->datt, dw->proj, dw->proj_bias, dx, s->heads, w->proj, N, C, C);
    memset(d->dqkv, 0, (size_t)N * 3 * C * sizeof(float));
    flash_backward(d->dqkv, d->dqkv + C, d->dqkv + 2 * C, d->datt, s->heads, s->lse, s->qkv, s->qkv + C, s->qkv + 2 * C,
                   &a);
    projection_backward(d->dnorm, dw->qkv, dw->qkv_bias, d->dqkv, s->attention.in, w->qkv, N, C, 3 * C);
    enter_backward(m, dx, d->dnorm, &s->attention, dw->norm1, dw->norm1_bias, w->norm1);
}

static void mlp_road_backward(struct switched *m, float *dx, struct block_weights *dw, const struct switched_layer *s,
                              const struct block_weights *w) {
    if (!m->on.mlp) return;
    const int N = m->gpt.B * m->gpt.T, C = m->gpt.config.C, F = m->gpt.config.F;
    struct block_scratch *d = &m->gpt.scratch;
    leave_backward(m, dx, &s->mlp, dw->norm2, dw->norm2_bias, w->norm2);
    projection_backward(d->dact, dw->down, dw->down_bias, dx, s->act, w->down, N, F, C);
    gelu_rows_backward(d->dup, d->dact, s->up, (size_t)N * F);
    projection_backward(d->dnorm, dw->up, dw->up_bias, d->dup, s->mlp.in, w->up, N, C, F);
    enter_backward(m, dx, d->dnorm, &s->mlp, dw->norm2, dw->norm2_bias, w->norm2);
}

// The length of the gradient of one layer's weights, which lie side by side from norm1 to the next layer's.
static float layer_slope(const struct gpt *g, int l) {
    const float *start = g->dweights.block[l].norm1, *end = g->dweights.block[l].down_bias + g->config.C;
    double sum = 0;
    for (const float *p = start; p < end; p++) sum += (double)*p * *p;
    return (float)sqrt(sum);
}

// What share of the rows x (B,T,C) is not the same for all tokens of a text: 1 if their mean is zero, 0 if all are
// alike.
static float spread_of(const float *x, int B, int T, int C) {
    double all = 0, common = 0;
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) {
            const float *column = x + (size_t)b * T * C + c;
            double sum = 0;
            for (int t = 0; t < T; t++) {
                sum += column[(size_t)t * C];
                all += (double)column[(size_t)t * C] * column[(size_t)t * C];
            }
            common += sum * sum / T;
        }
    }
    return all > 0 ? (float)sqrt((all - common > 0 ? all - common : 0) / all) : 0;
}

float switched_backward(struct switched *m, const int *tokens, const int *targets, const int *length) {
    struct gpt *g = &m->gpt;
    const struct gpt_config *c = &g->config;
    const int N = g->B * g->T;
    const size_t NC = (size_t)N * c->C;
    float loss = masked_loss_backward(g->logits, 1, targets, N, c->V);
    projection_backward(g->scratch.dnorm, g->dweights.head, NULL, g->logits, g->norm, g->weights.head, N, c->C, c->V);
    if (m->on.norms == NORM_BEFORE) {
        memset(g->dx, 0, NC * sizeof(float));
        layernorm_backward(g->dx, g->dweights.norm, g->dweights.norm_bias, g->scratch.dnorm, g->x, g->mean, g->rstd,
                           g->weights.norm, N, c->C);
    } else memcpy(g->dx, g->scratch.dnorm, NC * sizeof(float));
    m->spread[c->L] = spread_of(g->x, g->B, g->T, c->C);
    for (int l = c->L - 1; l >= 0; l--) {
        mlp_road_backward(m, g->dx, &g->dweights.block[l], &m->layer[l], &g->weights.block[l]);
        attention_road_backward(m, g->dx, &g->dweights.block[l], &m->layer[l], &g->weights.block[l], length);
        m->slope[l] = layer_slope(g, l);
        m->spread[l] = spread_of(m->layer[l].attention.x, g->B, g->T, c->C);
    }
    embedding_backward(g->dweights.token_table, m->on.positions ? g->dweights.position_table : NULL, g->dx, tokens,
                       g->B, g->T, c->C);
    return loss;
}
