// Operations and bytes.
#include "12-attention/attention.h"

double attention_flops(const struct attention *a) {
    // BEGIN SOLUTION 12.13 attention_flops: 4*D for every pair of a query and a key that it sees, in every head
    double pairs = 0;
    for (int b = 0; b < a->B; b++)
        for (int t = 0; t < a->T; t++) pairs += visible_keys(a, b, t);
    return 4.0 * a->D * a->H * pairs;
    // END SOLUTION
}

double attention_bytes(const struct attention *a) {
    // BEGIN SOLUTION 12.13 attention_bytes: probs (B,H,T,S); 4 bytes each, and the product in double
    return 4.0 * a->B * a->H * a->T * a->S;
    // END SOLUTION
}

double flash_bytes(const struct attention *a) {
    // BEGIN SOLUTION 12.13 flash_bytes: lse (B,H,T)
    return 4.0 * a->B * a->H * a->T;
    // END SOLUTION
}

double kv_cache_bytes(int L, int B, int S, int G, int D) {
    // BEGIN SOLUTION 12.13 kv_cache_bytes: keys and values of all layers
    return 2 * 4.0 * L * B * S * G * D;
    // END SOLUTION
}
