// Memory, packing and scores for flash attention.
#include "12-attention/flash_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int flash_row_keys(const struct attention *a, struct flash_tile tile, int i) {
    int n = visible_keys(a, tile.b, tile.t0 + i) - tile.s0;
    return n < 0 ? 0 : min_int(n, tile.keys);
}

static float *take(float **memory, size_t floats) {
    float *piece = *memory;
    *memory += floats;
    return piece;
}

struct flash_work flash_work_alloc(const struct attention *a, bool backward) {
    int width = round_up(a->D, PANEL);
    size_t s_rows = (size_t)a->S * width, t_rows = (size_t)a->T * width;
    size_t columns = (size_t)a->D * round_up(a->S, PANEL), tile = QUERIES * KEYS, sums = (size_t)QUERIES * width;
    size_t forward_only = s_rows + sums, backward_only = columns + 3 * s_rows + 2 * t_rows + tile + sums;
    struct flash_work w = {.width = width};
    w.memory = alloc_floats(columns + tile + (backward ? backward_only : forward_only));
    float *m = w.memory;
    w.keys_t = take(&m, columns);
    w.scores = take(&m, tile);
    if (!backward) {
        w.values = take(&m, s_rows);
        w.out = take(&m, sums);
        return w;
    }
    w.values_t = take(&m, columns);
    w.keys = take(&m, s_rows), w.dk = take(&m, s_rows), w.dv = take(&m, s_rows);
    w.queries = take(&m, t_rows), w.douts = take(&m, t_rows);
    w.dscores = take(&m, tile);
    w.dq = take(&m, sums);
    return w;
}

void flash_work_free(struct flash_work *w) {
    free(w->memory);
    *w = (struct flash_work){0};
}

void flash_pack_keys(struct flash_work *w, const float *k, const float *v, const struct attention *a, int b, int g,
                     bool backward) {
    size_t at = b * a->kv_seq + (size_t)g * a->D;
    struct matmul_view keys = {k + at, a->kv_row, 1}, values = {v + at, a->kv_row, 1};
    struct matmul_view keys_t = {k + at, 1, a->kv_row}, values_t = {v + at, 1, a->kv_row};
    tile_pack(w->keys_t, keys_t, a->D, a->S);
    if (!backward) {
        tile_pack(w->values, values, a->S, a->D);
        return;
    }
    tile_pack(w->values_t, values_t, a->D, a->S);
    tile_pack(w->keys, keys, a->S, a->D);
    memset(w->dk, 0, (size_t)a->S * w->width * sizeof(float));
    memset(w->dv, 0, (size_t)a->S * w->width * sizeof(float));
}

void flash_pack_queries(struct flash_work *w, const float *q, const float *dout, const struct attention *a, int b,
                        int h) {
    size_t first = (size_t)b * a->T, out_row = (size_t)a->H * a->D, at = (size_t)h * a->D;
    tile_pack(w->queries, (struct matmul_view){q + first * a->q_row + at, a->q_row, 1}, a->T, a->D);
    tile_pack(w->douts, (struct matmul_view){dout + first * out_row + at, out_row, 1}, a->T, a->D);
}

void flash_scores(struct flash_work *w, const float *q, const struct attention *a, struct flash_tile tile) {
    const float *q_tile = q + ((size_t)tile.b * a->T + tile.t0) * a->q_row + (size_t)tile.h * a->D;
    tile_product(w->scores, KEYS, tile.rows, tile.keys, a->D, 1 / sqrtf((float)a->D), q_tile, a->q_row, 1,
                 w->keys_t + (size_t)tile.s0 * a->D, (size_t)a->D * PANEL, false);
    for (int i = 0; a->slope && i < tile.rows; i++) {
        int distance = tile.t0 + i + a->S - a->T - tile.s0;
        for (int j = 0; j < tile.keys; j++) w->scores[i * KEYS + j] -= a->slope[tile.h] * (float)(distance - j);
    }
}

void flash_add_values(struct flash_work *w, const struct attention *a, struct flash_tile tile) {
    tile_product(w->out, w->width, tile.rows, a->D, tile.keys, 1, w->scores, KEYS, 1,
                 w->values + (size_t)tile.s0 * PANEL, (size_t)a->S * PANEL, true);
}

void flash_dprobs(struct flash_work *w, const float *dout, const struct attention *a, struct flash_tile tile) {
    size_t row = (size_t)a->H * a->D, at = ((size_t)tile.b * a->T + tile.t0) * row + (size_t)tile.h * a->D;
    tile_product(w->dscores, KEYS, tile.rows, tile.keys, a->D, 1, dout + at, row, 1,
                 w->values_t + (size_t)tile.s0 * a->D, (size_t)a->D * PANEL, false);
}

void flash_add_gradients(struct flash_work *w, const struct attention *a, struct flash_tile tile) {
    size_t first = (size_t)tile.s0 * w->width, t_panel = (size_t)a->T * PANEL, s_panel = (size_t)a->S * PANEL;
    tile_product(w->dv + first, w->width, tile.keys, a->D, tile.rows, 1, w->scores, 1, KEYS,
                 w->douts + (size_t)tile.t0 * PANEL, t_panel, true);
    tile_product(w->dk + first, w->width, tile.keys, a->D, tile.rows, 1, w->dscores, 1, KEYS,
                 w->queries + (size_t)tile.t0 * PANEL, t_panel, true);
    tile_product(w->dq, w->width, tile.rows, a->D, tile.keys, 1, w->dscores, KEYS, 1, w->keys + (size_t)tile.s0 * PANEL,
                 s_panel, true);
}
