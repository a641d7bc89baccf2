// Where queries, keys and values lie.
#include "12-attention/attention.h"

struct attention attention_self(int B, int T, int H, int G, int D) {
    size_t row = (size_t)(H + 2 * G) * D;
    return (struct attention){
        .B = B, .T = T, .S = T, .H = H, .G = G, .D = D, .q_row = row, .kv_row = row, .kv_seq = T * row};
}
