// Rows of equal length from documents of any length: cut where a row is full, or fitted whole.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/pretraining.h"

// ceil(a / b)
static size_t divide_up(size_t a, size_t b) {
    return (a + b - 1) / b;
}

// A row (T+1) from token, of which `left` are left before the text's end; what they do not fill stays padding.
static void fill_row(int *row, const int *token, size_t left, int T) {
    // BEGIN SOLUTION 14.6 pack_chop: T + 1 tokens, or as many as are left
    memcpy(row, token, (left < (size_t)T + 1 ? left : (size_t)T + 1) * sizeof *row);
    // END SOLUTION
}

// A document of the tokens start .. end-1, end > start, of the whole text: does no row hold all of them?
static bool is_cut(size_t start, size_t end, size_t T) {
    // BEGIN SOLUTION 14.6 pack_chop: row start / T is the last with the first token; has it the last one?
    return end - 1 > start / T * T + T;
    // END SOLUTION
}

size_t pack_chop(struct rows *out, const struct documents *d, int T) {
    const size_t n = d->tokens.count, step = (size_t)T;
    rows_init(out, n < 2 ? 0 : divide_up(n - 1, step), T);
    for (size_t r = 0; r < out->count; r++)
        fill_row(out->token + r * (step + 1), d->tokens.id + r * step, n - r * step, T);
    size_t cut = 0;
    for (size_t k = 0, start = 0; k < d->ends.count; k++) {
        cut += d->ends.end[k] > start && is_cut(start, d->ends.end[k], step);
        start = d->ends.end[k];
    }
    return cut;
}

struct piece {
    size_t start, length;  // tokens of the documents, in a row
};

// Below 0 if piece a is to be placed before piece b, above 0 if after it: what qsort asks.
static int placed_before(const void *a, const void *b) {
    const struct piece *x = a, *y = b;
    if (x->length == y->length) return x->start < y->start ? -1 : 1;
    // BEGIN SOLUTION 14.7 pack_best_fit: "decreasing": which of two unequal pieces goes first?
    return x->length > y->length ? -1 : 1;
    // END SOLUTION
}

// Pieces of at most T + 1 tokens, none of fewer than 2; neighbouring pieces of a document share a token. The caller
// frees them.
static struct piece *cut_pieces(size_t *count, size_t *cut, const struct documents *d, int T) {
    const size_t width = (size_t)T, most = d->tokens.count / width + d->ends.count;
    struct piece *piece = alloc_zeroed(most, sizeof *piece);
    *count = *cut = 0;
    for (size_t k = 0, start = 0; k < d->ends.count; k++) {
        const size_t end = d->ends.end[k];
        *cut += end - start > width + 1;
        for (; start + 1 < end; start += width) {
            const size_t left = end - start;
            piece[(*count)++] = (struct piece){start, left < width + 1 ? left : width + 1};
        }
        start = end;
    }
    return piece;
}

// Chooses a row for a piece: sets *row, takes it off the shelf and returns its room, T + 1 for a new row.
static size_t best_row(long *row, struct shelf *s, size_t length, int T) {
    // BEGIN SOLUTION 14.7 pack_best_fit: "best fit": the least room that is enough and for which there is a row
    for (size_t room = length; room <= (size_t)T + 1; room++) {
        if (s->with_room[room] < 0) continue;
        *row = shelf_take(s, room);
        return room;
    }
    // END SOLUTION
    *row = (long)s->rows++;
    return (size_t)T + 1;
}

// Puts a piece into a row with this much room. Returns where it starts, counted in tokens from the start of row 0.
static size_t place(struct shelf *s, long row, size_t room, size_t length, int T) {
    // BEGIN SOLUTION 14.7 pack_best_fit: the row goes back on the shelf; the piece starts at its first free token
    shelf_put(s, row, room - length);
    const size_t width = (size_t)T + 1;
    return (size_t)row * width + width - room;
    // END SOLUTION
}

size_t pack_best_fit(struct rows *out, const struct documents *d, int T) {
    size_t count, cut;
    struct piece *piece = cut_pieces(&count, &cut, d, T);
    size_t *at = alloc_zeroed(count, sizeof *at);
    struct shelf s;
    shelf_init(&s, count, T);
    qsort(piece, count, sizeof *piece, placed_before);
    for (size_t i = 0; i < count; i++) {
        long row;
        const size_t room = best_row(&row, &s, piece[i].length, T);
        at[i] = place(&s, row, room, piece[i].length, T);
    }
    rows_init(out, s.rows, T);
    for (size_t i = 0; i < count; i++)
        memcpy(out->token + at[i], d->tokens.id + piece[i].start, piece[i].length * sizeof(int));
    free(piece);
    free(at);
    shelf_free(&s);
    return cut;
}
