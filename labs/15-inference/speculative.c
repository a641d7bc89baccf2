// A small model guesses several tokens, the large one judges all of them in one pass, and nobody can tell from the
// text.
#include <stdlib.h>

#include "15-inference/inference.h"

// Draws from what p has more than q: max(0, p - q), divided by its sum. Where rounding leaves nothing, from p.
static int draw_rest(const float *p, const float *q, int V, struct rng *r) {
    float *rest = alloc_floats((size_t)V);
    // TODO 15.14 speculative_accept: rest (V) = max(0, p - q), and its sum; divide by it
    todo("15.14 speculative_accept");
    int token = token_draw(rest, V, r);
    free(rest);
    return token;
}

int speculative_accept(int *next, const int *draft, const float *q, const float *p, int K, int V, struct rng *r) {
    for (int k = 0; k < K; k++, p += V, q += V) {  // p and q: row k
        bool accepted = false;
        // TODO 15.14 speculative_accept: is draft[k] accepted?
        todo("15.14 speculative_accept");
        if (!accepted) {
            *next = draw_rest(p, q, V, r);
            return k;
        }
    }
    // TODO 15.14 speculative_accept: all K are accepted, and p is row K: it gives one more token, for nothing
    todo("15.14 speculative_accept");
    return K;
}
