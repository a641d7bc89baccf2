// A gate that likes one expert sends it more rows, from which that expert learns more, so that the gate likes it more.
// This loss pulls the other way.
#include "03-backprop/backprop.h"
#include "13-transformer/models.h"

float moe_balance_forward(float *probs, const float *logits, const int *start, int N, int E, int K) {
    // BEGIN SOLUTION 13.18 moe_balance_forward: softmax_forward of the rows; E times the sum of (share of the pairs) * (mean probability)
    softmax_forward(probs, logits, N, E);
    double balance = 0;
    for (int e = 0; e < E; e++) {
        double share = (double)(start[e + 1] - start[e]) / ((double)N * K), mean = 0;
        for (int n = 0; n < N; n++) mean += probs[(size_t)n * E + e] / (double)N;
        balance += share * mean;
    }
    return (float)(E * balance);
    // END SOLUTION
}

void moe_balance_backward(float *dlogits, float dloss, const float *probs, const int *start, int N, int E, int K) {
    // BEGIN SOLUTION 13.18 moe_balance_backward: dprobs[n,e] = dloss * E * share[e] / N, and through the softmax
    for (int n = 0; n < N; n++) {
        const float *probs_n = probs + (size_t)n * E;
        float dot = 0, scale = dloss * (float)E / ((float)N * (float)N * (float)K);
        for (int e = 0; e < E; e++) dot += scale * (float)(start[e + 1] - start[e]) * probs_n[e];
        for (int e = 0; e < E; e++)
            dlogits[(size_t)n * E + e] += probs_n[e] * (scale * (float)(start[e + 1] - start[e]) - dot);
    }
    // END SOLUTION
}
