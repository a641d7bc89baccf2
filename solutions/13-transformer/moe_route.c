// Whom does a row ask? The K experts with the highest scores.
#include <math.h>
#include <string.h>

#include "13-transformer/models.h"

// BEGIN SOLUTION 13.17 -
// The expert with the highest of the scores logits (E) that is not among the `count` that are chosen already.
static int best_of_the_rest(const float *logits, const int *chosen, int count, int E) {
    int best = -1;
    for (int e = 0; e < E; e++) {
        bool taken = false;
        for (int k = 0; k < count; k++) taken = taken || chosen[k] == e;
        if (!taken && (best < 0 || logits[e] > logits[best])) best = e;
    }
    return best;
}

// END SOLUTION
void moe_route_forward(int *chosen, float *weight, const float *logits, int N, int E, int K) {
    for (int n = 0; n < N; n++) {
        // BEGIN SOLUTION 13.17 moe_route_forward: choose the best of the rest, K times; their weights are the softmax of their scores
        const float *logits_n = logits + (size_t)n * E;
        int *chosen_n = chosen + (size_t)n * K;
        float *weight_n = weight + (size_t)n * K, sum = 0;
        for (int k = 0; k < K; k++) {
            chosen_n[k] = best_of_the_rest(logits_n, chosen_n, k, E);
            weight_n[k] = expf(logits_n[chosen_n[k]] - logits_n[chosen_n[0]]);
            sum += weight_n[k];
        }
        for (int k = 0; k < K; k++) weight_n[k] /= sum;
        // END SOLUTION
    }
}

void moe_route_backward(float *dlogits, const float *dweight, const float *weight, const int *chosen, int N, int E,
                        int K) {
    for (int n = 0; n < N; n++) {
        // BEGIN SOLUTION 13.17 moe_route_backward: the softmax's backward pass, among the K that were chosen
        const float *dweight_n = dweight + (size_t)n * K, *weight_n = weight + (size_t)n * K;
        float dot = 0;
        for (int k = 0; k < K; k++) dot += dweight_n[k] * weight_n[k];
        for (int k = 0; k < K; k++) dlogits[n * E + chosen[n * K + k]] += weight_n[k] * (dweight_n[k] - dot);
        // END SOLUTION
    }
}

void moe_dispatch(int *order, int *start, const int *chosen, int N, int E, int K) {
    // BEGIN SOLUTION 13.17 moe_dispatch: count each expert's pairs, add the counts up to starts, put every pair in its place
    memset(start, 0, (size_t)(E + 1) * sizeof(int));
    for (int i = 0; i < N * K; i++) start[chosen[i] + 1]++;
    for (int e = 0; e < E; e++) start[e + 1] += start[e];
    for (int i = 0; i < N * K; i++) order[start[chosen[i]]++] = i;  // start[e] ends where e + 1's places begin
    for (int e = E; e > 0; e--) start[e] = start[e - 1];
    start[0] = 0;
    // END SOLUTION
}
