// Prefix tuning: every layer's attention can look at P more positions, whose keys and values are learned.
#include <string.h>

#include "17-lora/lora.h"

void prefix_forward(float *k, float *v, const float *prefix_k, const float *prefix_v, const float *qkv, int B, int P,
                    int T, int H, int G, int D) {
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 17.7 prefix_forward: the prefix, then of each of the T rows of qkv the keys, and the values behind them
        const size_t GD = (size_t)G * D, row = (size_t)(H + 2 * G) * D;  // a position's keys; a row of qkv
        float *k_b = k + b * (P + T) * GD, *v_b = v + b * (P + T) * GD;
        memcpy(k_b, prefix_k, P * GD * sizeof(float));
        memcpy(v_b, prefix_v, P * GD * sizeof(float));
        for (int t = 0; t < T; t++) {
            const float *keys = qkv + ((size_t)b * T + t) * row + (size_t)H * D;
            memcpy(k_b + (P + t) * GD, keys, GD * sizeof(float));
            memcpy(v_b + (P + t) * GD, keys + GD, GD * sizeof(float));
        }
        // END SOLUTION
    }
}

void prefix_backward(float *dprefix_k, float *dprefix_v, float *dqkv, const float *dk, const float *dv, int B, int P,
                     int T, int H, int G, int D) {
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 17.7 prefix_backward: the prefix's gradients add up over the texts; the text's own go back to where they came from
        const size_t GD = (size_t)G * D, row = (size_t)(H + 2 * G) * D;  // a position's keys; a row of qkv
        const float *dk_b = dk + b * (P + T) * GD, *dv_b = dv + b * (P + T) * GD;
        for (size_t i = 0; i < P * GD; i++) dprefix_k[i] += dk_b[i], dprefix_v[i] += dv_b[i];
        for (int t = 0; t < T; t++) {
            float *dkeys = dqkv + ((size_t)b * T + t) * row + (size_t)H * D;
            memcpy(dkeys, dk_b + (P + t) * GD, GD * sizeof(float));
            memcpy(dkeys + GD, dv_b + (P + t) * GD, GD * sizeof(float));
        }
        // END SOLUTION
    }
}
