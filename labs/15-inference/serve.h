// A server: many texts at once, each at a place of its own. Every step reads the weights once, for all of them.
#pragma once
#include "15-inference/inference.h"

// ---- server_step.c: N tokens, wherever they stand -------------------------------------------------------------------
// One row of a step: a token that is read at `position` of the text that lies in `table`, which has room there. Rows of
// one text are in order of position, and what comes before the first was read in earlier steps.
struct server_row {
    int token, position;
    const struct page_table *table;
    bool wanted;  // are the logits of what follows it asked for?
};
struct server {
    const struct decoder *d;
    struct page_pool *pool;
    int rows;               // of one step, at most
    float *x, *norm, *att;  // (rows,C)
    float *mean, *rstd;     // (rows)
    float *qkv, *up, *act;  // (rows, C + 2*G*D), (rows,F or 2F), (rows,F)
    float *logits;          // (rows,V)
};
void server_init(struct server *s, const struct decoder *d, struct page_pool *pool, int rows);
void server_free(struct server *s);
// Reads N rows, N <= s->rows. Returns the logits of the wanted ones, in order, (how many,V), until the next call.
const float *server_step(struct server *s, const struct server_row *row, int N);

// ---- serve.c: requests, from the first to the last ------------------------------------------------------------------
// text[i] (prompt + answer) holds request i's prompt and receives its answer, greedily; an answer that comes to `stop`
// (-1: none) ends there, and `answer` becomes its true length. Dies if a request could not be served even alone.
void serve(struct server *s, struct scheduler *plan, int **text, int stop);
