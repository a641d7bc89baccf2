// Unigram: the most probable pieces.
#include "10-tokenizer/tokenizer.h"

#include <math.h>
#include <stdlib.h>

#include "common/common.h"

// The log-probability of the piece word[from..to-1] and its id in *id; -INFINITY if there is no such piece.
static double piece_logp(const struct unigram *u, const char *word, size_t from, size_t to, int *id) {
    *id = vocab_find(&u->pieces, word + from, to - from);
    return *id < 0 ? -INFINITY : u->logp[*id];
}

// Where a piece that ends at `end` can start at the earliest.
static size_t earliest(const struct unigram *u, size_t end) {
    size_t longest = (size_t)u->pieces.longest;
    return end > longest ? end - longest : 0;
}

double unigram_viterbi(struct ids *out, const struct unigram *u, const char *word, size_t n) {
    double *best = alloc_doubles(n + 1);               // best[i]: of the first i bytes
    int *last = alloc_zeroed(n + 1, sizeof *last);     // the last piece of that segmentation
    size_t *from = alloc_zeroed(n + 1, sizeof *from);  // and where that piece starts
    for (size_t end = 1; end <= n; end++) {
        best[end] = -INFINITY;
        for (size_t start = earliest(u, end); start < end; start++) {
            int id = -1;
            double logp = piece_logp(u, word, start, end, &id);
            if (id < 0 || isinf(logp)) continue;  // no such piece
            // BEGIN SOLUTION 10.10 unigram_viterbi: the best of the first start bytes, and this piece: better than best[end]?
            if (best[start] + logp > best[end]) {
                best[end] = best[start] + logp;
                last[end] = id;
                from[end] = start;
            }
            // END SOLUTION
        }
    }
    // BEGIN SOLUTION 10.10 unigram_viterbi: walk back from n by last and from; the pieces come out last first
    size_t before = out->count;
    for (size_t end = n; end > 0; end = from[end]) ids_push(out, last[end]);
    for (size_t i = before, j = out->count - 1; i < j; i++, j--) {
        int kept = out->id[i];
        out->id[i] = out->id[j];
        out->id[j] = kept;
    }
    // END SOLUTION
    double logp = best[n];
    free(best), free(last), free(from);
    return logp;
}

double unigram_expect(double *counts, const struct unigram *u, const char *word, size_t n, double weight) {
    double *before = alloc_doubles(n + 1);  // log of the summed probability of all ways to cut the first i bytes
    double *after = alloc_doubles(n + 1);   // of all ways to cut the bytes from i on
    for (size_t i = 0; i <= n; i++) {
        before[i] = i == 0 ? 0 : -INFINITY;
        after[i] = i == n ? 0 : -INFINITY;
    }
    int id = -1;
    // BEGIN SOLUTION 10.11 unigram_expect: before from left to right, after from right to left, both with log_add
    for (size_t end = 1; end <= n; end++)
        for (size_t start = earliest(u, end); start < end; start++)
            before[end] = log_add(before[end], before[start] + piece_logp(u, word, start, end, &id));
    for (size_t end = n; end > 0; end--)
        for (size_t start = earliest(u, end); start < end; start++)
            after[start] = log_add(after[start], piece_logp(u, word, start, end, &id) + after[end]);
    // END SOLUTION
    for (size_t end = 1; end <= n; end++) {
        for (size_t start = earliest(u, end); start < end; start++) {
            double logp = piece_logp(u, word, start, end, &id);
            if (id < 0 || isinf(logp)) continue;  // no such piece
            // BEGIN SOLUTION 10.11 unigram_expect: weight times the share of the segmentations that use the piece here
            counts[id] += weight * exp(before[start] + logp + after[end] - before[n]);
            // END SOLUTION
        }
    }
    double total = before[n];
    free(before), free(after);
    return total;
}
