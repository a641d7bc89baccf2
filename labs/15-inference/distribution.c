// From scores to the next token: which ones may follow, and how probable each of them is.
#include <math.h>
#include <stdlib.h>

#include "15-inference/inference.h"

// ---- the likeliest, one after the other -----------------------------------------------------------------------------
// A vocabulary is large, and few tokens stay: to sort all of them would take longer than to choose. A heap finds the
// largest in one pass, and each of the next in a few steps.
struct ranking {
    const float *probs;
    // heap[0] is the likeliest of the first `rest`; the ones found before stand behind them, the last found first
    int *heap;
    int rest, V;
};

static bool before(const float *probs, int a, int b) {
    const float of_a = probs[a], of_b = probs[b];
    return of_a > of_b || (of_a == of_b && a < b);
}

static void sink(struct ranking *r, int place) {
    for (int child; (child = 2 * place + 1) < r->rest; place = child) {
        if (child + 1 < r->rest && before(r->probs, r->heap[child + 1], r->heap[child])) child++;
        if (!before(r->probs, r->heap[child], r->heap[place])) return;
        int moved = r->heap[place];
        r->heap[place] = r->heap[child];
        r->heap[child] = moved;
    }
}

static void ranking_init(struct ranking *r, const float *probs, int V) {
    *r = (struct ranking){probs, alloc_zeroed((size_t)V, sizeof(int)), V, V};
    for (int v = 0; v < V; v++) r->heap[v] = v;
    for (int place = V / 2 - 1; place >= 0; place--) sink(r, place);
}

// The token in place i of the ranking: 0 is the likeliest. Of equal ones the smaller id comes first.
static int ranking_at(struct ranking *r, int i) {
    while (r->V - r->rest <= i) {
        int first = r->heap[0];
        r->heap[0] = r->heap[--r->rest];
        r->heap[r->rest] = first;
        sink(r, 0);
    }
    return r->heap[r->V - 1 - i];
}

// ---- the distribution -----------------------------------------------------------------------------------------------
static bool may(const struct choice *c, int v) {
    return !c->allowed || c->allowed[v];
}

static int likeliest(const float *logits, int V, const struct choice *c) {
    int best = -1;
    for (int v = 0; v < V; v++)
        if (may(c, v) && (best < 0 || logits[v] > logits[best])) best = v;
    if (best < 0) die("none of the %d tokens may follow: a choice must leave at least one", V);
    return best;
}

// Keeps some of the likeliest tokens of probs (V), whose sum is 1: at most `most` of them, top_k's part, and of these
// no more than top_p asks for. The others become 0, and the sum is 1 again.
static void cut(float *probs, int V, int most, float top_p) {
    struct ranking rank;
    ranking_init(&rank, probs, V);
    int kept = 0;
    double sum = 0;  // of the `kept` likeliest
    // TODO 15.6 token_distribution: what the likeliest `most` hold together; then keep the likeliest, one by
    //   one, until they hold top_p of that (all `most` if top_p is 1). ranking_at(&rank, i) is token i of the ranking,
    //   0 the likeliest
    todo("15.6 token_distribution");
    bool *stays = alloc_zeroed((size_t)V, sizeof *stays);
    for (int i = 0; i < kept; i++) stays[ranking_at(&rank, i)] = true;
    for (int v = 0; v < V; v++) probs[v] = stays[v] ? (float)(probs[v] / sum) : 0;
    free(stays);
    free(rank.heap);
}

void token_distribution(float *probs, const float *logits, int V, const struct choice *c) {
    const int best = likeliest(logits, V, c);
    if (c->temperature <= 0) {
        for (int v = 0; v < V; v++) probs[v] = v == best;
        return;
    }
    // TODO 15.6 token_distribution: probs = softmax(logits / temperature) of the tokens that may follow, 0
    //   for the others, without overflow
    todo("15.6 token_distribution");
    const int most = c->top_k > 0 && c->top_k < V ? c->top_k : V;
    if (most < V || c->top_p < 1) cut(probs, V, most, c->top_p);
}

int token_draw(const float *probs, int V, struct rng *r) {
    double u = rng_uniform(r);
    int last = 0;  // the last that is possible: rounding may leave the sum of all a hair below u
    for (int v = 0; v < V; v++) {
        u -= probs[v];
        if (u < 0) return v;
        if (probs[v] > 0) last = v;
    }
    return last;
}
