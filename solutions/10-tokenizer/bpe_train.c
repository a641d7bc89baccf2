// Which pairs become tokens.
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

void pairs_add(struct pair_counts *p, const struct words *w, int index, int sign) {
    const struct word *word = &w->word[index];
    for (int i = 0; i + 1 < word->length; i++) {
        // BEGIN SOLUTION 10.3 pairs_add: find the pair of symbols i and i + 1, change its count, note the word
        struct pair_entry *pair = pair_counts_find(p, word->id[i], word->id[i + 1]);
        pair->count += sign * word->count;
        if (sign > 0) ids_push(&pair->words, index);
        // END SOLUTION
    }
}

int merge_pair(int *ids, int n, int left, int right, int made) {
    int kept = 0;  // how many ids of the result are written; never more than are read
    // BEGIN SOLUTION 10.4 merge_pair: read from left to right; a pair is read as two and written as one
    for (int i = 0; i < n; i++) {
        bool pair = i + 1 < n && ids[i] == left && ids[i + 1] == right;
        ids[kept++] = pair ? made : ids[i];
        if (pair) i++;
    }
    // END SOLUTION
    return kept;
}

// True if pair a is to be merged rather than pair b.
static bool goes_before(const struct pair_entry *a, const struct pair_entry *b) {
    // BEGIN SOLUTION 10.5 best_pair: by count, then by the smaller left id, then by the smaller right id
    if (a->count != b->count) return a->count > b->count;
    if (a->left != b->left) return a->left < b->left;
    return a->right < b->right;
    // END SOLUTION
}

int best_pair(const struct pair_counts *p) {
    int best = -1;
    for (int i = 0; i < p->count; i++) {
        if (p->pair[i].count < 2) continue;
        if (best < 0 || goes_before(&p->pair[i], &p->pair[best])) best = i;
    }
    return best;
}

static bool holds(const struct word *word, int left, int right) {
    for (int i = 0; i + 1 < word->length; i++)
        if (word->id[i] == left && word->id[i + 1] == right) return true;
    return false;
}

// Merges the pair at place `best` in every word that holds it, and keeps the counts of all pairs right.
static void merge_everywhere(struct pair_counts *p, struct words *w, int best, int made) {
    int left = p->pair[best].left, right = p->pair[best].right;
    struct ids holders = p->pair[best].words;
    p->pair[best].words = (struct ids){0};  // none will hold it
    for (size_t k = 0; k < holders.count; k++) {
        int index = holders.id[k];
        struct word *word = &w->word[index];
        if (!holds(word, left, right)) continue;  // another merge came between, or the list has the word twice
        // BEGIN SOLUTION 10.6 bpe_train: take the old word's pairs out of the counts, merge it, put the new ones in
        pairs_add(p, w, index, -1);
        word->length = merge_pair(word->id, word->length, left, right, made);
        pairs_add(p, w, index, +1);
        // END SOLUTION
    }
    ids_free(&holders);
}

int bpe_train(struct merge *merges, struct words *w, int first, int max) {
    struct pair_counts p = {0};
    for (int i = 0; i < w->count; i++) pairs_add(&p, w, i, +1);
    int n = 0;
    while (n < max) {
        int best = -1;
        // BEGIN SOLUTION 10.6 bpe_train: choose the best pair, stop if there is none, note in merges[n] what it makes
        best = best_pair(&p);
        if (best < 0) break;
        merges[n] = (struct merge){p.pair[best].left, p.pair[best].right, first + n};
        // END SOLUTION
        merge_everywhere(&p, w, best, first + n);
        n++;
    }
    pair_counts_free(&p);
    return n;
}
