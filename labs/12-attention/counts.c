// Operations and bytes.
#include "12-attention/attention.h"

double attention_flops(const struct attention *a) {
    // TODO 12.13 attention_flops: 4*D for every pair of a query and a key that it sees, in every head
    todo("12.13 attention_flops");
}

double attention_bytes(const struct attention *a) {
    // TODO 12.13 attention_bytes: probs (B,H,T,S); 4 bytes each, and the product in double
    todo("12.13 attention_bytes");
}

double flash_bytes(const struct attention *a) {
    // TODO 12.13 flash_bytes: lse (B,H,T)
    todo("12.13 flash_bytes");
}

double kv_cache_bytes(int L, int B, int S, int G, int D) {
    // TODO 12.13 kv_cache_bytes: keys and values of all layers
    todo("12.13 kv_cache_bytes");
}
