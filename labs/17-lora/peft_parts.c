// What a frozen model with small things in it owns: where they start, and the list of what learns.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/peft_model.h"

const char *const lora_site_name[LORA_SITES] = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                "gate_proj", "up_proj", "down_proj"};

void peft_site(int *O, int *I, int *row, const struct gpt_config *c, enum lora_site site) {
    const int KV = c->G * (c->C / c->H);
    const struct {
        int O, I, row;
    } of[LORA_SITES] = {{c->C, c->C, 0}, {KV, c->C, c->C},   {KV, c->C, c->C + KV}, {c->C, c->C, 0},
                        {c->F, c->C, 0}, {c->F, c->C, c->F}, {c->C, c->F, 0}};
    *O = of[site].O;
    *I = of[site].I;
    *row = of[site].row;
}

float *peft_site_weights(const struct gpt_weights *w, const struct gpt_config *c, int l, enum lora_site site) {
    const struct block_weights *b = &w->block[l];
    float *const matrix[LORA_SITES] = {b->qkv, b->qkv, b->qkv, b->proj, b->up, b->up, b->down};
    int O, I, row;
    peft_site(&O, &I, &row, c, site);
    return matrix[site] + (size_t)row * I;
}

// ---- what there is --------------------------------------------------------------------------------------------------
static struct frozen freeze(const float *w, int O, int I, bool nf4) {
    struct frozen f = {.O = O, .I = I, .w = w};
    if (!nf4) return f;
    const size_t n = (size_t)O * I;
    if (n % NF4_BLOCK || I % 2) die("NF4 needs matrices of a multiple of %d numbers, not %d x %d", NF4_BLOCK, O, I);
    struct nf4 *q = alloc_zeroed(n / NF4_BLOCK, sizeof *q);
    nf4_quantize(q, w, n);
    f.w = NULL;
    f.q = q;
    return f;
}

static float *normal_floats(size_t n, float deviation, struct rng *r) {
    float *x = alloc_floats(n);
    for (size_t i = 0; i < n; i++) x[i] = deviation * rng_normal(r);
    return x;
}

static void init_block(struct peft_model *m, int l, struct rng *r) {
    const struct gpt_config *c = &m->config;
    const struct peft_plan *p = &m->plan;
    const struct block_weights *w = &m->weights.block[l];
    struct peft_block *b = &m->block[l];
    const int C = c->C, KV = c->G * (C / c->H);
    b->qkv = freeze(w->qkv, C + 2 * KV, C, p->nf4);
    b->proj = freeze(w->proj, C, C, p->nf4);
    b->up = freeze(w->up, 2 * c->F, C, p->nf4);
    b->down = freeze(w->down, C, c->F, p->nf4);
    for (enum lora_site s = 0; s < LORA_SITES; s++) {
        int O, I, row;
        if (p->rank < 1 || !(p->sites >> s & 1)) continue;
        peft_site(&O, &I, &row, c, s);
        lora_alloc(&b->lora[s], O, I, p->rank, p->alpha, p->dropout);
        lora_init(&b->lora[s], r);
    }
    if (p->adapter) adapter_alloc(&b->adapter, C, p->adapter, r);
    if (!p->prefix) return;
    const size_t n = (size_t)p->prefix * KV;
    b->prefix_k = normal_floats(n, 1, r);
    b->prefix_v = normal_floats(n, 0.1f, r);
    b->dprefix_k = alloc_floats(n);
    b->dprefix_v = alloc_floats(n);
}

// The norms may learn: here, not in the caller's parameters.
static void copy_norms(struct peft_model *m) {
    const size_t C = (size_t)m->config.C, L = (size_t)m->config.L;
    m->norms = alloc_floats((2 * L + 1) * C);
    m->dnorms = alloc_floats((2 * L + 1) * C);
    for (size_t i = 0; i <= 2 * L; i++) {
        struct block_weights *b = &m->weights.block[i / 2];
        float **norm = i == 2 * L ? &m->weights.norm : i % 2 ? &b->norm2 : &b->norm1;
        memcpy(m->norms + i * C, *norm, C * sizeof(float));
        *norm = m->norms + i * C;
    }
}

// So may rows of the token table; where it is the head as well, as its rows too.
static void copy_table(struct peft_model *m) {
    const struct gpt_config *c = &m->config;
    const size_t n = (size_t)c->V * c->C;
    if (m->plan.row < 0 || m->plan.row + m->plan.rows > c->V)
        die("rows %d to %d of a table of %d cannot learn", m->plan.row, m->plan.row + m->plan.rows - 1, c->V);
    m->table = memcpy(alloc_floats(n), m->weights.token_table, n * sizeof(float));
    m->dtable = alloc_floats((size_t)m->plan.rows * c->C);
    m->weights.token_table = m->table;
    if (c->tied) m->weights.head = m->table;
}

// A prompt begins as rows of the vocabulary, drawn at random (Lester et al. 2021).
static void init_prompt(struct peft_model *m, struct rng *r) {
    const size_t P = (size_t)m->plan.prompt, C = (size_t)m->config.C, V = (size_t)m->config.V;
    m->prompt = alloc_floats(P * C);
    m->dprompt = alloc_floats(P * C);
    for (size_t p = 0; p < P; p++)
        memcpy(m->prompt + p * C, m->weights.token_table + (size_t)rng_below(r, (int)V) * C, C * sizeof(float));
    double sum = 0;
    for (size_t i = 0; i < V * C; i++) sum += (double)m->weights.token_table[i] * m->weights.token_table[i];
    if (m->plan.ptuning) ptuning_alloc(&m->ptuning, (int)P, (int)C, (int)C / 2, (float)sqrt(sum / (double)(V * C)), r);
}

void peft_init(struct peft_model *m, const struct gpt_config *c, const float *params, const struct peft_plan *plan,
               uint64_t seed) {
    if (c->shape != LLAMA) die("this chapter's model has the shape of a Llama, not of a GPT-2");
    if (plan->ptuning && plan->prompt < 1) die("P-tuning needs a prompt to write: prompt must be 1 or more");
    struct rng r;
    rng_seed(&r, seed, 17);
    *m = (struct peft_model){.config = *c, .plan = *plan, .params = params};
    gpt_point(&m->weights, c, (float *)params);  // read only
    copy_norms(m);
    if (plan->rows) copy_table(m);
    for (int l = 0; l < c->L; l++) init_block(m, l, &r);
    if (plan->prompt) init_prompt(m, &r);
}

// ---- what learns ----------------------------------------------------------------------------------------------------
typedef void piece_function(void *context, float *w, float *g, size_t n);

static void block_pieces(struct peft_model *m, struct peft_block *b, piece_function *f, void *context) {
    for (int s = 0; s < LORA_SITES; s++) {
        struct lora *a = &b->lora[s];
        if (!a->R) continue;
        f(context, a->A, a->dA, (size_t)a->R * a->I);
        f(context, a->B, a->dB, (size_t)a->O * a->R);
    }
    if (m->plan.adapter) {
        struct adapter *a = &b->adapter;
        const size_t M = (size_t)a->M, C = (size_t)a->C;
        f(context, a->down, a->ddown, M * C);
        f(context, a->down_bias, a->ddown_bias, M);
        f(context, a->up, a->dup, C * M);
        f(context, a->up_bias, a->dup_bias, C);
    }
    if (m->plan.prefix) {
        const size_t n = (size_t)m->plan.prefix * m->config.G * (m->config.C / m->config.H);
        f(context, b->prefix_k, b->dprefix_k, n);
        f(context, b->prefix_v, b->dprefix_v, n);
    }
}

// Calls f for every array that learns, always in the same order.
static void each_piece(struct peft_model *m, piece_function *f, void *context) {
    const struct gpt_config *c = &m->config;
    for (int l = 0; l < c->L; l++) block_pieces(m, &m->block[l], f, context);
    if (m->plan.norms) f(context, m->norms, m->dnorms, (2 * (size_t)c->L + 1) * c->C);
    if (m->plan.rows) f(context, m->table + (size_t)m->plan.row * c->C, m->dtable, (size_t)m->plan.rows * c->C);
    if (m->plan.ptuning) {
        struct ptuning *t = &m->ptuning;
        const size_t M = (size_t)t->M, C = (size_t)t->C;
        f(context, t->seeds, t->dseeds, (size_t)t->P * M);
        f(context, t->in_w, t->din_w, M * M);
        f(context, t->in_b, t->din_b, M);
        f(context, t->out_w, t->dout_w, C * M);
        f(context, t->out_b, t->dout_b, C);
    } else if (m->plan.prompt) {
        f(context, m->prompt, m->dprompt, (size_t)m->plan.prompt * c->C);
    }
}

static void count_piece(void *context, float *w, float *g, size_t n) {
    (void)w, (void)g;
    *(size_t *)context += n;
}

static void zero_piece(void *context, float *w, float *g, size_t n) {
    (void)context, (void)w;
    memset(g, 0, n * sizeof *g);
}

static void tune_piece(void *context, float *w, float *g, size_t n) {
    tuner_add(context, w, g, n, false, 1);
}

size_t peft_trainable(struct peft_model *m) {
    size_t n = 0;
    each_piece(m, count_piece, &n);
    return n;
}

void peft_zero_grads(struct peft_model *m) {
    each_piece(m, zero_piece, NULL);
}

// Weight decay pulls to 0. What begins at 0, or near it, and is told to stay small by its size, needs none.
void peft_tune(struct peft_model *m, struct tuner *t) {
    each_piece(m, tune_piece, t);
}

size_t peft_base_bytes(const struct peft_model *m) {
    const struct gpt_config *c = &m->config;
    const size_t tables = (size_t)c->V * c->C * (c->tied ? 1 : 2), norms = (2 * (size_t)c->L + 1) * c->C;
    size_t bytes = (tables + norms) * sizeof(float);
    for (int l = 0; l < c->L; l++) {
        const struct peft_block *b = &m->block[l];
        bytes += frozen_bytes(&b->qkv) + frozen_bytes(&b->proj) + frozen_bytes(&b->up) + frozen_bytes(&b->down);
    }
    return bytes;
}

void peft_free(struct peft_model *m) {
    peft_batch_free(m);
    for (int l = 0; l < m->config.L; l++) {
        struct peft_block *b = &m->block[l];
        const struct frozen *f[] = {&b->qkv, &b->proj, &b->up, &b->down};
        for (int i = 0; i < COUNT(f); i++) free((void *)f[i]->q);
        for (int s = 0; s < LORA_SITES; s++)
            if (b->lora[s].R) lora_free(&b->lora[s]);
        if (m->plan.adapter) adapter_free(&b->adapter);
        free(b->prefix_k);
        free(b->prefix_v);
        free(b->dprefix_k);
        free(b->dprefix_v);
    }
    if (m->plan.ptuning) ptuning_free(&m->ptuning);
    free(m->prompt);
    free(m->dprompt);
    free(m->table);
    free(m->dtable);
    free(m->norms);
    free(m->dnorms);
    *m = (struct peft_model){0};
}
