// How alike are two documents? Each becomes a set of short pieces, and the set a short list of numbers.
#include "14-pretraining/pretraining.h"

void shingles(struct hashes *out, const uint64_t *word, size_t n, int width) {
    // TODO 14.3 shingles: one hash for every `width` words in a row; one for all of them if there are fewer
    todo("14.3 shingles");
}

void minhash_signature(uint32_t *signature, const uint64_t *shingle, size_t n, int K) {
    for (int k = 0; k < K; k++) signature[k] = UINT32_MAX;
    // TODO 14.3 minhash_signature: for every function k the smallest hash_family(shingle, k)
    todo("14.3 minhash_signature");
}

float minhash_similarity(const uint32_t *a, const uint32_t *b, int K) {
    // TODO 14.3 minhash_similarity: the share of the places where both agree
    todo("14.3 minhash_similarity");
}
