// Tests of pack.c.
#include "14-pretraining/definitions.h"

// Documents of these lengths. tokens: of document d all d + 1, or, numbered, each its own place, from 0 on.
static struct documents documents_of(const int *lengths, int n, bool numbered) {
    struct documents d = {0};
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < lengths[k]; i++) ids_push(&d.tokens, numbered ? (int)d.tokens.count : k + 1);
        cuts_push(&d.ends, d.tokens.count);
    }
    return d;
}

// The tokens of rows as floats, for grade_array; at most `want` rows of them.
static float *row_tokens(const struct rows *r, int rows) {
    float *tokens = grade_output(rows * (r->T + 1));
    for (int i = 0; i < rows * (r->T + 1); i++) tokens[i] = (float)r->token[i];
    return tokens;
}

// Chopped by definition: row r starts at token r * step.
static double *chopped(const struct documents *d, int rows, int T, int step) {
    double *tokens = grade_doubles(rows * (T + 1));
    for (int i = 0; i < rows * (T + 1); i++) {
        const size_t at = (size_t)(i / (T + 1) * step + i % (T + 1));
        tokens[i] = at < d->tokens.count ? d->tokens.id[at] : -1;
    }
    return tokens;
}

static void check_chop(const char *what, const int *lengths, int n, int T) {
    struct documents d = documents_of(lengths, n, true);
    const int tokens = (int)d.tokens.count, rows = tokens < 2 ? 0 : (tokens - 2) / T + 1;
    int cut = 0, apart = 0, chunks = 0;
    for (int k = 0, start = 0; k < n; start += lengths[k++]) {
        bool whole = lengths[k] == 0 || rows == 0;
        for (int r = 0; r < rows; r++) whole = whole || (start >= r * T && start + lengths[k] - 1 <= r * T + T);
        cut += !whole;
        apart += lengths[k] > 0 && start / T != (start + lengths[k] - 1) / T;
        chunks += lengths[k] > 0 && start / (T + 1) != (start + lengths[k] - 1) / (T + 1);
    }
    struct rows got = {0};
    const size_t got_cut = pack_chop(&got, &d, T);
    grade_equal("number of rows", (long)got.count, rows);
    if (rows > 0) {
        double *short_rows = chopped(&d, rows, T, T);
        for (int r = 0; r < rows; r++) short_rows[r * (T + 1) + T] = -1;
        suspect("a row gets T tokens, not T + 1: its last prediction is missing", short_rows);
        suspect("row r starts at token r * (T + 1): the prediction from row to row is lost",
                chopped(&d, rows, T, T + 1));
        grade_array(what, row_tokens(&got, rows), chopped(&d, rows, T, T), AXES("rt", rows, T + 1), 1e-7);
    }
    suspect_scalar("a document that ends with the token that two rows share is not cut", apart);
    suspect_scalar("counted as if rows did not share a token", chunks);
    grade_equal("number of documents cut", (long)got_cut, cut);
    rows_free(&got);
    documents_free(&d);
}

EXERCISE(pack_chop, .number = "14.6", .points = 6) {
    // The text's example: documents of 3, 5, 2 and 4 tokens, rows of 4 + 1.
    struct documents d = documents_of((int[]){3, 5, 2, 4}, 4, false);
    struct rows r = {0};
    const size_t cut = pack_chop(&r, &d, 4);
    grade_equal("rows of the text's example", (long)r.count, 4);
    suspect("row r starts at token r * (T + 1): the prediction from row to row is lost", chopped(&d, 4, 4, 5));
    suspect("a row gets T tokens, not T + 1: its last prediction is missing",
            (double[]){1, 1, 1, 2, -1, 2, 2, 2, 2, -1, 3, 3, 4, 4, -1, 4, 4, -1, -1, -1});
    grade_array("the text's example", row_tokens(&r, 4),
                (double[]){1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, -1, -1, -1}, AXES("rt", 4, 5), 1e-7);
    grade_equal("documents cut in the text's example", (long)cut, 2);
    grade_scalar("padding in the text's example", rows_padding(&r), 0.15, 1e-9);
    rows_free(&r);
    documents_free(&d);
    for (int round = 0; round < 6; round++) {
        int lengths[40], n = grade_int(20, 40);
        const int T = grade_int(5, 12);
        for (int k = 0; k < n; k++) lengths[k] = grade_int(0, T + 4);
        check_chop("rows", lengths, n, T);
    }
    check_chop("one full row", (int[]){7}, 1, 6);
    check_chop("one token", (int[]){1}, 1, 6);
    check_chop("one token too many for a row", (int[]){4, 4}, 2, 6);
}

enum fit { BEST, STRICT, WORST, ALONE };

// Puts pieces into rows of `width`, in order, by a rule. free_room (rows) of the result, sorted, least first; returns rows.
static int simulate(double *free_room, const int *piece, int n, int width, enum fit fit) {
    int rows = 0;
    for (int i = 0; i < n; i++) {
        int chosen = -1;
        for (int r = 0; r < rows && fit != ALONE; r++) {
            const double room = free_room[r];
            if (room < piece[i] + (fit == STRICT)) continue;
            if (chosen < 0 || (fit == WORST ? room > free_room[chosen] : room < free_room[chosen])) chosen = r;
        }
        if (chosen < 0) free_room[chosen = rows++] = width;
        free_room[chosen] -= piece[i];
    }
    for (int i = 1; i < rows; i++)
        for (int j = i; j > 0 && free_room[j - 1] > free_room[j]; j--) {
            const double kept = free_room[j];
            free_room[j] = free_room[j - 1];
            free_room[j - 1] = kept;
        }
    return rows;
}

static int falling(const void *a, const void *b) {
    return *(const int *)b - *(const int *)a;
}

enum { PIECES = 120 };

// The pieces of documents of these lengths, T + 1 tokens at most, in order.
static int pieces_of(int *piece, const int *lengths, int n, int T, int *cut) {
    int count = 0;
    *cut = 0;
    for (int k = 0; k < n; k++) {
        *cut += lengths[k] > T + 1;
        for (int left = lengths[k]; left >= 2; left -= T) piece[count++] = left < T + 1 ? left : T + 1;
    }
    return count;
}

// Every two neighbours of a document stand side by side in the rows exactly once, and padding only at a row's end.
static void check_neighbours(const struct rows *r, const struct documents *d) {
    const size_t n = d->tokens.count;
    int *seen = calloc(n + 1, sizeof *seen);
    for (size_t i = 0; i < r->count * (size_t)(r->T + 1); i++) {
        const int here = r->token[i], next = (i + 1) % (size_t)(r->T + 1) ? r->token[i + 1] : -1;
        const size_t row = i / (size_t)(r->T + 1), t = i % (size_t)(r->T + 1);
        grade_true(here >= -1 && here < (int)n, "row %zu, token %zu: %d is no token of the documents", row, t, here);
        grade_true(t > 0 || here >= 0, "row %zu begins with padding", row);
        grade_true(here >= 0 || next < 0 || (i + 1) % (size_t)(r->T + 1) == 0,
                   "row %zu: padding before token %zu, where padding is at the end of a row only", row, t + 1);
        if (here >= 0 && next == here + 1) seen[here]++;
    }
    for (size_t k = 0, start = 0; k < d->ends.count; start = d->ends.end[k++])
        for (size_t i = start; i + 1 < d->ends.end[k]; i++)
            grade_true(seen[i] == 1,
                       "document %zu: its tokens %zu and %zu stand side by side %d times in the rows, expected once", k,
                       i - start, i - start + 1, seen[i]);
    free(seen);
}

// Lengths for which the mistakes lead to different rows.
static int telling_lengths(int *lengths, int *T, double *room[5], int rows[5]) {
    for (;;) {
        int piece[PIECES], rising[PIECES], cut;
        const int n = grade_int(25, 40);
        *T = grade_int(9, 15);
        for (int k = 0; k < n; k++) lengths[k] = k % 9 == 0 ? grade_int(0, 2 * *T + 4) : grade_int(1, *T);
        const int count = pieces_of(piece, lengths, n, *T, &cut);
        qsort(piece, (size_t)count, sizeof *piece, falling);
        for (int i = 0; i < count; i++) rising[i] = piece[count - 1 - i];
        for (int i = 0; i < 5; i++) {
            room[i] = grade_doubles(PIECES);
            rows[i] = simulate(room[i], i == 4 ? rising : piece, count, *T + 1, i == 4 ? BEST : (enum fit)i);
        }
        bool telling = true;
        for (int i = 1; i < 5; i++) telling = telling && memcmp(room[0], room[i], PIECES * sizeof(double)) != 0;
        if (telling) return n;
    }
}

EXERCISE(pack_best_fit, .number = "14.7", .points = 8) {
    // The text's example again: 5 | 4 | 3 and 2.
    struct documents d = documents_of((int[]){3, 5, 2, 4}, 4, false);
    struct rows r = {0};
    grade_equal("documents cut in the text's example", (long)pack_best_fit(&r, &d, 4), 0);
    suspect_scalar("a row into which a piece fits exactly is passed over, or every piece has a row of its own", 4);
    grade_equal("rows of the text's example", (long)r.count, 3);
    suspect("shortest first: \"decreasing\" means longest first",
            (double[]){3, 3, 1, 1, 1, 4, 4, 4, 4, -1, 2, 2, 2, 2, 2});
    suspect("a piece is put over the row's beginning, where it should follow what the row holds",
            (double[]){2, 2, 2, 2, 2, 4, 4, 4, 4, -1, 3, 3, 1, -1, -1});
    grade_array("the text's example", row_tokens(&r, 3), (double[]){2, 2, 2, 2, 2, 4, 4, 4, 4, -1, 1, 1, 1, 3, 3},
                AXES("rt", 3, 5), 1e-7);
    rows_free(&r);
    documents_free(&d);
    for (int round = 0; round < 5; round++) {
        static const char *const mistake[] = {
            "", "a row into which the piece fits exactly is passed over",
            "the row with the most room is taken, where the one with the least that is enough is asked for",
            "every piece has a row of its own", "shortest first: \"decreasing\" means longest first"};
        int lengths[40], piece[PIECES], T, rows[5], cut;
        double *room[5];
        const int n = telling_lengths(lengths, &T, room, rows);
        pieces_of(piece, lengths, n, T, &cut);
        d = documents_of(lengths, n, true);
        const long got_cut = (long)pack_best_fit(&r, &d, T);
        float *got = grade_output(PIECES);
        for (int i = 0; i < PIECES; i++) got[i] = 0;
        grade_true(r.count <= PIECES, "there are %zu rows for %zu tokens", r.count, d.tokens.count);
        for (size_t i = 0; i < r.count * (size_t)(T + 1); i++) got[i / (size_t)(T + 1)] += r.token[i] < 0;
        for (size_t i = 1; i < r.count; i++)
            for (size_t j = i; j > 0 && got[j - 1] > got[j]; j--) {
                const float kept = got[j];
                got[j] = got[j - 1];
                got[j - 1] = kept;
            }
        for (int i = 1; i < 5; i++) suspect(mistake[i], room[i]);
        grade_array("room left in the rows, sorted", got, room[0], AXES("r", PIECES), 1e-6);
        grade_equal("number of rows", (long)r.count, rows[0]);
        check_neighbours(&r, &d);
        grade_equal("number of documents cut", got_cut, cut);
        rows_free(&r);
        documents_free(&d);
    }
}
