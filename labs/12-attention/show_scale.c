// Queries and keys of random numbers: the more numbers in a head, the larger the scores, unless they are divided.
#include <math.h>
#include <stdlib.h>

#include "03-backprop/backprop.h"
#include "12-attention/show.h"

enum { QUERIES = 200, KEYS = 64 };

struct softness {
    double keys;      // e^entropy, mean over the queries: among how many keys a query divides itself
    double gradient;  // length of the gradient of a query's scores, the median of the queries
};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct softness measure(const float *q, const float *k, int D, struct rng *r) {
    float *out = alloc_floats((size_t)QUERIES * D), *probs = alloc_floats((size_t)QUERIES * KEYS);
    float *dprobs = alloc_floats((size_t)QUERIES * KEYS), *dscores = alloc_floats((size_t)QUERIES * KEYS);
    struct attention a = {
        .B = 1, .T = QUERIES, .S = KEYS, .H = 1, .G = 1, .D = D, .q_row = D, .kv_row = D, .kv_seq = 0};
    attention_forward(out, probs, q, k, k, &a);
    for (int i = 0; i < QUERIES * KEYS; i++) dprobs[i] = rng_normal(r);
    softmax_backward(dscores, dprobs, probs, QUERIES, KEYS);
    struct softness s = {0};
    double lengths[QUERIES];
    for (int t = 0; t < QUERIES; t++) {
        double entropy = 0.0, squares = 0.0;
        for (int i = 0; i < KEYS; i++) {
            double p = (double)probs[t * KEYS + i];
            if (p > 0.0) entropy -= p * log(p);
            squares += (double)dscores[t * KEYS + i] * (double)dscores[t * KEYS + i];
        }
        s.keys += exp(entropy) / QUERIES;
        lengths[t] = sqrt(squares);
    }
    qsort(lengths, QUERIES, sizeof *lengths, ascending);
    s.gradient = lengths[QUERIES / 2];
    free(out);
    free(probs);
    free(dprobs);
    free(dscores);
    return s;
}

void show_scale(const struct options *o) {
    struct csv_log log;
    csv_open(&log, o->out, "scale.csv", "d,keys_scaled,keys_plain,gradient_scaled,gradient_plain");
    printf("\nRandom queries and %d random keys, numbers of mean 0 and variance 1\n", KEYS);
    printf("  %5s  %26s  %26s\n", "", "keys that share a query", "median gradient of scores");
    printf("  %5s  %13s %12s  %13s %12s\n", "D", "with 1/sqrt(D)", "without", "with 1/sqrt(D)", "without");
    for (int D = 1; D <= (o->quick ? 64 : 1024); D *= 4) {
        float *q = alloc_floats((size_t)QUERIES * D), *k = alloc_floats((size_t)KEYS * D);
        struct rng r, slopes;
        rng_seed(&r, o->seed, 2);
        rng_seed(&slopes, o->seed, 3);
        for (int i = 0; i < QUERIES * D; i++) q[i] = rng_normal(&r);
        for (int i = 0; i < KEYS * D; i++) k[i] = rng_normal(&r);
        struct softness scaled = measure(q, k, D, &slopes);
        for (int i = 0; i < QUERIES * D; i++) q[i] *= sqrtf((float)D);  // undoes the division
        rng_seed(&slopes, o->seed, 3);
        struct softness plain = measure(q, k, D, &slopes);
        printf("  %5d  %13.1f %12.2f  %13.4f %12.2g\n", D, scaled.keys, plain.keys, scaled.gradient, plain.gradient);
        csv_row(&log, "%d,%.5g,%.5g,%.5g,%.5g", D, scaled.keys, plain.keys, scaled.gradient, plain.gradient);
        free(q);
        free(k);
    }
    csv_close(&log);
}
