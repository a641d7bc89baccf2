// Where queries, keys and values lie, and memory for them.
#include <stdlib.h>

#include "12-attention/attention.h"

struct attention attention_self(int B, int T, int H, int G, int D) {
    size_t row = (size_t)(H + 2 * G) * D;
    return (struct attention){
        .B = B, .T = T, .S = T, .H = H, .G = G, .D = D, .q_row = row, .kv_row = row, .kv_seq = T * row};
}

bool attention_worth_threads(const struct attention *a) {
    return (double)a->B * a->H * a->T * a->S * a->D > 1e6;
}

struct attention_state attention_state_alloc(const struct attention_layer *l, int B, int T) {
    size_t N = (size_t)B * T, row = (size_t)(l->H + 2 * l->G) * (l->C / l->H);
    return (struct attention_state){
        .qkv = alloc_floats(N * row), .probs = alloc_floats(N * l->H * T), .heads = alloc_floats(N * l->C)};
}

void attention_state_free(struct attention_state *s) {
    free(s->qkv);
    free(s->probs);
    free(s->heads);
    *s = (struct attention_state){0};
}

void kv_cache_init(struct kv_cache *c, int B, int capacity, int G, int D) {
    size_t floats = (size_t)B * capacity * G * D;
    *c = (struct kv_cache){
        .B = B, .capacity = capacity, .G = G, .D = D, .k = alloc_floats(floats), .v = alloc_floats(floats)};
}

void kv_cache_free(struct kv_cache *c) {
    free(c->k);
    free(c->v);
    *c = (struct kv_cache){0};
}
