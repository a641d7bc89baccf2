// Attention over a cache, as fast as memory gives it out. Chapter 12's cached_attention goes from head to head, and
// each time through the whole cache in steps of one position: for every 64 numbers that it wants it waits for memory.
// Here one query takes the cache position by position, in the order in which it lies there, all heads at a time.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "09-matmul-cpu/matmul.h"
#include "12-attention/rows.h"
#include "15-inference/inference.h"
#include "common/exp_float.h"

// From so many new tokens on, the products of flash attention are worth the packing of all keys and values.
enum { MANY_QUERIES = 8 };

// Positions at a time: each head's numbers of its query serve all of them.
enum { POSITIONS = 4 };

// The softmax of scale * scores.
static void softmax(float *scores, float scale, int n) {
    float max = row_max(scores, n), sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int s = 0; s < n; s++) {
        scores[s] = exp_float(scale * (scores[s] - max));
        sum += scores[s];
    }
    for (int s = 0; s < n; s++) scores[s] /= sum;
}

// out (D) += the sum over `positions` of p times the value v, row floats apart.
static void add_values(float *out, const float *p, const float *v, size_t row, int positions, int D) {
    if (positions < POSITIONS) {
        for (int s = 0; s < positions; s++) row_add(out, p[s], v + (size_t)s * row, D);
        return;
    }
    const float *v1 = v + row, *v2 = v1 + row, *v3 = v2 + row, p0 = p[0], p1 = p[1], p2 = p[2], p3 = p[3];
#pragma omp simd
    for (int d = 0; d < D; d++) out[d] += (p0 * v[d] + p1 * v1[d]) + (p2 * v2[d] + p3 * v3[d]);
}

// The heads first .. end-1 of one query q (H,D), which sees n positions of k and v (n,G,D), row floats apart: out
// (H,D). `share` heads of queries have one of keys. scores has room for n numbers of each head.
static void look(float *out, float *scores, const float *q, const float *k, const float *v, size_t row, int n,
                 int first, int end, int share, int D) {
    for (int s = 0; s < n; s += POSITIONS)
        for (int h = first; h < end; h++)
            dot_rows_f32(scores + (size_t)h * n + s, k + s * row + (size_t)(h / share) * D, row, q + (size_t)h * D,
                         (size_t)D, min_int(POSITIONS, n - s));
    for (int h = first; h < end; h++) softmax(scores + (size_t)h * n, 1 / sqrtf((float)D), n);
    memset(out + (size_t)first * D, 0, (size_t)(end - first) * D * sizeof(float));
    for (int s = 0; s < n; s += POSITIONS)
        for (int h = first; h < end; h++)
            add_values(out + (size_t)h * D, scores + (size_t)h * n + s, v + s * row + (size_t)(h / share) * D, row,
                       min_int(POSITIONS, n - s), D);
}

// Threads share the heads, in two parts: what is left of a position for each is still long enough to be read in a
// piece.
static void look_one_by_one(float *out, const float *q, const struct kv_cache *c, const struct attention *a) {
    const int H = a->H, D = a->D, parts = H > 1 ? 2 : 1;
#pragma omp parallel for collapse(2) schedule(static) if (attention_worth_threads(a))
    for (int b = 0; b < a->B; b++)
        for (int part = 0; part < parts; part++) {
            float *scores = alloc_floats((size_t)H * a->S);
            for (int t = 0; t < a->T; t++) {
                const size_t bt = (size_t)b * a->T + t, kv = b * a->kv_seq;
                look(out + bt * H * D, scores, q + bt * a->q_row, c->k + kv, c->v + kv, a->kv_row, a->S - a->T + t + 1,
                     part * H / parts, (part + 1) * H / parts, H / a->G, D);
            }
            free(scores);
        }
}

void cache_attention(float *out, struct kv_cache *c, const float *qkv, int T, int H) {
    const int D = c->D;
    const size_t row = (size_t)(H + 2 * c->G) * D;
    const float *k = qkv + (size_t)H * D, *v = k + (size_t)c->G * D;
    kv_cache_append(c, k, v, row, T);
    struct attention a = {.B = c->B, .T = T, .S = c->length, .H = H, .G = c->G, .D = D, .q_row = row, .causal = true};
    a.kv_row = (size_t)c->G * D;
    a.kv_seq = (size_t)c->capacity * a.kv_row;
    if (T < MANY_QUERIES) look_one_by_one(out, qkv, c, &a);
    else flash_forward(out, NULL, qkv, c->k, c->v, &a);
}
