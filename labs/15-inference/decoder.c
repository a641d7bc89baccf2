// A model that only reads and writes: weights in any type, and what is remembered of a text.
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"

// ---- weights --------------------------------------------------------------------------------------------------------
// Vectors and the position table stay floats: few numbers, used as they are.
static bool stays_float(const struct gpt_tensor *t) {
    return t->cols == 0 || t->field == offsetof(struct gpt_weights, position_table);
}

static void copy_vectors(struct decoder *d, const float *params) {
    int count;
    struct gpt_tensor *t = gpt_tensors(&d->config, &count);
    size_t floats = 0;
    for (int i = 0; i < count; i++) floats += stays_float(&t[i]) ? t[i].size : 0;
    d->vectors = alloc_floats(floats);
    float *to = d->vectors;
    for (int i = 0; i < count; i++) {
        if (!stays_float(&t[i])) continue;
        memcpy(to, params + t[i].at, t[i].size * sizeof(float));
        *(float **)((char *)&d->weights + t[i].field) = to;
        to += t[i].size;
    }
    free(t);
}

void decoder_init(struct decoder *d, const struct gpt_config *c, const float *params, enum number_type type) {
    const char *fault = gpt_config_fault(c);
    if (fault) die("this model cannot be run: %s", fault);
    const enum number_type table_type = type == TYPE_Q4_0 ? TYPE_Q8_0 : type;
    const int C = c->C, D = C / c->H, half = D / 2;
    struct gpt_weights w;
    gpt_point(&w, c, (float *)params);  // only read
    *d = (struct decoder){.config = *c};
    copy_vectors(d, params);
    d->token_table = matrix_make(table_type, w.token_table, c->V, C);
    d->head = c->tied ? d->token_table : matrix_make(table_type, w.head, c->V, C);
    for (int l = 0; l < c->L; l++) {
        struct decoder_block *b = &d->block[l];
        b->qkv = matrix_make(type, w.block[l].qkv, C + 2 * c->G * D, C);
        b->proj = matrix_make(type, w.block[l].proj, C, C);
        b->up = matrix_make(type, w.block[l].up, gpt_up_rows(c), C);
        b->down = matrix_make(type, w.block[l].down, C, c->F);
    }
    if (c->shape != LLAMA) return;
    d->cos = alloc_floats((size_t)c->T * half);
    d->sin = alloc_floats((size_t)c->T * half);
    rope_table(d->cos, d->sin, c->T, D, c->rope_base);
}

void decoder_free(struct decoder *d) {
    if (!d->config.tied) matrix_free(&d->head);
    matrix_free(&d->token_table);
    for (int l = 0; l < d->config.L; l++) {
        matrix_free(&d->block[l].qkv);
        matrix_free(&d->block[l].proj);
        matrix_free(&d->block[l].up);
        matrix_free(&d->block[l].down);
    }
    free(d->cos);
    free(d->sin);
    free(d->vectors);
    *d = (struct decoder){0};
}

size_t decoder_bytes(const struct decoder *d) {
    int count;
    struct gpt_tensor *t = gpt_tensors(&d->config, &count);
    size_t bytes = matrix_bytes(&d->token_table) + (d->config.tied ? 0 : matrix_bytes(&d->head));
    for (int i = 0; i < count; i++) bytes += stays_float(&t[i]) ? t[i].size * sizeof(float) : 0;
    for (int l = 0; l < d->config.L; l++) {
        const struct decoder_block *b = &d->block[l];
        bytes += matrix_bytes(&b->qkv) + matrix_bytes(&b->proj) + matrix_bytes(&b->up) + matrix_bytes(&b->down);
    }
    free(t);
    return bytes;
}

// ---- what is remembered ---------------------------------------------------------------------------------------------
static float *take(float **memory, size_t n) {
    float *piece = *memory;
    *memory += (n + 15) / 16 * 16;  // the next piece starts at a multiple of 64 bytes, too
    return piece;
}

void decode_init(struct decode_state *s, const struct decoder *d, int B, int capacity, int most) {
    const struct gpt_config *c = &d->config;
    if (B < 1 || most < 1 || capacity < 1 || capacity > c->T)
        die("room for %d texts of %d tokens, %d at a time, does not suit a model of %d positions", B, capacity, most,
            c->T);
    const size_t N = (size_t)B * most, C = c->C, KV = (size_t)c->G * (C / c->H), F = c->F, up = gpt_up_rows(c);
    *s = (struct decode_state){.d = d, .B = B, .most = most};
    for (int l = 0; l < c->L; l++) kv_cache_init(&s->cache[l], B, capacity, c->G, c->C / c->H);
    s->memory = alloc_floats(N * (4 * C + 2 + 2 * KV + up + F + c->V) + 9 * 16);
    float *m = s->memory;
    s->x = take(&m, N * C);
    s->norm = take(&m, N * C);
    s->mean = take(&m, N);
    s->rstd = take(&m, N);
    s->qkv = take(&m, N * (C + 2 * KV));
    s->att = take(&m, N * C);
    s->up = take(&m, N * up);
    s->act = take(&m, N * F);
    s->logits = take(&m, N * c->V);
}

void decode_free(struct decode_state *s) {
    for (int l = 0; s->d && l < s->d->config.L; l++) kv_cache_free(&s->cache[l]);
    free(s->memory);
    *s = (struct decode_state){0};
}

void decode_rewind(struct decode_state *s, int length) {
    if (length < 0 || length > s->length)
        die("cannot go back to position %d of a text of %d tokens", length, s->length);
    s->length = length;
    for (int l = 0; l < s->d->config.L; l++) s->cache[l].length = length;
}

// rows (B,capacity,G*D): text b becomes a copy of text from[b]. copy has room for all that is filled.
static void reorder_rows(float *rows, float *copy, const struct kv_cache *c, const int *from) {
    const size_t text = (size_t)c->capacity * c->G * c->D, filled = (size_t)c->length * c->G * c->D;
    for (int b = 0; b < c->B; b++) memcpy(copy + b * filled, rows + b * text, filled * sizeof(float));
    for (int b = 0; b < c->B; b++)
        if (from[b] != b) memcpy(rows + b * text, copy + from[b] * filled, filled * sizeof(float));
}

void decode_reorder(struct decode_state *s, const int *from) {
    const struct gpt_config *c = &s->d->config;
    bool moves = false;
    for (int b = 0; b < s->B; b++) {
        if (from[b] < 0 || from[b] >= s->B) die("text %d is to become text %d, and there are %d", b, from[b], s->B);
        moves |= from[b] != b;
    }
    if (!moves || s->length == 0) return;
    float *copy = alloc_floats((size_t)s->B * s->length * c->G * (c->C / c->H));
    for (int l = 0; l < c->L; l++) {
        reorder_rows(s->cache[l].k, copy, &s->cache[l], from);
        reorder_rows(s->cache[l].v, copy, &s->cache[l], from);
    }
    free(copy);
}
