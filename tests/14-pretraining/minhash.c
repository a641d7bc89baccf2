// Tests of minhash.c.
#include "14-pretraining/definitions.h"

EXERCISE(shingles, .number = "14.3", .points = 3) {
    for (int round = 0; round < 8; round++) {
        const int width = round == 0 ? 3 : round == 1 ? 4 : grade_int(1, 5);
        const int n = round == 0 ? 7 : round == 1 ? 2 : grade_int(0, 14);
        const int length = n < width ? n : width, count = n > 0 ? n - length + 1 : 0;
        uint64_t *word = random_words(n > 0 ? n : 1, 20);
        struct hashes got = {0};
        hashes_push(&got, 42);
        shingles(&got, word, (size_t)n, width);
        grade_true(got.count > 0 && got.hash[0] == 42, "shingles are appended: what the list held must stay");
        if (n > width) suspect_scalar("the last shingle is missing", count - 1);
        suspect_scalar("one for every word: the last ones would be too short", n);
        suspect_scalar("a document that is shorter than a shingle has none", 0);
        suspect_scalar("the shingles do not overlap: each starts where the one before it ends",
                       length > 0 ? n / length : 0);
        grade_equal(round == 0 ? "shingles of 3 words in 7 words" : "number of shingles", (long)got.count - 1, count);
        for (int i = 0; i < count; i++)
            grade_true(got.hash[i + 1] == joined(word, i, length, false),
                       "shingle %d of %d words is not their hash_join, from the left%s%s", i, length,
                       got.hash[i + 1] == joined(word, i, length, true) ? "\nlooks like: joined from the right" : "",
                       got.hash[i + 1] == word[i] ? "\nlooks like: only its first word is hashed" : "");
        hashes_free(&got);
        free(word);
    }
}

// Signatures as numbers in 0..1. what: 0 as defined, 1 the largest, 2 function 0 for all, 3 without the last, 4 the last
static double *signature_of(const uint64_t *shingle, int n, int K, int what) {
    double *s = grade_doubles(K);
    for (int k = 0; k < K; k++) {
        uint32_t best = what == 1 ? 0 : UINT32_MAX;
        for (int i = what == 4 && n > 0 ? n - 1 : 0; i < n - (what == 3); i++) {
            uint32_t hash = hash_family(shingle[i], what == 2 ? 0 : k);
            if (what == 1 ? hash > best : hash < best) best = hash;
        }
        s[k] = best * 0x1p-32;
    }
    return s;
}

// Two sets with `both` common hashes and `own` further ones each: how alike do K functions find them?
static double measured_similarity(int both, int own, int K) {
    const int n = both + own;
    uint64_t *a = random_words(n, n), *b = random_words(n, n);
    for (int i = 0; i < n; i++) {
        a[i] = random_hash();
        b[i] = i < both ? a[i] : random_hash();
    }
    uint32_t *of_a = malloc((size_t)K * sizeof *of_a), *of_b = malloc((size_t)K * sizeof *of_b);
    minhash_signature(of_a, a, (size_t)n, K);
    minhash_signature(of_b, b, (size_t)n, K);
    const double similarity = (double)minhash_similarity(of_a, of_b, K);
    free(a);
    free(b);
    free(of_a);
    free(of_b);
    return similarity;
}

EXERCISE(minhash_signature, .number = "14.3", .points = 5) {
    // The text's example: two signatures of eight numbers that agree in six.
    uint32_t one[8] = {7, 3, 9, 4, 1, 8, 2, 6}, two[8] = {7, 3, 5, 4, 1, 8, 0, 6};
    suspect_scalar("a number of places, where a share of K is asked for", 6);
    suspect_scalar("the share of the places that differ", 0.25);
    grade_scalar("similarity of signatures that agree in 6 places of 8", minhash_similarity(one, two, 8), 0.75, 1e-6);

    for (int round = 0; round < 3; round++) {
        const int n = round == 2 ? 0 : grade_int(5, 12), K = grade_int(11, 40);
        uint64_t *shingle = random_words(n > 0 ? n : 1, 20);
        uint32_t *signature = malloc((size_t)K * sizeof *signature);
        float *got = grade_output(K);
        minhash_signature(signature, shingle, (size_t)n, K);
        for (int k = 0; k < K; k++) got[k] = (float)(signature[k] * 0x1p-32);
        if (n > 0) {
            suspect("the largest hash, where the smallest is asked for", signature_of(shingle, n, K, 1));
            suspect("function 0 is used for every place; place k has function k", signature_of(shingle, n, K, 2));
            suspect("the last shingle is left out", signature_of(shingle, n, K, 3));
            suspect("the last shingle's hash, not the smallest of all", signature_of(shingle, n, K, 4));
        }
        grade_array(n > 0 ? "signature / 2^32" : "signature / 2^32 of an empty document", got,
                    signature_of(shingle, n, K, 0), AXES("k", K), 1e-7);
        free(shingle);
        free(signature);
    }
    // Each place agrees with the probability of the Jaccard similarity: with 4096 of them, 0.05 are 6 standard deviations.
    const int both = grade_int(5, 40), own = grade_int(3, 20);
    grade_scalar("similarity by 4096 functions, beside the Jaccard similarity", measured_similarity(both, own, 4096),
                 both / (both + 2.0 * own), 0.05 / 2);
}
