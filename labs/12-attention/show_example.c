// The worked example of the text.
#include "12-attention/show.h"

void show_example(void) {
    enum { KEYS = 3, D = 2 };
    const char *const words[KEYS] = {"animal", "street", "cross"};
    const float q[D] = {2, 1}, keys[KEYS * D] = {2, 0, 0, 1, -1, 1}, values[KEYS * D] = {10, 0, 0, 10, 5, 5};
    float out[D], probs[KEYS];
    one_query_attention(out, probs, q, keys, values, KEYS, D);
    printf("One query, three keys\n ");
    for (int i = 0; i < KEYS; i++) printf(" %s %.4f", words[i], (double)probs[i]);
    printf("  out (%.3f, %.3f)\n", (double)out[0], (double)out[1]);
}

// The gradients of its first output, out[0].
void show_gradient(void) {
    enum { KEYS = 3, D = 2 };
    const float q[D] = {2, 1}, k[KEYS * D] = {2, 0, 0, 1, -1, 1}, v[KEYS * D] = {10, 0, 0, 10, 5, 5}, dout[D] = {1, 0};
    float out[D], probs[KEYS], dq[D] = {0}, dk[KEYS * D] = {0}, dv[KEYS * D] = {0};
    const struct attention a = {
        .B = 1, .T = 1, .S = KEYS, .H = 1, .G = 1, .D = D, .q_row = D, .kv_row = D, .kv_seq = KEYS * D};
    attention_forward(out, probs, q, k, v, &a);
    attention_backward(dq, dk, dv, dout, probs, q, k, v, &a);
    printf("Its gradients for dout = (1, 0)\n  dq (%.3f, %.3f)", (double)dq[0], (double)dq[1]);
    for (int i = 0; i < 2; i++) {
        const float *d = i ? dv : dk;
        printf("  %s", i ? "dv" : "dk");
        for (int s = 0; s < KEYS; s++) printf(" (%.3f, %.3f)", (double)d[s * D], (double)d[s * D + 1]);
    }
    printf("\n");
}
