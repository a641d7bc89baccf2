// One step of a server: the decoder on N rows that belong to different texts. All matrices see the N rows as one block;
// only positions and the attention know whose row it is.
#include <stdlib.h>
#include <string.h>

#include "15-inference/serve.h"

void server_init(struct server *s, const struct decoder *d, struct page_pool *pool, int rows) {
    const struct gpt_config *c = &d->config;
    const size_t N = (size_t)rows, qkv = (size_t)c->C + 2 * (size_t)c->G * (c->C / c->H);
    *s = (struct server){.d = d, .pool = pool, .rows = rows};
    s->x = alloc_floats(N * c->C);
    s->norm = alloc_floats(N * c->C);
    s->att = alloc_floats(N * c->C);
    s->mean = alloc_floats(N);
    s->rstd = alloc_floats(N);
    s->qkv = alloc_floats(N * qkv);
    s->up = alloc_floats(N * (size_t)gpt_up_rows(c));
    s->act = alloc_floats(N * c->F);
    s->logits = alloc_floats(N * c->V);
}

void server_free(struct server *s) {
    float *array[] = {s->x, s->norm, s->att, s->mean, s->rstd, s->qkv, s->up, s->act, s->logits};
    for (int i = 0; i < COUNT(array); i++) free(array[i]);
    *s = (struct server){0};
}

static void embed(struct server *s, const struct server_row *row, int N) {
    const int C = s->d->config.C;
    const float *position_table = s->d->weights.position_table;
    for (int n = 0; n < N; n++) {
        float *x_n = s->x + (size_t)n * C;
        matrix_row(x_n, &s->d->token_table, row[n].token);
        const float *position = position_table ? position_table + (size_t)row[n].position * C : NULL;
        for (int c = 0; position && c < C; c++) x_n[c] += position[c];
    }
}

// x += what a side road gives, which lies in s->norm
static void add_road(struct server *s, int N) {
    for (size_t i = 0; i < (size_t)N * s->d->config.C; i++) s->x[i] += s->norm[i];
}

static void attend(struct server *s, int layer, const struct server_row *row, int N) {
    const struct decoder *d = s->d;
    const struct gpt_config *c = &d->config;
    const struct block_weights *w = &d->weights.block[layer];
    const int C = c->C, D = C / c->H, KV = c->G * D, width = C + 2 * KV;
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm1, w->norm1_bias, c->eps, N, C);
    matrix_forward(s->qkv, s->norm, &d->block[layer].qkv, w->qkv_bias, N);
    for (int n = 0; n < N; n++) {
        float *q = s->qkv + (size_t)n * width;
        if (c->shape == LLAMA) rope_forward(q, (size_t)width, d->cos, d->sin, row[n].position, 1, 1, c->H + c->G, D);
        pages_write(s->pool, row[n].table, layer, row[n].position, q + C, q + C + KV);
    }
    // All keys are in place; each row looks at its own text, up to itself.
#pragma omp parallel for schedule(dynamic) if (N > 1)
    for (int n = 0; n < N; n++)
        paged_attention(s->att + (size_t)n * C, s->qkv + (size_t)n * width, s->pool, row[n].table, layer,
                        row[n].position + 1, c->H);
    matrix_forward(s->norm, s->att, &d->block[layer].proj, w->proj_bias, N);
    add_road(s, N);
}

static void mlp(struct server *s, int layer, int N) {
    const struct decoder *d = s->d;
    const struct gpt_config *c = &d->config;
    const struct block_weights *w = &d->weights.block[layer];
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm2, w->norm2_bias, c->eps, N, c->C);
    matrix_forward(s->up, s->norm, &d->block[layer].up, w->up_bias, N);
    if (c->shape == GPT2) gelu_rows_forward(s->act, s->up, (size_t)N * c->F);
    else swiglu_forward(s->act, s->up, N, c->F);
    matrix_forward(s->norm, s->act, &d->block[layer].down, w->down_bias, N);
    add_road(s, N);
}

const float *server_step(struct server *s, const struct server_row *row, int N) {
    const struct gpt_config *c = &s->d->config;
    const struct gpt_weights *w = &s->d->weights;
    embed(s, row, N);
    for (int layer = 0; layer < c->L; layer++) {
        attend(s, layer, row, N);
        mlp(s, layer, N);
    }
    // The head is the largest matrix of a small model: rows whose logits nobody asked for are left out.
    int wanted = 0;
    for (int n = 0; n < N; n++)
        if (row[n].wanted)
            memmove(s->x + (size_t)wanted++ * c->C, s->x + (size_t)n * c->C, (size_t)c->C * sizeof(float));
    if (wanted == 0) return s->logits;
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm, w->norm_bias, c->eps, wanted, c->C);
    matrix_forward(s->logits, s->norm, &s->d->head, NULL, wanted);
    return s->logits;
}
