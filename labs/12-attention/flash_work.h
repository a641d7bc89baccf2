// What flash attention works on: a tile of scores at a time, and the memory of one thread. (Given.)
#pragma once
#include "12-attention/attention.h"
#include "12-attention/tile.h"

// A tile holds the scores of QUERIES queries with KEYS keys, or fewer at an end.
enum { QUERIES = 24, KEYS = 128 };
struct flash_tile {
    int b, h;      // of this sequence and head
    int t0, rows;  // the queries t0 .. t0 + rows-1
    int s0, keys;  // the keys s0 .. s0 + keys-1
};
// How many keys of the tile, from its first on, its query i sees.
int flash_row_keys(const struct attention *a, struct flash_tile tile, int i);

// Matrices of one thread, which does all heads that share one head of keys and values. Those that products need as
// their right operand are packed (tile.h); `width` is D, rounded up to whole panels.
struct flash_work {
    int width;
    float *keys_t, *values_t;  // (D,S) packed: scores = q keys_t, dprobs = dout values_t
    float *keys, *values;      // (S,D) packed: sums over the keys, as in out = probs values
    float *queries, *douts;    // (T,D) packed: sums over the queries, as in dv = probs^T dout
    float *scores, *dscores;   // (QUERIES,KEYS): a tile; probabilities later
    float *out, *dq;           // (QUERIES,width): what the tile's queries gather
    float *dk, *dv;            // (S,width)
    float *memory;
};
struct flash_work flash_work_alloc(const struct attention *a, bool backward);
void flash_work_free(struct flash_work *w);

// Packs head g of sequence b. backward: also what only the backward pass needs, and sets dk and dv to 0.
void flash_pack_keys(struct flash_work *w, const float *k, const float *v, const struct attention *a, int b, int g,
                     bool backward);
// Packs the queries of head h of sequence b and their dout.
void flash_pack_queries(struct flash_work *w, const float *q, const float *dout, const struct attention *a, int b,
                        int h);

// w->scores (rows,keys), rows KEYS apart: score(s) of attention.h, for every query and key of the tile, seen or not.
void flash_scores(struct flash_work *w, const float *q, const struct attention *a, struct flash_tile tile);

// Every query of the tile gathers: w->out += w->scores (rows,keys) times the tile's values.
void flash_add_values(struct flash_work *w, const struct attention *a, struct flash_tile tile);

// w->dscores (rows,keys) = dout . value, for every query and key of the tile.
void flash_dprobs(struct flash_work *w, const float *dout, const struct attention *a, struct flash_tile tile);

// With probabilities in w->scores (rows,keys), and w->dscores:
//     dv (of the tile's keys) += scores^T dout;  dk += dscores^T q;  dq (of its queries) += dscores keys
void flash_add_gradients(struct flash_work *w, const struct attention *a, struct flash_tile tile);
