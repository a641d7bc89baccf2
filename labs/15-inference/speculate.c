// Text from a large model, with a small one that runs ahead.
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"

// What one round works on: texts in which position 0 is token `start`.
struct round {
    int start;
    int *draft;  // (K)
    float *q;    // (K,V)
    float *p;    // (K+1,V)
};

// Reads tokens from the first that s has not read up to token `end` (not included). Returns the logits behind the last.
static const float *catch_up(struct decode_state *s, const int *tokens, int start, int end) {
    const float *logits = NULL;
    while (start + s->length < end) {
        int at = start + s->length, T = end - at < s->most ? end - at : s->most;
        logits = decode(s, tokens + at, T);
    }
    return logits;
}

// The small model goes on from n tokens by K, which it writes to draft, and the distributions they are from to q.
static void run_ahead(struct round *x, const int *tokens, int n, int K, struct decode_state *small,
                      const struct choice *c, struct rng *r) {
    const int V = small->d->config.V;
    for (int k = 0; k < K; k++) {
        const float *logits = k == 0 ? catch_up(small, tokens, x->start, n) : decode(small, x->draft + k - 1, 1);
        token_distribution(x->q + (size_t)k * V, logits, V, c);
        x->draft[k] = token_draw(x->q + (size_t)k * V, V, r);
    }
}

// One pass of the large model over what it has not read of n tokens and over the draft.
static void judge(struct round *x, int *tokens, int n, int K, struct decode_state *large, const struct choice *c) {
    const int V = large->d->config.V;
    catch_up(large, tokens, x->start, n - 1);  // after a prompt; else it has read all but the last
    memcpy(tokens + n, x->draft, (size_t)K * sizeof *tokens);
    const float *logits = decode_all(large, tokens + n - 1, K + 1);
    for (int k = 0; k <= K; k++) token_distribution(x->p + (size_t)k * V, logits + (size_t)k * V, V, c);
}

static int smallest(int a, int b, int c) {
    return a < b ? (a < c ? a : c) : (b < c ? b : c);
}

int speculative_text(int *tokens, int n, int max, struct decode_state *large, struct decode_state *small, int K,
                     const struct choice *c, int stop, struct rng *r, int *counts) {
    const int V = large->d->config.V;
    const int capacity = smallest(large->cache[0].capacity, small->cache[0].capacity, large->cache[0].capacity);
    if (small->d->config.V != V)
        die("the small model has %d tokens, the large one %d: they must share a tokenizer", small->d->config.V, V);
    if (large->B != 1 || small->B != 1 || large->most < K + 1)
        die("speculative text: one text for each model (now %d and %d), and %d new tokens at once in the large one "
            "(now %d)",
            large->B, small->B, K + 1, large->most);
    struct round x = {.draft = alloc_zeroed((size_t)K + 1, sizeof(int)),
                      .q = alloc_floats((size_t)(K + 1) * V),
                      .p = alloc_floats((size_t)(K + 1) * V)};
    bool stopped = false;
    counts[0] = counts[1] = 0;
    decode_rewind(large, 0);
    decode_rewind(small, 0);
    while (n < max && !stopped) {
        if (n - x.start > capacity) {  // no room: read the last half again, as continue_text does
            x.start = n - (capacity + 1) / 2;
            decode_rewind(large, 0);
            decode_rewind(small, 0);
        }
        const int ahead = smallest(K, max - n - 1, capacity - (n - x.start));
        int next;
        run_ahead(&x, tokens, n, ahead, small, c, r);
        judge(&x, tokens, n, ahead, large, c);
        const int accepted = speculative_accept(&next, x.draft, x.q, x.p, ahead, V, r);
        tokens[n + accepted] = next;  // the accepted ones of the draft stand there already
        counts[0]++;
        counts[1] += accepted;
        int end = n + accepted + 1;
        while (n < end && !stopped) stopped = tokens[n++] == stop;
        // both forget what they read of tokens that were not accepted; the last one is read in the next round
        decode_rewind(large, n - 1 - x.start);
        if (small->length > n - 1 - x.start) decode_rewind(small, n - 1 - x.start);
    }
    free(x.draft);
    free(x.q);
    free(x.p);
    return n;
}
