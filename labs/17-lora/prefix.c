// Prefix tuning: every layer's attention can look at P more positions, whose keys and values are learned.
#include <string.h>

#include "17-lora/lora.h"

void prefix_forward(float *k, float *v, const float *prefix_k, const float *prefix_v, const float *qkv, int B, int P,
                    int T, int H, int G, int D) {
    for (int b = 0; b < B; b++) {
        // TODO 17.7 prefix_forward: the prefix, then of each of the T rows of qkv the keys, and the values behind them
        todo("17.7 prefix_forward");
    }
}

void prefix_backward(float *dprefix_k, float *dprefix_v, float *dqkv, const float *dk, const float *dv, int B, int P,
                     int T, int H, int G, int D) {
    for (int b = 0; b < B; b++) {
        // TODO 17.7 prefix_backward: the prefix's gradients add up over the texts; the text's own go back to where they came from
        todo("17.7 prefix_backward");
    }
}
