// Tokens and their experts, for the tests of the mixture of experts.
#pragma once
#include "13-transformer/definitions.h"

// The right order and starts.
struct dispatch {
    int *chosen, *start;
    double *order, *starts;
};

static inline struct dispatch random_dispatch(int N, int E, int K) {
    struct dispatch d = {grade_ints(N * K, 0, E - 2), grade_ints(E + 1, 0, 0), grade_doubles(N * K),
                         grade_doubles(E + 1)};
    for (int n = 0; n < N; n++)
        for (int i = 1; i < K; i++) d.chosen[n * K + i] = (d.chosen[n * K] + i) % (E - 1);
    int at = 0;
    for (int e = 0; e < E; e++) {
        d.start[e] = at, d.starts[e] = at;
        for (int i = 0; i < N * K; i++)
            if (d.chosen[i] == e) d.order[at++] = i;
    }
    d.start[E] = at, d.starts[E] = at;
    return d;
}

struct balance_case {
    int N, E, K;
    struct dispatch d;
    float *logits;
    double dloss;
};

static inline void define_probs(double *probs, const double *logits, int N, int E) {
    for (int n = 0; n < N; n++) {
        double sum = 0;
        for (int e = 0; e < E; e++) sum += exp(logits[n * E + e]);
        for (int e = 0; e < E; e++) probs[n * E + e] = exp(logits[n * E + e]) / sum;
    }
}
