// Attention without the matrix of probabilities: scores are made a tile at a time, used and forgotten.
#include <math.h>
#include <string.h>

#include "12-attention/flash_work.h"
#include "12-attention/rows.h"
#include "common/exp_float.h"

float online_softmax(float *scores, int n, float *max, float *sum) {
    // TODO 12.9 online_softmax: the new *max; e^(score - *max) and their sum; the factor, and *sum times it
    todo("12.9 online_softmax");
}

// One query and a tile of `keys` keys, of which it sees the first n: row (keys), its scores, becomes e^(score - *max),
// 0 from n on. out_i (width), what the query has gathered so far, is brought to the new *max.
static void softmax_row(float *row, float *out_i, float *max, float *sum, int n, int keys, int width) {
    // TODO 12.10 flash_forward: online_softmax, if n > 0; out_i times its factor; zeros
    todo("12.10 flash_forward");
}

// All keys have gone by: out_t (D) from what was gathered; returns lse. sum is 0 where no key was seen.
static float finish(float *out_t, const float *gathered, float max, float sum, int D) {
    // TODO 12.10 flash_forward: gathered divided by what? And log(sum of e^score) from max and sum
    todo("12.10 flash_forward");
}

// The queries of one tile, and all keys that they see, a tile of keys at a time. out, lse and q are the whole arrays.
static void forward_queries(float *out, float *lse, const float *q, struct flash_work *w, const struct attention *a,
                            struct flash_tile tile) {
    const int width = w->width, seen = visible_keys(a, tile.b, tile.t0 + tile.rows - 1);
    float max[QUERIES], sum[QUERIES];
    for (int i = 0; i < tile.rows; i++) max[i] = -INFINITY, sum[i] = 0;
    memset(w->out, 0, (size_t)tile.rows * width * sizeof(float));
    for (tile.s0 = 0; tile.s0 < seen; tile.s0 += KEYS) {
        tile.keys = min_int(KEYS, seen - tile.s0);
        flash_scores(w, q, a, tile);
        for (int i = 0; i < tile.rows; i++)
            softmax_row(w->scores + i * KEYS, w->out + i * width, &max[i], &sum[i], flash_row_keys(a, tile, i),
                        tile.keys, width);
        flash_add_values(w, a, tile);
    }
    for (int i = 0; i < tile.rows; i++) {
        const size_t t = tile.t0 + i, at = (((size_t)tile.b * a->T + t) * a->H + tile.h) * a->D;
        const float lse_t = finish(out + at, w->out + i * width, max[i], sum[i], a->D);
        if (lse) lse[((size_t)tile.b * a->H + tile.h) * a->T + t] = lse_t;
    }
}

void flash_forward(float *out, float *lse, const float *q, const float *k, const float *v, const struct attention *a) {
#pragma omp parallel if (attention_worth_threads(a))
    {
        struct flash_work w = flash_work_alloc(a, false);
#pragma omp for collapse(2)
        for (int b = 0; b < a->B; b++)
            for (int g = 0; g < a->G; g++) {
                flash_pack_keys(&w, k, v, a, b, g, false);
                for (int h = g * (a->H / a->G); h < (g + 1) * (a->H / a->G); h++)
                    for (int t0 = 0; t0 < a->T; t0 += QUERIES) {
                        struct flash_tile tile = {.b = b, .h = h, .t0 = t0, .rows = min_int(QUERIES, a->T - t0)};
                        forward_queries(out, lse, q, &w, a, tile);
                    }
            }
        flash_work_free(&w);
    }
}

// The softmax's backward pass needs, for each query, the sum of probs * dprobs over its keys. That is also the inner
// product of dout_t (D) and out_t (D).
static float mean_dprob(const float *dout_t, const float *out_t, int D) {
    // TODO 12.11 flash_backward: the inner product
    todo("12.11 flash_backward");
}

// One query and a tile of `keys` keys, of which it sees the first n. probs (keys) holds scores and becomes
// probabilities; dscores (keys) holds dprobs and becomes the gradient of q . key, from which score was made by scale.
// Both are 0 from n on.
static void gradient_row(float *probs, float *dscores, float lse, float mean, float scale, int n, int keys) {
    // TODO 12.11 flash_backward: e^(score - lse); the softmax's backward pass, times scale = 1/sqrt(D)
    todo("12.11 flash_backward");
}

// The queries of one tile, and all keys that they see. dq, dout, out, lse and q are the whole arrays; the gradients of
// keys and values gather in w.
static void backward_queries(float *dq, const float *dout, const float *out, const float *lse, const float *q,
                             struct flash_work *w, const struct attention *a, struct flash_tile tile) {
    const int seen = visible_keys(a, tile.b, tile.t0 + tile.rows - 1);
    const size_t out_row = (size_t)a->H * a->D, bt = (size_t)tile.b * a->T + tile.t0, at = (size_t)tile.h * a->D;
    const float *lse_tile = lse + ((size_t)tile.b * a->H + tile.h) * a->T + tile.t0;
    float mean[QUERIES];
    for (int i = 0; i < tile.rows; i++)
        mean[i] = mean_dprob(dout + (bt + i) * out_row + at, out + (bt + i) * out_row + at, a->D);
    memset(w->dq, 0, (size_t)tile.rows * w->width * sizeof(float));
    for (tile.s0 = 0; tile.s0 < seen; tile.s0 += KEYS) {
        tile.keys = min_int(KEYS, seen - tile.s0);
        flash_scores(w, q, a, tile);
        flash_dprobs(w, dout, a, tile);
        for (int i = 0; i < tile.rows; i++)
            gradient_row(w->scores + i * KEYS, w->dscores + i * KEYS, lse_tile[i], mean[i], 1 / sqrtf((float)a->D),
                         flash_row_keys(a, tile, i), tile.keys);
        flash_add_gradients(w, a, tile);
    }
    for (int i = 0; i < tile.rows; i++) row_add(dq + (bt + i) * a->q_row + at, 1, w->dq + i * w->width, a->D);
}

// Adds w's dk and dv to head g of sequence b.
static void add_keys(float *dk, float *dv, const struct flash_work *w, const struct attention *a, int b, int g) {
    for (int s = 0; s < a->S; s++) {
        const size_t at = b * a->kv_seq + s * a->kv_row + (size_t)g * a->D, from = (size_t)s * w->width;
        row_add(dk + at, 1, w->dk + from, a->D);
        row_add(dv + at, 1, w->dv + from, a->D);
    }
}

void flash_backward(float *dq, float *dk, float *dv, const float *dout, const float *out, const float *lse,
                    const float *q, const float *k, const float *v, const struct attention *a) {
#pragma omp parallel if (attention_worth_threads(a))
    {
        struct flash_work w = flash_work_alloc(a, true);
#pragma omp for collapse(2)
        for (int b = 0; b < a->B; b++)
            for (int g = 0; g < a->G; g++) {
                flash_pack_keys(&w, k, v, a, b, g, true);
                for (int h = g * (a->H / a->G); h < (g + 1) * (a->H / a->G); h++) {
                    flash_pack_queries(&w, q, dout, a, b, h);
                    for (int t0 = 0; t0 < a->T; t0 += QUERIES) {
                        struct flash_tile tile = {.b = b, .h = h, .t0 = t0, .rows = min_int(QUERIES, a->T - t0)};
                        backward_queries(dq, dout, out, lse, q, &w, a, tile);
                    }
                }
                add_keys(dk, dv, &w, a, b, g);
            }
        flash_work_free(&w);
    }
}
