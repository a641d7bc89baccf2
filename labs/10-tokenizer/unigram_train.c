// Unigram pieces from text: many candidates, then rounds of expectation-maximisation and pruning, as Kudo (2018) has
// it. Simpler than SentencePiece in two ways: candidates are counted one by one, without a suffix array, and counts
// become probabilities by plain division.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

enum { CANDIDATE_BYTES = 12, CANDIDATES_PER_PIECE = 4, BYTES = 256 };
static const double kept_per_round = 0.7, smallest_count = 0.1;

double log_add(double a, double b) {
    double high = a > b ? a : b, low = a > b ? b : a;
    return low == -INFINITY ? high : high + log1p(exp(low - high));
}

struct candidate {
    int id;
    double value;  // what it is worth to keep it
};

static int by_value(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    return x->id - y->id;
}

static bool inside_character(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

// Counts the substrings of 2 to CANDIDATE_BYTES bytes, whole characters, of all words.
static void count_substrings(struct vocab *v, double **counts, const struct words *w) {
    int capacity = 1 << 16;
    *counts = alloc_doubles((size_t)capacity);
    for (int i = 0; i < w->count; i++) {
        size_t n;
        const char *word = vocab_string(&w->strings, i, &n);
        for (size_t from = 0; from < n; from++)
            for (size_t to = from + 2; to <= n && to - from <= CANDIDATE_BYTES; to++) {
                if (inside_character(word[from]) || (to < n && inside_character(word[to]))) continue;
                int id = vocab_find(v, word + from, to - from);
                if (id < 0) id = vocab_add(v, word + from, to - from);
                if (id >= capacity) {
                    double *moved = alloc_doubles(2 * (size_t)capacity);
                    memcpy(moved, *counts, (size_t)capacity * sizeof *moved);
                    free(*counts);
                    *counts = moved;
                    capacity *= 2;
                }
                (*counts)[id] += (double)w->word[i].count;
            }
    }
}

// Makes u the 256 bytes and the first `keep` candidates, whose strings are in v, with probabilities by their counts.
static void choose(struct unigram *u, const struct vocab *v, const struct candidate *c, int keep, const double *counts,
                   const double *byte_counts) {
    struct unigram chosen = {.logp = alloc_doubles((size_t)keep + BYTES)};
    double sum = 0;
    for (int b = 0; b < BYTES; b++) {
        char byte = (char)b;
        vocab_add(&chosen.pieces, &byte, 1);
        sum += chosen.logp[b] = fmax(byte_counts[b], smallest_count);
    }
    for (int k = 0; k < keep; k++) {
        size_t size;
        const char *string = vocab_string(v, c[k].id, &size);
        int id = vocab_add(&chosen.pieces, string, size);
        sum += chosen.logp[id] = fmax(counts[c[k].id], smallest_count);
    }
    for (int id = 0; id < chosen.pieces.count; id++) chosen.logp[id] = log(chosen.logp[id] / sum);
    unigram_free(u);
    *u = chosen;
}

static void first_candidates(struct unigram *u, const struct words *w, int count) {
    struct vocab v = {0};
    double *counts, byte_counts[BYTES] = {0};
    count_substrings(&v, &counts, w);
    for (int i = 0; i < w->count; i++) {
        size_t n;
        const char *word = vocab_string(&w->strings, i, &n);
        for (size_t k = 0; k < n; k++) byte_counts[(unsigned char)word[k]] += (double)w->word[i].count;
    }
    struct candidate *c = alloc_zeroed((size_t)v.count + 1, sizeof *c);
    int n = 0;
    for (int id = 0; id < v.count; id++) {
        size_t size;
        vocab_string(&v, id, &size);
        if (counts[id] >= 2) c[n++] = (struct candidate){id, counts[id] * (double)size};
    }
    qsort(c, (size_t)n, sizeof *c, by_value);
    choose(u, &v, c, n < CANDIDATES_PER_PIECE * count ? n : CANDIDATES_PER_PIECE * count, counts, byte_counts);
    vocab_free(&v);
    free(c), free(counts);
}

static void expect_all(double *counts, const struct unigram *u, const struct words *w) {
    memset(counts, 0, (size_t)u->pieces.count * sizeof *counts);
    for (int i = 0; i < w->count; i++) {
        size_t n;
        const char *word = vocab_string(&w->strings, i, &n);
        unigram_expect(counts, u, word, n, (double)w->word[i].count);
    }
}

// How much log-likelihood the text loses if the piece goes and its uses are cut by the best of the others.
static double loss_without(struct unigram *u, int id, double count) {
    size_t size;
    const char *string = vocab_string(&u->pieces, id, &size);
    struct ids other = {0};
    double logp = u->logp[id];
    u->logp[id] = -INFINITY;
    double without = unigram_viterbi(&other, u, string, size);
    u->logp[id] = logp;
    ids_free(&other);
    return count * (logp - without);
}

void unigram_train(struct unigram *u, const char *text, size_t size, int count) {
    struct regex *r = regex_gpt2();
    struct words w = {0};
    words_count(&w, r, text, size);
    regex_free(r);
    *u = (struct unigram){0};
    first_candidates(u, &w, count);
    for (bool last = false; !last;) {
        int V = u->pieces.count, n = 0, target = (int)(kept_per_round * V);
        double *counts = alloc_doubles((size_t)V);
        struct candidate *c = alloc_zeroed((size_t)V, sizeof *c);
        expect_all(counts, u, &w);
        last = V <= count;
        for (int id = BYTES; id < V; id++)
            if (last || counts[id] >= 0.5)
                c[n++] = (struct candidate){id, last ? counts[id] : loss_without(u, id, counts[id])};
        qsort(c, (size_t)n, sizeof *c, by_value);
        int keep = (target > count ? target : count) - BYTES;
        struct vocab strings = u->pieces;  // choose makes new ones, and then frees these
        u->pieces = (struct vocab){0};
        choose(u, &strings, c, n < keep ? n : keep, counts, counts);
        vocab_free(&strings);
        free(c), free(counts);
    }
    words_free(&w);
}

void unigram_free(struct unigram *u) {
    vocab_free(&u->pieces);
    free(u->logp);
    *u = (struct unigram){0};
}
