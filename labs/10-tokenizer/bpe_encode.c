// Merges applied, and undone.
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

int bpe_encode_word(int *ids, int n, const struct tokenizer *t) {
    for (;;) {
        int best = -1;  // the lowest rank among the pairs of neighbours
        // TODO 10.7 bpe_encode_word: ask pair_map_get for the rank of every pair of neighbours; keep the lowest
        todo("10.7 bpe_encode_word");
        if (best < 0) return n;
        const struct merge *m = &t->merge[best];
        n = merge_pair(ids, n, m->left, m->right, m->made);
    }
}

void tokenizer_decode(struct bytes *out, const struct tokenizer *t, const int *ids, size_t n) {
    // TODO 10.8 tokenizer_decode: the strings of the tokens (vocab_string), one after the other
    todo("10.8 tokenizer_decode");
}
