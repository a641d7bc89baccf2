// One step of a text that grows: chapter 13's roads for the new tokens only, with what the old ones left behind.
#include <string.h>

#include "15-inference/inference.h"

void decode_attend(struct decode_state *s, int layer, int T) {
    // BEGIN SOLUTION 15.5 decode_attend: norm1, qkv, RoPE from s->length on, cache_attention, proj; added to s->x
    const struct decoder *d = s->d;
    const struct gpt_config *g = &d->config;
    const struct decoder_block *m = &d->block[layer];
    const struct block_weights *w = &d->weights.block[layer];
    const int N = s->B * T, C = g->C, D = C / g->H, row = C + 2 * g->G * D;
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm1, w->norm1_bias, g->eps, N, C);
    matrix_forward(s->qkv, s->norm, &m->qkv, w->qkv_bias, N);
    if (g->shape == LLAMA) rope_forward(s->qkv, row, d->cos, d->sin, s->length, s->B, T, g->H + g->G, D);
    cache_attention(s->att, &s->cache[layer], s->qkv, T, g->H);
    matrix_forward(s->norm, s->att, &m->proj, w->proj_bias, N);
    for (int i = 0; i < N * C; i++) s->x[i] += s->norm[i];
    // END SOLUTION
}

void decode_mlp(struct decode_state *s, int layer, int T) {
    // BEGIN SOLUTION 15.5 decode_mlp: norm2, up, the bend of this shape, down; added to s->x
    const struct gpt_config *g = &s->d->config;
    const struct decoder_block *m = &s->d->block[layer];
    const struct block_weights *w = &s->d->weights.block[layer];
    const int N = s->B * T, C = g->C, F = g->F;
    norm_forward(s->norm, s->mean, s->rstd, s->x, w->norm2, w->norm2_bias, g->eps, N, C);
    matrix_forward(s->up, s->norm, &m->up, w->up_bias, N);
    if (g->shape == GPT2) gelu_rows_forward(s->act, s->up, (size_t)N * F);
    else swiglu_forward(s->act, s->up, N, F);
    matrix_forward(s->norm, s->act, &m->down, w->down_bias, N);
    for (int i = 0; i < N * C; i++) s->x[i] += s->norm[i];
    // END SOLUTION
}

static void check_tokens(const struct decode_state *s, const int *tokens, int T) {
    const int V = s->d->config.V, capacity = s->cache[0].capacity;
    if (T < 1 || T > s->most) die("%d new tokens at once: decode_init made room for 1 to %d", T, s->most);
    if (s->length + T > capacity)
        die("%d tokens were read and %d are new: the cache has room for %d", s->length, T, capacity);
    for (int n = 0; n < s->B * T; n++)
        if (tokens[n] < 0 || tokens[n] >= V)
            die("token %d, of text %d, is outside of the vocabulary of %d", tokens[n], n / T, V);
}

// From tokens (B,T) to what the last layer leaves in s->x (B,T,C).
static void read_tokens(struct decode_state *s, const int *tokens, int T) {
    const struct decoder *d = s->d;
    const int C = d->config.C;
    check_tokens(s, tokens, T);
    for (int n = 0; n < s->B * T; n++) {
        float *x_n = s->x + (size_t)n * C;
        matrix_row(x_n, &d->token_table, tokens[n]);
        if (!d->weights.position_table) continue;
        // BEGIN SOLUTION 15.5 decode: the row of this token's position, added to x_n
        const float *position = d->weights.position_table + (size_t)(s->length + n % T) * C;
        for (int c = 0; c < C; c++) x_n[c] += position[c];
        // END SOLUTION
    }
    // BEGIN SOLUTION 15.5 decode: all layers; then these tokens belong to what was read
    for (int l = 0; l < d->config.L; l++) {
        decode_attend(s, l, T);
        decode_mlp(s, l, T);
    }
    s->length += T;
    // END SOLUTION
}

const float *decode(struct decode_state *s, const int *tokens, int T) {
    read_tokens(s, tokens, T);
    // BEGIN SOLUTION 15.5 decode: the last row of each text, one below the other; their norm; the head
    const struct decoder *d = s->d;
    const int C = d->config.C;
    for (int b = 0; b < s->B; b++)
        memmove(s->x + (size_t)b * C, s->x + ((size_t)b * T + T - 1) * C, (size_t)C * sizeof(float));
    norm_forward(s->norm, s->mean, s->rstd, s->x, d->weights.norm, d->weights.norm_bias, d->config.eps, s->B, C);
    matrix_forward(s->logits, s->norm, &d->head, NULL, s->B);
    // END SOLUTION
    return s->logits;
}

const float *decode_all(struct decode_state *s, const int *tokens, int T) {
    read_tokens(s, tokens, T);
    // BEGIN SOLUTION 15.5 decode_all: the norm and the head of all rows
    const struct decoder *d = s->d;
    const int N = s->B * T, C = d->config.C;
    norm_forward(s->norm, s->mean, s->rstd, s->x, d->weights.norm, d->weights.norm_bias, d->config.eps, N, C);
    matrix_forward(s->logits, s->norm, &d->head, NULL, N);
    // END SOLUTION
    return s->logits;
}
