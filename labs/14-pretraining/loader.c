// Batches, in an order that is new in every epoch and can be repeated from any place.
#include <limits.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

void row_example(int *inputs, int *targets, const int *row, int T) {
    for (int t = 0; t < T; t++) {
        // TODO 14.8 row_example: what is read at t, and what comes after it
        todo("14.8 row_example");
    }
}

void loader_init(struct loader *l, const struct rows *rows, int B, uint64_t seed) {
    if (rows->count < 1 || rows->count > INT_MAX)
        die("there are %zu rows to learn from; 1 to %d are possible. Is the text longer than one row?", rows->count,
            INT_MAX);
    *l = (struct loader){.rows = rows, .B = B, .seed = seed, .order = alloc_zeroed(rows->count, sizeof(int))};
    loader_seek(l, 0, 0);
}

void loader_free(struct loader *l) {
    free(l->order);
    *l = (struct loader){0};
}

void loader_seek(struct loader *l, int epoch, size_t next) {
    l->epoch = epoch;
    l->next = next;
    // TODO 14.8 loader_seek: l->order = 0, 1, 2, ..; then shuffled by this epoch's random numbers
    todo("14.8 loader_seek");
}

// The next row of this epoch, or of the next one: inputs (T), targets (T).
static void deal(struct loader *l, int *inputs, int *targets) {
    // TODO 14.8 loader_next: if all are dealt out, seek the next epoch; then row order[next]
    todo("14.8 loader_next");
}

void loader_next(struct loader *l, int *inputs, int *targets) {
    const size_t T = (size_t)l->rows->T;
    for (int b = 0; b < l->B; b++) deal(l, inputs + b * T, targets + b * T);
}
