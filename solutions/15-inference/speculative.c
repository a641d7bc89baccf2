// A small model guesses several tokens, the large one judges all of them in one pass, and nobody can tell from the
// text.
#include <stdlib.h>

#include "15-inference/inference.h"

// Draws from what p has more than q: max(0, p - q), divided by its sum. Where rounding leaves nothing, from p.
static int draw_rest(const float *p, const float *q, int V, struct rng *r) {
    float *rest = alloc_floats((size_t)V);
    // BEGIN SOLUTION 15.14 speculative_accept: rest (V) = max(0, p - q), and its sum; divide by it
    double sum = 0;
    for (int v = 0; v < V; v++) {
        rest[v] = p[v] > q[v] ? p[v] - q[v] : 0;
        sum += rest[v];
    }
    for (int v = 0; v < V; v++) rest[v] = sum > 0 ? (float)(rest[v] / sum) : p[v];
    // END SOLUTION
    int token = token_draw(rest, V, r);
    free(rest);
    return token;
}

int speculative_accept(int *next, const int *draft, const float *q, const float *p, int K, int V, struct rng *r) {
    for (int k = 0; k < K; k++, p += V, q += V) {  // p and q: row k
        bool accepted = false;
        // BEGIN SOLUTION 15.14 speculative_accept: is draft[k] accepted?
        accepted = rng_uniform(r) < p[draft[k]] / q[draft[k]];
        // END SOLUTION
        if (!accepted) {
            *next = draw_rest(p, q, V, r);
            return k;
        }
    }
    // BEGIN SOLUTION 15.14 speculative_accept: all K are accepted, and p is row K: it gives one more token, for nothing
    *next = token_draw(p, V, r);
    // END SOLUTION
    return K;
}
