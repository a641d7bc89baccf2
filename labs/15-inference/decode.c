// One step of a text that grows: chapter 13's roads for the new tokens only, with what the old ones left behind.
#include <string.h>

#include "15-inference/inference.h"

void decode_attend(struct decode_state *s, int layer, int T) {
    // TODO 15.5 decode_attend: norm1, qkv, RoPE from s->length on, cache_attention, proj; added to s->x
    todo("15.5 decode_attend");
}

void decode_mlp(struct decode_state *s, int layer, int T) {
    // TODO 15.5 decode_mlp: norm2, up, the bend of this shape, down; added to s->x
    todo("15.5 decode_mlp");
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
        // TODO 15.5 decode: the row of this token's position, added to x_n
        todo("15.5 decode");
    }
    // TODO 15.5 decode: all layers; then these tokens belong to what was read
    todo("15.5 decode");
}

const float *decode(struct decode_state *s, const int *tokens, int T) {
    read_tokens(s, tokens, T);
    // TODO 15.5 decode: the last row of each text, one below the other; their norm; the head
    todo("15.5 decode");
    return s->logits;
}

const float *decode_all(struct decode_state *s, const int *tokens, int T) {
    read_tokens(s, tokens, T);
    // TODO 15.5 decode_all: the norm and the head of all rows
    todo("15.5 decode_all");
    return s->logits;
}
