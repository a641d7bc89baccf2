// Room for what a batch leaves behind.
#include <stdlib.h>

#include "17-lora/peft_model.h"

// The next n floats of a piece of memory; with no memory yet (base NULL) it only counts.
struct arena {
    float *base;
    size_t used;
};

static float *take(struct arena *a, size_t n) {
    float *p = a->base ? a->base + a->used : NULL;
    a->used += (n + 15) / 16 * 16;
    return p;
}

static void take_state(struct block_state *s, struct arena *a, const struct gpt_config *c, size_t N) {
    const size_t C = (size_t)c->C, F = (size_t)c->F, QKV = C + 2 * (size_t)c->G * (C / c->H);
    s->x = take(a, N * C);
    s->norm1 = take(a, N * C);
    s->rstd1 = take(a, N);
    s->qkv = take(a, N * QKV);
    s->att = take(a, N * C);
    s->lse = take(a, N * c->H);
    s->mid = take(a, N * C);
    s->norm2 = take(a, N * C);
    s->rstd2 = take(a, N);
    s->up = take(a, N * 2 * F);
    s->act = take(a, N * F);
}

static void take_small(struct small_state *s, struct arena *a, const struct peft_model *m, int l, size_t N,
                       size_t keys) {
    for (int i = 0; i < LORA_SITES; i++) s->mid[i] = take(a, N * m->block[l].lora[i].R);
    if (m->plan.adapter) {
        s->adapter_in = take(a, N * m->config.C);
        s->adapter_before = take(a, N * m->plan.adapter);
        s->adapter_after = take(a, N * m->plan.adapter);
    }
    s->k = take(a, keys);
    s->v = take(a, keys);
}

static void take_scratch(struct peft_batch *b, struct arena *a, const struct peft_model *m, size_t N, size_t keys) {
    const size_t C = (size_t)m->config.C, F = (size_t)m->config.F;
    b->scratch.dnorm = take(a, N * C);
    b->scratch.datt = take(a, N * C);
    b->scratch.dqkv = take(a, N * (C + 2 * (size_t)m->config.G * (C / m->config.H)));
    b->scratch.dact = take(a, N * F);
    b->scratch.dup = take(a, N * 2 * F);
    b->dx = take(a, N * C);
    b->dk = take(a, keys);
    b->dv = take(a, keys);
    b->dadapter = take(a, m->plan.adapter ? N * (2 * (size_t)m->plan.adapter + C) : 0);
    b->dhidden = take(a, (size_t)m->ptuning.P * m->ptuning.M);
}

static void take_all(struct peft_batch *b, struct arena *a, const struct peft_model *m) {
    const struct gpt_config *c = &m->config;
    const size_t BT = (size_t)b->B * b->T, C = (size_t)c->C, D = C / c->H, T = (size_t)b->T + (size_t)m->plan.prompt;
    const size_t N = b->B * T, keys = m->plan.prefix ? b->B * (T + m->plan.prefix) * c->G * D : 0;
    for (int l = 0; l < c->L; l++) {
        take_state(&b->state[l], a, c, N);
        take_small(&b->small[l], a, m, l, N, keys);
    }
    b->words = take(a, BT * C);
    b->hidden = take(a, (size_t)m->ptuning.P * m->ptuning.M);
    b->asked_x = take(a, BT * C);
    b->asked_att = take(a, BT * C);
    b->x = take(a, BT * C);
    b->norm = take(a, BT * C);
    b->rstd = take(a, BT);
    b->logits = take(a, BT * c->V);
    b->cos = take(a, T * D / 2);
    b->sin = take(a, T * D / 2);
    if (b->training) take_scratch(b, a, m, N, keys);
}

void peft_batch_free(struct peft_model *m) {
    struct peft_batch *b = m->batch;
    if (!b) return;
    for (int l = 0; l < m->config.L; l++)
        for (int s = 0; s < LORA_SITES; s++) free(b->small[l].dropped[s]);
    free(b->which);
    free(b->targets);
    free(b->memory);
    free(b);
    m->batch = NULL;
}

void peft_reserve(struct peft_model *m, int B, int T, bool training) {
    const struct gpt_config *c = &m->config;
    const int P = m->plan.prompt;
    if (B < 1 || T < 1 || P + T > c->T)
        die("a batch of %d texts of %d tokens behind a prompt of %d does not suit a model of %d positions", B, T, P,
            c->T);
    peft_batch_free(m);
    struct peft_batch *b = m->batch = alloc_zeroed(1, sizeof *b);
    *b = (struct peft_batch){.B = B, .T = T, .training = training};
    struct arena count = {0};
    take_all(b, &count, m);
    b->memory = alloc_floats(count.used);
    take_all(b, &(struct arena){.base = b->memory}, m);
    b->which = alloc_zeroed((size_t)B * T, sizeof *b->which);
    b->targets = alloc_zeroed((size_t)B * T, sizeof *b->targets);
    rope_table(b->cos, b->sin, P + T, c->C / c->H, c->rope_base);
    for (int l = 0; l < c->L; l++)
        for (int s = 0; s < LORA_SITES; s++) {
            const struct lora *a = &m->block[l].lora[s];
            if (training && a->R && a->dropout > 0)
                b->small[l].dropped[s] = alloc_zeroed((size_t)B * (P + T) * a->I, sizeof(bool));
        }
}
