// Chapter 13's Llama, frozen, with small things in it that learn. Its roads are those of 13's block.c; beside each
// matrix there may be a thin one, and no matrix gets a gradient of its own. Only the positions of the answers are asked
// for what comes next: once the last layer's attention has looked at all rows, their rows alone go on.
#include <string.h>

#include "09-matmul-cpu/matmul.h"
#include "17-lora/peft_model.h"

// What a batch is about.
struct pass {
    struct peft_model *m;
    struct peft_batch *b;
    struct rng *dropout;  // NULL: none
    int B, T, N;          // T: with the prompt
    const int *which;     // (count) the positions that are asked, b*T + t without the prompt
    int count;
    struct block_context context;
};

static struct pass pass_of(struct peft_model *m, const int *which, int count, struct rng *r, int B, int T) {
    struct pass p = {.m = m, .b = m->batch, .dropout = m->plan.dropout > 0 ? r : NULL, .which = which, .count = count};
    p.B = B;
    p.T = m->plan.prompt + T;
    p.N = B * p.T;
    p.context = (struct block_context){
        .config = &m->config, .B = B, .T = p.T, .causal = true, .cos = p.b->cos, .sin = p.b->sin};
    return p;
}

static void check_batch(const struct peft_model *m, const int *tokens, int B, int T, bool training) {
    const struct peft_batch *b = m->batch;
    if (!b || T > b->T || B * T > b->B * b->T || (training && !b->training))
        die("a batch of %d x %d tokens is larger than the memory that peft_reserve made%s", B, T,
            training ? " for training" : "");
    for (int n = 0; n < B * T; n++)
        if (tokens[n] < 0 || tokens[n] >= m->config.V)
            die("token %d, at row %d, position %d, is outside of the vocabulary of %d", tokens[n], n / T, n % T,
                m->config.V);
}

// ---- the rows that are asked ----------------------------------------------------------------------------------------
// Those that leave layer l's attention.
static int rows_after(const struct pass *p, int l) {
    return l + 1 < p->m->config.L ? p->N : p->count;
}

// The row of the batch, where a prompt stands before each text, of the i-th position that is asked.
static size_t asked_row(const struct pass *p, int i) {
    const int P = p->m->plan.prompt, T = p->T - P, position = p->which[i];
    return (size_t)(position / T) * p->T + P + position % T;
}

// out (count,C) = the rows of x (N,C) that are asked.
static void pick_rows(float *out, const float *x, const struct pass *p) {
    const size_t C = (size_t)p->m->config.C;
    for (int i = 0; i < p->count; i++) memcpy(out + i * C, x + asked_row(p, i) * C, C * sizeof(float));
}

// The way back, in place: x (count,C) becomes (N,C), zeros in the other rows. Positions ascend, so going from the end
// no row is overwritten before it has moved.
static void spread_rows(float *x, const struct pass *p) {
    const size_t C = (size_t)p->m->config.C;
    int i = p->count - 1;
    for (size_t n = (size_t)p->N; n-- > 0;) {
        if (i >= 0 && asked_row(p, i) == n) memmove(x + n * C, x + i-- * C, C * sizeof(float));
        else memset(x + n * C, 0, C * sizeof(float));
    }
}

// ---- a frozen matrix and the thin roads beside it -------------------------------------------------------------------
static const bool *drop(const struct pass *p, struct small_state *s, enum lora_site site, const struct lora *a, int N) {
    if (!p->dropout) return NULL;
    bool *dropped = s->dropped[site];
    for (size_t i = 0; i < (size_t)N * a->I; i++) dropped[i] = rng_uniform(p->dropout) < a->dropout;
    return dropped;
}

// The sites first .. last are rows of one matrix f, and read the same x. out (N, f->O).
static void linear_forward(float *out, const float *x, const struct pass *p, int l, const struct frozen *f,
                           enum lora_site first, enum lora_site last, int N) {
    frozen_forward(out, x, f, NULL, N);
    for (enum lora_site s = first; s <= last; s++) {
        const struct lora *a = &p->m->block[l].lora[s];
        int O, I, row;
        if (!a->R) continue;
        peft_site(&O, &I, &row, &p->m->config, s);
        struct small_state *small = &p->b->small[l];
        lora_forward(out + row, f->O, small->mid[s], x, drop(p, small, s, a, N), a, N);
    }
}

// dx (N, f->I) is written; NULL: nothing below learns.
static void linear_backward(float *dx, const float *dout, const float *x, const struct pass *p, int l,
                            const struct frozen *f, enum lora_site first, enum lora_site last, int N) {
    if (dx) frozen_backward(dx, dout, f, N);
    for (enum lora_site s = first; s <= last; s++) {
        struct lora *a = &p->m->block[l].lora[s];
        int O, I, row;
        if (!a->R) continue;
        peft_site(&O, &I, &row, &p->m->config, s);
        const struct small_state *small = &p->b->small[l];
        lora_backward(dx, a, dout + row, f->O, small->mid[s], x, p->dropout ? small->dropped[s] : NULL, N);
    }
}

// ---- attention, perhaps with a prefix -------------------------------------------------------------------------------
struct view {
    struct attention a;
    float *k, *v;
};

// Keys and values lie in the block's qkv, or, behind a prefix, in arrays of their own.
static struct view look(const struct pass *p, float *qkv, float *k, float *v) {
    const struct gpt_config *c = &p->m->config;
    const int P = p->m->plan.prefix, D = c->C / c->H;
    struct view o = {block_attention(&p->context), qkv + c->C, qkv + c->C + c->G * D};
    if (!P) return o;
    o.a.S = P + p->T;
    o.a.kv_row = (size_t)c->G * D;
    o.a.kv_seq = o.a.S * o.a.kv_row;
    o.k = k;
    o.v = v;
    return o;
}

static void add_rows(float *out, const float *x, int N, int C) {
    const size_t n = (size_t)N * C;
#pragma omp parallel for simd schedule(static) if (parallel : n >= WORTH_THREADS)
    for (size_t i = 0; i < n; i++) out[i] += x[i];
}

static void attend(const struct pass *p, int l) {
    const struct gpt_config *c = &p->m->config;
    const struct peft_block *b = &p->m->block[l];
    struct block_state *s = &p->b->state[l];
    struct small_state *small = &p->b->small[l];
    const int N = p->N, C = c->C, P = p->m->plan.prefix;
    norm_forward(s->norm1, NULL, s->rstd1, s->x, p->m->weights.block[l].norm1, NULL, c->eps, N, C);
    linear_forward(s->qkv, s->norm1, p, l, &b->qkv, SITE_Q, SITE_V, N);
    block_turn(s->qkv, &p->context, false);
    if (P) prefix_forward(small->k, small->v, b->prefix_k, b->prefix_v, s->qkv, p->B, P, p->T, c->H, c->G, C / c->H);
    const struct view o = look(p, s->qkv, small->k, small->v);
    flash_forward(s->att, s->lse, s->qkv, o.k, o.v, &o.a);
    const float *x = s->x, *att = s->att;
    if (l + 1 == c->L) {
        pick_rows(p->b->asked_x, x, p);
        pick_rows(p->b->asked_att, att, p);
        x = p->b->asked_x;
        att = p->b->asked_att;
    }
    linear_forward(s->mid, att, p, l, &b->proj, SITE_O, SITE_O, rows_after(p, l));
    add_rows(s->mid, x, rows_after(p, l), C);
}

// What is below a block's attention learns?
static bool learns_below(const struct pass *p, int l) {
    return l > 0 || p->m->plan.prompt || p->m->plan.norms || p->m->plan.rows;
}

static void attend_backward(const struct pass *p, int l) {
    const struct gpt_config *c = &p->m->config;
    struct peft_block *b = &p->m->block[l];
    const struct block_state *s = &p->b->state[l];
    struct block_scratch *d = &p->b->scratch;
    float *dx = p->b->dx, *dk = p->b->dk, *dv = p->b->dv;
    const int N = p->N, C = c->C, D = C / c->H, P = p->m->plan.prefix;
    const bool below = learns_below(p, l);
    const bool last = l + 1 == c->L;
    linear_backward(d->datt, dx, last ? p->b->asked_att : s->att, p, l, &b->proj, SITE_O, SITE_O, rows_after(p, l));
    if (last) {
        spread_rows(d->datt, p);
        spread_rows(dx, p);
    }
    memset(d->dqkv, 0, (size_t)N * b->qkv.O * sizeof(float));
    const struct view o = look(p, s->qkv, p->b->small[l].k, p->b->small[l].v), g = look(p, d->dqkv, dk, dv);
    if (P) {
        memset(dk, 0, p->B * g.a.kv_seq * sizeof(float));
        memset(dv, 0, p->B * g.a.kv_seq * sizeof(float));
    }
    flash_backward(d->dqkv, g.k, g.v, d->datt, s->att, s->lse, s->qkv, o.k, o.v, &o.a);
    if (P) prefix_backward(b->dprefix_k, b->dprefix_v, d->dqkv, dk, dv, p->B, P, p->T, c->H, c->G, D);
    block_turn(d->dqkv, &p->context, true);
    linear_backward(below ? d->dnorm : NULL, d->dqkv, s->norm1, p, l, &b->qkv, SITE_Q, SITE_V, N);
    if (!below) return;
    norm_backward(dx, p->m->dnorms + (size_t)2 * l * C, NULL, d->dnorm, s->x, NULL, s->rstd1,
                  p->m->weights.block[l].norm1, N, C);
}

// ---- the small network, perhaps with an adapter behind it -----------------------------------------------------------
// An adapter reads what the block gives, and adds to it.
static void mlp(float *out, const struct pass *p, int l) {
    const struct gpt_config *c = &p->m->config;
    const struct peft_block *b = &p->m->block[l];
    struct block_state *s = &p->b->state[l];
    struct small_state *small = &p->b->small[l];
    const int N = rows_after(p, l), C = c->C;
    norm_forward(s->norm2, NULL, s->rstd2, s->mid, p->m->weights.block[l].norm2, NULL, c->eps, N, C);
    linear_forward(s->up, s->norm2, p, l, &b->up, SITE_GATE, SITE_UP, N);
    swiglu_forward(s->act, s->up, N, c->F);
    linear_forward(out, s->act, p, l, &b->down, SITE_DOWN, SITE_DOWN, N);
    add_rows(out, s->mid, N, C);
    if (p->m->plan.adapter)
        adapter_forward(out, small->adapter_in, small->adapter_before, small->adapter_after, &b->adapter, N);
}

static void mlp_backward(const struct pass *p, int l) {
    const struct gpt_config *c = &p->m->config;
    struct peft_block *b = &p->m->block[l];
    const struct block_state *s = &p->b->state[l];
    const struct small_state *small = &p->b->small[l];
    struct block_scratch *d = &p->b->scratch;
    const int N = rows_after(p, l), C = c->C;
    if (p->m->plan.adapter)
        adapter_backward(p->b->dx, &b->adapter, p->b->dadapter, small->adapter_in, small->adapter_before,
                         small->adapter_after, N);
    linear_backward(d->dact, p->b->dx, s->act, p, l, &b->down, SITE_DOWN, SITE_DOWN, N);
    swiglu_backward(d->dup, d->dact, s->up, N, c->F);
    linear_backward(d->dnorm, d->dup, s->norm2, p, l, &b->up, SITE_GATE, SITE_UP, N);
    norm_backward(p->b->dx, p->m->dnorms + (size_t)(2 * l + 1) * C, NULL, d->dnorm, s->mid, NULL, s->rstd2,
                  p->m->weights.block[l].norm2, N, C);
}

// ---- from tokens to rows, and from rows to logits -------------------------------------------------------------------
static void rows_forward(const struct pass *p, const int *tokens) {
    struct peft_model *m = p->m;
    struct peft_batch *b = p->b;
    const struct gpt_config *c = &m->config;
    const int P = m->plan.prompt, T = p->T - P;
    float *words = P ? b->words : b->state[0].x;
    embedding_forward(words, tokens, m->weights.token_table, NULL, p->B, T, c->C);
    if (m->plan.ptuning) ptuning_forward(m->prompt, b->hidden, &m->ptuning);
    if (P) prompt_forward(b->state[0].x, m->prompt, words, p->B, P, T, c->C);
    for (int l = 0; l < c->L; l++) {
        attend(p, l);
        mlp(l + 1 < c->L ? b->state[l + 1].x : b->x, p, l);
    }
}

// Rows of the token table that learn, as what the model reads.
static void table_backward(const struct pass *p, const int *tokens) {
    const struct peft_plan *plan = &p->m->plan;
    const int C = p->m->config.C, T = p->T - plan->prompt;
    for (int i = 0; i < p->B * T; i++) {
        const int row = tokens[i] - plan->row;
        if (row < 0 || row >= plan->rows) continue;
        const float *dx = p->b->dx + ((size_t)(i / T) * p->T + plan->prompt + i % T) * C;
        for (int c = 0; c < C; c++) p->m->dtable[row * C + c] += dx[c];
    }
}

static void rows_backward(const struct pass *p, const int *tokens) {
    struct peft_model *m = p->m;
    struct peft_batch *b = p->b;
    const int P = m->plan.prompt;
    for (int l = m->config.L - 1; l >= 0; l--) {
        mlp_backward(p, l);
        attend_backward(p, l);
    }
    if (m->plan.rows) table_backward(p, tokens);
    if (!P) return;
    if (m->plan.ptuning) memset(m->dprompt, 0, (size_t)P * m->config.C * sizeof(float));
    prompt_backward(m->dprompt, NULL, b->dx, p->B, P, p->T - P, m->config.C);
    if (m->plan.ptuning) ptuning_backward(&m->ptuning, b->dhidden, m->dprompt, b->hidden);
}

static const float *head_forward(const struct pass *p) {
    struct peft_batch *b = p->b;
    const struct gpt_config *c = &p->m->config;
    norm_forward(b->norm, NULL, b->rstd, b->x, p->m->weights.norm, NULL, c->eps, p->count, c->C);
    projection_forward(b->logits, b->norm, p->m->weights.head, NULL, p->count, c->C, c->V);
    return b->logits;
}

static void head_backward(const struct pass *p) {
    struct peft_batch *b = p->b;
    const struct gpt_config *c = &p->m->config;
    const struct frozen head = {c->V, c->C, p->m->weights.head, NULL};
    const size_t C = (size_t)c->C;
    if (p->m->plan.rows && c->tied)  // rows that learn are rows of the head, too
        matmul(MATMUL_TN, p->m->plan.rows, c->C, p->count, 1, b->logits + p->m->plan.row, c->V, b->norm, c->C, 1,
               p->m->dtable, c->C);
    frozen_backward(b->scratch.dnorm, b->logits, &head, p->count);
    memset(b->dx, 0, p->count * C * sizeof(float));
    norm_backward(b->dx, p->m->dnorms + 2 * c->L * C, NULL, b->scratch.dnorm, b->x, NULL, b->rstd, p->m->weights.norm,
                  p->count, c->C);
}

// ---- the model ------------------------------------------------------------------------------------------------------
const float *peft_forward_at(struct peft_model *m, const int *tokens, const int *which, int count, struct rng *r, int B,
                             int T) {
    check_batch(m, tokens, B, T, r && m->plan.dropout > 0);
    const struct pass p = pass_of(m, which, count, r, B, T);
    rows_forward(&p, tokens);
    return head_forward(&p);
}

const float *peft_forward(struct peft_model *m, const int *tokens, struct rng *r, int B, int T) {
    check_batch(m, tokens, B, T, false);
    for (int n = 0; n < B * T; n++) m->batch->which[n] = n;
    return peft_forward_at(m, tokens, m->batch->which, B * T, r, B, T);
}

float peft_backward(struct peft_model *m, float dloss, const int *tokens, const int *targets, struct rng *r, int B,
                    int T) {
    check_batch(m, tokens, B, T, true);
    struct peft_batch *b = m->batch;
    int count = 0;
    for (int n = 0; n < B * T; n++) {
        if (targets[n] < 0) continue;
        b->which[count] = n;
        b->targets[count++] = targets[n];
    }
    if (count == 0) return 0;
    const struct pass p = pass_of(m, b->which, count, r, B, T);
    rows_forward(&p, tokens);
    head_forward(&p);
    const float loss = masked_loss_backward(b->logits, dloss, b->targets, count, m->config.V);
    head_backward(&p);
    rows_backward(&p, tokens);
    return loss;
}
