// A transformer without its small networks: what is left is attention, and a road past it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "03-backprop/backprop.h"
#include "04-training/training.h"
#include "12-attention/toy.h"

const char *const toy_position_names[TOY_POSITIONS] = {"none", "sinusoidal", "learned", "RoPE", "ALiBi"};
static const float EPS = 1e-5f;

// Points w into an array of parameters, if there is one; returns how many there are.
static int point(struct toy_weights *w, const struct toy_config *c, float *params) {
    struct {
        float **name;
        int size;
    } all[4 + 3 * TOY_MAX_LAYERS] = {{&w->tokens, c->V * c->C},
                                     {&w->positions, c->positions == TOY_LEARNED ? c->T * c->C : 0},
                                     {&w->last_norm, c->C},
                                     {&w->head, c->V * c->C}};
    int count = 4, at = 0;
    for (int l = 0; l < c->L; l++) {
        all[count].name = &w->norm[l], all[count++].size = c->C;
        all[count].name = &w->qkv[l], all[count++].size = 3 * c->C * c->C;
        all[count].name = &w->proj[l], all[count++].size = c->C * c->C;
    }
    for (int i = 0; i < count; i++) {
        if (params) *all[i].name = all[i].size ? params + at : NULL;
        at += all[i].size;
    }
    return at;
}

// Norms start at 1, matrices with a variance of 1/C, vectors of tokens and positions with one of 0.4^2.
static void random_weights(struct toy *m, uint64_t seed) {
    const struct toy_config *c = &m->config;
    struct rng r;
    rng_seed(&r, seed, 1);
    float std = 1.0f / sqrtf((float)c->C);
    for (int i = 0; i < m->parameters; i++) m->params[i] = std * rng_normal(&r);
    for (int i = 0; i < c->V * c->C; i++) m->w.tokens[i] *= 0.4f / std;
    for (int i = 0; i < c->T * c->C && m->w.positions; i++) m->w.positions[i] *= 0.4f / std;
    for (int i = 0; i < c->C; i++) {
        m->w.last_norm[i] = 1.0f;
        for (int l = 0; l < c->L; l++) m->w.norm[l][i] = 1.0f;
    }
}

// The tables that the model's kind of positions needs; the rest stays NULL.
static void make_positions(struct toy *m) {
    const struct toy_config *c = &m->config;
    int D = c->C / c->H;
    if (c->positions == TOY_SINUSOIDAL) {
        m->sinusoidal = alloc_floats((size_t)c->T * c->C);
        sinusoidal_positions(m->sinusoidal, c->T, c->C);
    } else if (c->positions == TOY_ROPE) {
        m->cos = alloc_floats((size_t)c->T * D / 2);
        m->sin = alloc_floats((size_t)c->T * D / 2);
        rope_table(m->cos, m->sin, c->T, D, 10000.0f);
    } else if (c->positions == TOY_ALIBI) {
        m->slopes = alloc_floats(c->H);
        alibi_slopes(m->slopes, c->H);
    }
}

void toy_init(struct toy *m, const struct toy_config *c, int B, uint64_t seed) {
    *m = (struct toy){.config = *c, .parameters = point(&m->w, c, NULL)};
    float **const all[] = {&m->params, &m->grads, &m->m, &m->v};
    for (int i = 0; i < COUNT(all); i++) *all[i] = alloc_floats(m->parameters);
    point(&m->w, c, m->params);
    point(&m->dw, c, m->grads);
    random_weights(m, seed);
    make_positions(m);
    size_t N = (size_t)B * c->T, C = c->C, V = c->V;
    for (int l = 0; l <= c->L; l++) m->x[l] = alloc_floats(N * C);
    for (int l = 0; l < c->L; l++) {
        m->layer[l] = (struct attention_layer){.C = c->C,
                                               .H = c->H,
                                               .G = c->H,
                                               .causal = c->causal,
                                               .slope = m->slopes,
                                               .cos = m->cos,
                                               .sin = m->sin,
                                               .qkv = m->w.qkv[l],
                                               .proj = m->w.proj[l]};
        m->state[l] = attention_state_alloc(&m->layer[l], B, c->T);
        m->normed[l] = alloc_floats(N * C);
        m->rstd[l] = alloc_floats(N);
    }
    float **const rows[] = {&m->asked, &m->asked_normed, &m->dx, &m->dnormed, &m->dasked, &m->dasked_normed};
    for (int i = 0; i < COUNT(rows); i++) *rows[i] = alloc_floats(N * C);
    m->asked_rstd = alloc_floats(N);
    float **const scores[] = {&m->logits, &m->probs, &m->dlogits};
    for (int i = 0; i < COUNT(scores); i++) *scores[i] = alloc_floats(N * V);
}

void toy_free(struct toy *m) {
    float *const all[] = {m->params,       m->grads,      m->m,      m->v,       m->sinusoidal, m->cos,
                          m->sin,          m->slopes,     m->asked,  m->dx,      m->probs,      m->dnormed,
                          m->asked_normed, m->asked_rstd, m->logits, m->dlogits, m->dasked,     m->dasked_normed};
    for (int i = 0; i < COUNT(all); i++) free(all[i]);
    for (int l = 0; l <= m->config.L; l++) free(m->x[l]);
    for (int l = 0; l < m->config.L; l++) {
        attention_state_free(&m->state[l]);
        free(m->normed[l]);
        free(m->rstd[l]);
    }
}

void toy_batch_init(struct toy_batch *batch, int B, int T) {
    *batch = (struct toy_batch){.B = B, .T = T};
    batch->tokens = alloc_zeroed((size_t)B * T, sizeof(int));
    batch->length = alloc_zeroed(B, sizeof(int));
    batch->rows = alloc_zeroed((size_t)B * T, sizeof(int));
    batch->targets = alloc_zeroed((size_t)B * T, sizeof(int));
}

void toy_batch_free(struct toy_batch *batch) {
    free(batch->tokens);
    free(batch->length);
    free(batch->rows);
    free(batch->targets);
}

float toy_loss(struct toy *m, const struct toy_batch *batch) {
    const struct toy_config *c = &m->config;
    int B = batch->B, T = batch->T, N = B * T, C = c->C, n = batch->count;
    for (int i = 0; i < N; i++) {
        memcpy(m->x[0] + (size_t)i * C, m->w.tokens + (size_t)batch->tokens[i] * C, C * sizeof(float));
    }
    if (m->sinusoidal) positions_forward(m->x[0], m->sinusoidal, B, T, C);
    if (m->w.positions) positions_forward(m->x[0], m->w.positions, B, T, C);
    for (int l = 0; l < c->L; l++) {
        rmsnorm_forward(m->normed[l], m->rstd[l], m->x[l], m->w.norm[l], EPS, N, C);
        attention_layer_forward(m->x[l + 1], &m->state[l], m->normed[l], &m->layer[l], batch->length, B, T);
        for (int i = 0; i < N * C; i++) m->x[l + 1][i] += m->x[l][i];
    }
    for (int i = 0; i < n; i++) {
        memcpy(m->asked + (size_t)i * C, m->x[c->L] + (size_t)batch->rows[i] * C, C * sizeof(float));
    }
    rmsnorm_forward(m->asked_normed, m->asked_rstd, m->asked, m->w.last_norm, EPS, n, C);
    linear_forward(m->logits, m->asked_normed, m->w.head, NULL, n, C, c->V);
    return cross_entropy_forward(m->probs, m->logits, batch->targets, n, c->V);
}

static void zero(float *x, size_t n) {
    memset(x, 0, n * sizeof *x);
}

static void backward(struct toy *m, const struct toy_batch *batch) {
    const struct toy_config *c = &m->config;
    int B = batch->B, T = batch->T, N = B * T, C = c->C, n = batch->count;
    zero(m->grads, m->parameters);
    zero(m->dlogits, (size_t)n * c->V);
    zero(m->dasked, (size_t)n * C);
    zero(m->dasked_normed, (size_t)n * C);
    zero(m->dx, (size_t)N * C);
    cross_entropy_backward(m->dlogits, 1.0f, m->probs, batch->targets, n, c->V);
    linear_backward(m->dasked_normed, m->dw.head, NULL, m->dlogits, m->asked_normed, m->w.head, n, C, c->V);
    rmsnorm_backward(m->dasked, m->dw.last_norm, m->dasked_normed, m->asked, m->asked_rstd, m->w.last_norm, n, C);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < C; k++) m->dx[(size_t)batch->rows[i] * C + k] += m->dasked[(size_t)i * C + k];
    }
    for (int l = c->L - 1; l >= 0; l--) {  // dx is the gradient of x[l+1], and by the road past the layer of x[l]
        zero(m->dnormed, (size_t)N * C);
        attention_layer_backward(m->dnormed, m->dw.qkv[l], m->dw.proj[l], m->dx, &m->state[l], m->normed[l],
                                 &m->layer[l], batch->length, B, T);
        rmsnorm_backward(m->dx, m->dw.norm[l], m->dnormed, m->x[l], m->rstd[l], m->w.norm[l], N, C);
    }
    if (m->dw.positions) positions_backward(m->dw.positions, m->dx, B, T, C);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < C; k++) m->dw.tokens[(size_t)batch->tokens[i] * C + k] += m->dx[(size_t)i * C + k];
    }
}

float toy_step(struct toy *m, const struct toy_batch *batch, float lr) {
    float loss = toy_loss(m, batch);
    backward(m, batch);
    adamw_step(m->params, m->m, m->v, m->grads, lr, 0.9f, 0.98f, 1e-8f, 0.0f, ++m->steps, m->parameters);
    return loss;
}

float toy_lr(float lr, int s, int steps) {
    return s < steps / 2 ? lr : lr * 2.0f * (float)(steps - s) / (float)steps;
}

int toy_answer(const struct toy *m, int i) {
    int V = m->config.V, best = 0;
    const float *row = m->logits + (size_t)i * V;
    for (int v = 1; v < V; v++) best = row[v] > row[best] ? v : best;
    return best;
}

double toy_accuracy(struct toy *m, const struct toy_batch *batch) {
    int right = 0;
    toy_loss(m, batch);
    for (int i = 0; i < batch->count; i++) right += toy_answer(m, i) == batch->targets[i];
    return (double)right / batch->count;
}
