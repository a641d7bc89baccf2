// How alike are two documents? Each becomes a set of short pieces, and the set a short list of numbers.
#include "14-pretraining/pretraining.h"

void shingles(struct hashes *out, const uint64_t *word, size_t n, int width) {
    // BEGIN SOLUTION 14.3 shingles: one hash for every `width` words in a row; one for all of them if there are fewer
    const size_t length = n < (size_t)width ? n : (size_t)width;
    for (size_t start = 0; n > 0 && start + length <= n; start++) {
        uint64_t hash = word[start];
        for (size_t i = 1; i < length; i++) hash = hash_join(hash, word[start + i]);
        hashes_push(out, hash);
    }
    // END SOLUTION
}

void minhash_signature(uint32_t *signature, const uint64_t *shingle, size_t n, int K) {
    for (int k = 0; k < K; k++) signature[k] = UINT32_MAX;
    // BEGIN SOLUTION 14.3 minhash_signature: for every function k the smallest hash_family(shingle, k)
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < K; k++) {
            const uint32_t hash = hash_family(shingle[i], k);
            if (hash < signature[k]) signature[k] = hash;
        }
    }
    // END SOLUTION
}

float minhash_similarity(const uint32_t *a, const uint32_t *b, int K) {
    // BEGIN SOLUTION 14.3 minhash_similarity: the share of the places where both agree
    int same = 0;
    for (int k = 0; k < K; k++) same += a[k] == b[k];
    return (float)same / (float)K;
    // END SOLUTION
}
