// Good or junk? A document becomes a vector of fixed length, and a line through that space tells one from the other.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/pretraining.h"

// Counts one word, or pair of words, in its bucket.
static void count_hash(float *x, uint64_t hash, int buckets) {
    // TODO 14.1 hash_features: the hash chooses the bucket, its highest bit (hash >> 63) the sign
    todo("14.1 hash_features");
}

void hash_features(float *x, const uint64_t *word, size_t n, int buckets) {
    memset(x, 0, (size_t)buckets * sizeof *x);
    for (size_t i = 0; i < n; i++) count_hash(x, word[i], buckets);
    // TODO 14.1 hash_features: count_hash every two neighbours too; then divide x by its length
    todo("14.1 hash_features");
}

void quality_init(struct quality *q, int buckets) {
    *q = (struct quality){.buckets = buckets, .weight = alloc_floats((size_t)buckets)};
}

void quality_free(struct quality *q) {
    free(q->weight);
    *q = (struct quality){0};
}

// Above 0 the model takes the document for good.
double quality_evidence(const struct quality *q, const float *x) {
    double z = q->bias;
    for (int j = 0; j < q->buckets; j++) z += (double)q->weight[j] * x[j];
    return z;
}

float quality_score(const struct quality *q, const float *x) {
    // TODO 14.2 quality_score: the sigmoid of quality_evidence
    todo("14.2 quality_score");
}

float quality_step(struct quality *q, const float *x, int label, float lr) {
    // TODO 14.2 quality_step: the loss, without e to a large power; then weight and bias go down the slope
    todo("14.2 quality_step");
}
