// Merges applied, and undone.
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

int bpe_encode_word(int *ids, int n, const struct tokenizer *t) {
    for (;;) {
        int best = -1;  // the lowest rank among the pairs of neighbours
        // BEGIN SOLUTION 10.7 bpe_encode_word: ask pair_map_get for the rank of every pair of neighbours; keep the lowest
        for (int i = 0; i + 1 < n; i++) {
            int rank = pair_map_get(&t->rank, ids[i], ids[i + 1]);
            if (rank >= 0 && (best < 0 || rank < best)) best = rank;
        }
        // END SOLUTION
        if (best < 0) return n;
        const struct merge *m = &t->merge[best];
        n = merge_pair(ids, n, m->left, m->right, m->made);
    }
}

void tokenizer_decode(struct bytes *out, const struct tokenizer *t, const int *ids, size_t n) {
    // BEGIN SOLUTION 10.8 tokenizer_decode: the strings of the tokens (vocab_string), one after the other
    for (size_t i = 0; i < n; i++) {
        size_t size;
        const char *string = vocab_string(&t->vocab, ids[i], &size);
        bytes_push(out, string, size);
    }
    // END SOLUTION
}
