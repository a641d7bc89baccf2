// A text is continued: read it, draw a token, read that one, and again.
#include <stdlib.h>

#include "15-inference/inference.h"

int token_likeliest(const float *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

// Reads tokens (n) in pieces of s->most. Returns the logits behind the last one.
static const float *read_all(struct decode_state *s, const int *tokens, int n) {
    const float *logits = NULL;
    for (int done = 0; done < n;) {
        const int piece = n - done < s->most ? n - done : s->most;
        logits = decode(s, tokens + done, piece);
        done += piece;
    }
    return logits;
}

// Reads what is new of tokens (n). Where the cache has no room for it, starts again with the last half of a cache.
static const float *catch_up(struct decode_state *s, const int *tokens, int n, int unread) {
    const int capacity = s->cache[0].capacity, half = capacity > 1 ? capacity / 2 : 1;
    if (s->length + unread > capacity) {
        decode_rewind(s, 0);
        unread = n < half ? n : half;
    }
    return read_all(s, tokens + n - unread, unread);
}

int continue_text(int *tokens, int n, int max, struct decode_state *s, const struct choice *c, int stop, struct rng *r,
                  token_seen *seen, void *context) {
    const int V = s->d->config.V;
    if (s->B != 1) die("continue_text writes one text, and this state has %d", s->B);
    float *probs = alloc_floats((size_t)V);
    for (int unread = n; n < max; unread = 1) {
        token_distribution(probs, catch_up(s, tokens, n, unread), V, c);
        const int token = token_draw(probs, V, r);
        tokens[n++] = token;
        if (seen && !seen(context, token)) break;
        if (token == stop) break;
    }
    free(probs);
    return n;
}
