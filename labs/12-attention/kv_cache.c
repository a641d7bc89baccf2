// A text that grows: keys and values are made once, and kept.
#include <stdlib.h>
#include <string.h>

#include "12-attention/attention.h"

void kv_cache_append(struct kv_cache *c, const float *k, const float *v, size_t row, int T) {
    if (T > c->capacity - c->length)
        die("the cache holds %d of %d positions: no room for %d more. Make it larger.", c->length, c->capacity, T);
    // TODO 12.12 kv_cache_append: G*D floats of k and v, for each b and t, to position length + t
    todo("12.12 kv_cache_append");
}

void cached_attention(float *out, struct kv_cache *c, const float *qkv, const float *slope, int T, int H) {
    const size_t row = (size_t)(H + 2 * c->G) * c->D;
    const float *q = qkv, *k = q + (size_t)H * c->D, *v = k + (size_t)c->G * c->D;
    kv_cache_append(c, k, v, row, T);
    struct attention a = {.B = c->B, .T = T, .H = H, .G = c->G, .D = c->D, .q_row = row, .slope = slope};
    // TODO 12.12 cached_attention: a's S, kv_row, kv_seq and causal, for keys that lie in the cache
    todo("12.12 cached_attention");
    float *probs = alloc_floats((size_t)a.B * H * T * a.S);
    attention_forward(out, probs, q, c->k, c->v, &a);
    free(probs);
}
