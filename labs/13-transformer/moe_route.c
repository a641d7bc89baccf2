// Whom does a row ask? The K experts with the highest scores.
#include <math.h>
#include <string.h>

#include "13-transformer/models.h"

void moe_route_forward(int *chosen, float *weight, const float *logits, int N, int E, int K) {
    for (int n = 0; n < N; n++) {
        // TODO 13.17 moe_route_forward: choose the best of the rest, K times; their weights are the softmax of their scores
        todo("13.17 moe_route_forward");
    }
}

void moe_route_backward(float *dlogits, const float *dweight, const float *weight, const int *chosen, int N, int E,
                        int K) {
    for (int n = 0; n < N; n++) {
        // TODO 13.17 moe_route_backward: the softmax's backward pass, among the K that were chosen
        todo("13.17 moe_route_backward");
    }
}

void moe_dispatch(int *order, int *start, const int *chosen, int N, int E, int K) {
    // TODO 13.17 moe_dispatch: count each expert's pairs, add the counts up to starts, put every pair in its place
    todo("13.17 moe_dispatch");
}
