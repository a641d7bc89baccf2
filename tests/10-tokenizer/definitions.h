// Graded tests of chapter 10. Every test begins with the chapter's worked example and goes on with random symbols, words
// and vocabularies against a definition: plain recounting for training, rank by rank for encoding, all segmentations
// for Unigram.
// This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "10-tokenizer/tokenizer.h"
#include "grade/grade.h"

enum { LONGEST = 512, SUPPOSED = 8 };

struct list {
    int id[LONGEST], n;
};

struct supposed {
    const char *mistake;
    struct list list;
};

static inline void put(struct list *l, int id) {
    if (l->n < LONGEST) l->id[l->n++] = id;
}

static inline bool same(const struct list *a, const struct list *b) {
    return a->n == b->n && memcmp(a->id, b->id, (size_t)a->n * sizeof *a->id) == 0;
}

static inline struct list list_of(const int *id, size_t n) {
    struct list l = {.n = (int)(n < LONGEST ? n : LONGEST)};
    for (int i = 0; i < l.n; i++) l.id[i] = id[i];
    return l;
}

static inline void print_list(char *text, size_t size, const struct list *l) {
    size_t used = (size_t)snprintf(text, size, "{");
    for (int i = 0; i < l->n && used + 20 < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i > 0 ? ", " : "", l->id[i]);
    snprintf(text + used, size - used, "}");
}

// Fails unless got is want; says which of the `count` supposed mistakes it looks like.
static inline void check_list(const char *what, const struct list *got, const struct list *want,
                              const struct supposed *s, int count) {
    if (same(got, want)) return;
    const char *mistake = NULL;
    for (int i = 0; i < count && !mistake; i++)
        if (s[i].mistake && !same(&s[i].list, want) && same(got, &s[i].list)) mistake = s[i].mistake;
    char g[300], w[300];
    print_list(g, sizeof g, got);
    print_list(w, sizeof w, want);
    grade_true(false, "%s: got %s, expected %s%s%s", what, g, w, mistake ? "\nlooks like: " : "",
               mistake ? mistake : "");
}

static inline void add_word(struct words *w, const int *id, int n, long count) {
    if (!w->word) w->word = calloc(LONGEST, sizeof *w->word);
    struct word *word = &w->word[w->count++];
    *word = (struct word){.id = grade_ints(n, 0, 0), .length = n, .count = count};
    for (int i = 0; i < n; i++) word->id[i] = id[i];
}

static inline void add_letters(struct words *w, const char *letters, long count) {
    int id[64], n = 0;
    for (; letters[n]; n++) id[n] = letters[n];
    add_word(w, id, n, count);
}

// The four words of the text: low five times, lower twice, newest six times, widest three times.
static inline struct words example_words(void) {
    struct words w = {0};
    add_letters(&w, "low", 5);
    add_letters(&w, "lower", 2);
    add_letters(&w, "newest", 6);
    add_letters(&w, "widest", 3);
    return w;
}

static inline struct words random_words(int symbols) {
    struct words w = {0};
    int count = grade_int(15, 40);
    for (int i = 0; i < count; i++) {
        int id[12], n = grade_int(1, 12);
        for (int k = 0; k < n; k++) id[k] = rng_below(grade_rng(), symbols);
        add_word(&w, id, n, grade_int(1, 9));
    }
    return w;
}

enum { SYMBOLS = 200, RECOUNT = 0, OLD_STAY, NEW_MISSING };

static inline void count_dense(long *counts, const struct list *word, long times) {
    for (int k = 0; k + 1 < word->n; k++) counts[word->id[k] * SYMBOLS + word->id[k + 1]] += times;
}

static inline bool merge_list(struct list *word, int left, int right, int made) {
    struct list merged = {0};
    for (int k = 0; k < word->n; k++) {
        bool pair = k + 1 < word->n && word->id[k] == left && word->id[k + 1] == right;
        put(&merged, pair ? made : word->id[k]);
        k += pair;
    }
    bool changed = merged.n != word->n;
    *word = merged;
    return changed;
}

// The merges as a list left, right, made, ...; or those that a mistake in the bookkeeping would give.
static inline struct list train(const struct words *w, int first, int max, int mistake) {
    struct list merges = {0}, *word = calloc((size_t)w->count, sizeof *word);
    for (int i = 0; i < w->count; i++) word[i] = list_of(w->word[i].id, (size_t)w->word[i].length);
    long *counts = calloc(SYMBOLS * SYMBOLS, sizeof *counts);
    for (int n = 0; n < max; n++) {
        if (mistake == RECOUNT) memset(counts, 0, SYMBOLS * SYMBOLS * sizeof *counts);
        if (mistake == RECOUNT || n == 0)
            for (int i = 0; i < w->count; i++) count_dense(counts, &word[i], w->word[i].count);
        int best = 0;
        for (int pair = 0; pair < SYMBOLS * SYMBOLS; pair++)
            if (counts[pair] > counts[best]) best = pair;  // in order of left, then right: the first of equals is right
        if (counts[best] < 2) break;
        put(&merges, best / SYMBOLS), put(&merges, best % SYMBOLS), put(&merges, first + n);
        for (int i = 0; i < w->count; i++) {
            struct list old = word[i];
            if (!merge_list(&word[i], best / SYMBOLS, best % SYMBOLS, first + n)) continue;
            if (mistake != RECOUNT && mistake != OLD_STAY) count_dense(counts, &old, -w->word[i].count);
            if (mistake != RECOUNT && mistake != NEW_MISSING) count_dense(counts, &word[i], w->word[i].count);
        }
    }
    free(word);
    free(counts);
    return merges;
}
