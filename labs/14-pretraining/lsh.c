// Who is worth comparing? Documents that agree in a whole band of their signatures meet in one bucket.
#include <math.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

double lsh_probability(double s, int bands, int rows) {
    // TODO 14.4 lsh_probability: 1 less the probability that no band agrees
    todo("14.4 lsh_probability");
}

struct keyed {
    uint64_t key;  // a hash of the band: equal for documents that agree in it
    int document;
};

static int by_key(const void *a, const void *b) {
    const struct keyed *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->document < y->document ? -1 : 1;
}

void lsh_band_pairs(struct pairs *out, const uint32_t *signatures, int n, int K, int band, int rows) {
    struct keyed *bucket = alloc_zeroed((size_t)n, sizeof *bucket);
    for (int i = 0; i < n; i++) {
        // TODO 14.4 lsh_band_pairs: bucket[i] = document i, with hash_numbers of its numbers in this band
        todo("14.4 lsh_band_pairs");
    }
    qsort(bucket, (size_t)n, sizeof *bucket, by_key);
    // Equal keys now stand together, within a key the documents in ascending order.
    for (int i = 0; i < n; i++) {
        // TODO 14.4 lsh_band_pairs: pairs_push the document in bucket i with each that follows it
        //   and has the same key
        todo("14.4 lsh_band_pairs");
    }
    free(bucket);
}
