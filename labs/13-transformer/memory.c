// A model's memory: the parameters once, and one piece for everything that a batch leaves behind.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "13-transformer/transformer.h"

void gpt_init(struct gpt *m, const struct gpt_config *c, float std, struct rng *r) {
    const char *fault = gpt_config_fault(c);
    if (fault) die("this model cannot be built: %s", fault);
    int count;
    struct gpt_tensor *t = gpt_tensors(c, &count);
    *m = (struct gpt){.config = *c, .parameters = t[count - 1].at + t[count - 1].size, .causal = true};
    m->params = alloc_floats(m->parameters);
    gpt_point(&m->weights, c, m->params);
    for (int i = 0; i < count; i++) {
        float *p = m->params + t[i].at;
        bool residual = strstr(t[i].name, ".proj") || strstr(t[i].name, ".down");
        bool norm = !t[i].cols && strstr(t[i].name, "norm") && !strstr(t[i].name, "bias");
        float scale = residual ? std / sqrtf(2.0f * (float)c->L) : std;
        for (size_t k = 0; k < t[i].size; k++) p[k] = t[i].cols ? scale * rng_normal(r) : norm ? 1.0f : 0.0f;
    }
    free(t);
}

// The next n floats of a piece of memory; with no memory yet (base NULL) it only counts.
struct arena {
    float *base;
    size_t used;
};

static float *take(struct arena *a, size_t n) {
    float *p = a->base ? a->base + a->used : NULL;
    a->used += (n + 15) / 16 * 16;  // the next piece starts at a multiple of 64 bytes, too
    return p;
}

// Everything of a block but its x.
static void take_state(struct block_state *s, struct arena *a, const struct gpt_config *c, int B, int T) {
    size_t N = (size_t)B * T, C = c->C, QKV = C + 2 * (size_t)c->G * (C / c->H);
    s->norm1 = take(a, N * C);
    s->mean1 = take(a, N);
    s->rstd1 = take(a, N);
    s->qkv = take(a, N * QKV);
    s->att = take(a, N * C);
    s->lse = take(a, N * c->H);
    s->mid = take(a, N * C);
    s->norm2 = take(a, N * C);
    s->mean2 = take(a, N);
    s->rstd2 = take(a, N);
    s->up = take(a, N * (c->shape == GPT2 ? c->F : 2 * c->F));
    s->act = take(a, N * c->F);
}

// Without training a block's state is not needed once the next block runs: all share one, and two x take turns.
static void take_blocks(struct gpt *m, struct arena *a, int B, int T, bool training) {
    const struct gpt_config *c = &m->config;
    size_t N = (size_t)B * T;
    float *turns[2] = {NULL, NULL};
    for (int l = 0; l < c->L; l++) {
        if (training || l < 2) turns[l % 2] = take(a, N * c->C);
        if (training || l == 0) take_state(&m->block[l], a, c, B, T);
        else m->block[l] = m->block[0];
        m->block[l].x = turns[l % 2];
    }
}

static void take_scratch(struct block_scratch *d, struct arena *a, const struct gpt_config *c, int B, int T) {
    size_t N = (size_t)B * T, C = c->C;
    d->dnorm = take(a, N * C);
    d->datt = take(a, N * C);
    d->dqkv = take(a, N * (C + 2 * (size_t)c->G * (C / c->H)));
    d->dact = take(a, N * c->F);
    d->dup = take(a, N * (c->shape == GPT2 ? c->F : 2 * c->F));
}

static void take_all(struct gpt *m, struct arena *a, int B, int T, bool training) {
    const struct gpt_config *c = &m->config;
    size_t N = (size_t)B * T, angles = c->shape == LLAMA ? (size_t)T * (c->C / c->H / 2) : 0;
    take_blocks(m, a, B, T, training);
    m->x = take(a, N * c->C);
    m->norm = take(a, N * c->C);
    m->mean = take(a, N);
    m->rstd = take(a, N);
    m->logits = take(a, N * c->V);
    m->cos = take(a, angles);
    m->sin = take(a, angles);
    if (!training) return;
    m->dx = take(a, N * c->C);
    take_scratch(&m->scratch, a, c, B, T);
}

void gpt_reserve(struct gpt *m, int B, int T, bool training) {
    const struct gpt_config *c = &m->config;
    if (B < 1 || T < 1 || T > c->T)
        die("a batch of %d texts of %d tokens does not suit a model of %d positions", B, T, c->T);
    free(m->memory);
    struct arena count = {0};
    take_all(m, &count, B, T, training);
    m->memory_floats = count.used;
    m->memory = alloc_floats(m->memory_floats);
    take_all(m, &(struct arena){.base = m->memory}, B, T, training);
    m->B = B;
    m->T = T;
    if (c->shape == LLAMA) rope_table(m->cos, m->sin, T, c->C / c->H, c->rope_base);
    if (training && !m->grads) {
        m->grads = alloc_floats(m->parameters);
        gpt_point(&m->dweights, c, m->grads);
    }
}

struct block_context gpt_context(const struct gpt *m, const int *length, int B, int T) {
    return (struct block_context){
        .config = &m->config, .B = B, .T = T, .causal = m->causal, .length = length, .cos = m->cos, .sin = m->sin};
}

void gpt_check_batch(const struct gpt *m, const int *tokens, int B, int T) {
    if (B < 1 || T < 1 || T > m->config.T || (size_t)B * T > (size_t)m->B * m->T || T > m->T)
        die("a batch of %d x %d tokens is larger than the memory that gpt_reserve made, %d x %d", B, T, m->B, m->T);
    for (int n = 0; n < B * T; n++)
        if (tokens[n] < 0 || tokens[n] >= m->config.V)
            die("token %d, at row %d, position %d, is outside of the vocabulary of %d", tokens[n], n / T, n % T,
                m->config.V);
}

void gpt_free(struct gpt *m) {
    free(m->params);
    free(m->grads);
    free(m->memory);
    *m = (struct gpt){0};
}
