// A gate that likes one expert sends it more rows, from which that expert learns more, so that the gate likes it more.
// This loss pulls the other way.
#include "03-backprop/backprop.h"
#include "13-transformer/models.h"

float moe_balance_forward(float *probs, const float *logits, const int *start, int N, int E, int K) {
    // TODO 13.18 moe_balance_forward: softmax_forward of the rows; E times the sum of (share of the pairs) * (mean probability)
    todo("13.18 moe_balance_forward");
}

void moe_balance_backward(float *dlogits, float dloss, const float *probs, const int *start, int N, int E, int K) {
    // TODO 13.18 moe_balance_backward: dprobs[n,e] = dloss * E * share[e] / N, and through the softmax
    todo("13.18 moe_balance_backward");
}
