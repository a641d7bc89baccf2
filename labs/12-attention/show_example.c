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
