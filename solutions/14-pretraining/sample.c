// Text from a model: scores become probabilities, a random number chooses, and the choice is read as the next input.
#include <math.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

static int largest(const float *x, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (x[v] > x[best]) best = v;
    return best;
}

// Marks the top_k largest of logits (V): probs[v] = 1 for them, 0 for the others. Of equal ones the smaller ids.
static void mark_top(float *probs, const float *logits, int V, int top_k) {
    for (int v = 0; v < V; v++) probs[v] = top_k == 0 || top_k >= V;
    if (top_k == 0 || top_k >= V) return;
    for (int k = 0; k < top_k; k++) {
        // BEGIN SOLUTION 14.14 sample_token: of those that are not marked yet, mark the one with the largest logit
        int best = -1;
        for (int v = 0; v < V; v++)
            if (probs[v] == 0 && (best < 0 || logits[v] > logits[best])) best = v;
        probs[best] = 1;
        // END SOLUTION
    }
}

// The first token at which the sum of probs from token 0 on is above u, 0 <= u < 1.
static int pick(const float *probs, int V, double u) {
    int last = 0;  // the last that is possible: rounding may leave the sum of all a hair below u
    for (int v = 0; v < V; v++) {
        // BEGIN SOLUTION 14.14 sample_token: take probs[v] off u; v is the one once u is below 0
        u -= probs[v];
        if (u < 0) return v;
        // END SOLUTION
        if (probs[v] > 0) last = v;
    }
    return last;
}

int sample_token(float *probs, const float *logits, int V, float temperature, int top_k, struct rng *r) {
    const int best = largest(logits, V);
    if (temperature <= 0) {
        for (int v = 0; v < V; v++) probs[v] = v == best;
        return best;
    }
    mark_top(probs, logits, V, top_k);
    // BEGIN SOLUTION 14.14 sample_token: probs = softmax(logits / temperature) of the marked ones, without overflow
    double sum = 0;
    for (int v = 0; v < V; v++) {
        if (probs[v] > 0) probs[v] = expf((logits[v] - logits[best]) / temperature);
        sum += probs[v];
    }
    for (int v = 0; v < V; v++) probs[v] = (float)(probs[v] / sum);
    // END SOLUTION
    return pick(probs, V, rng_uniform(r));
}

int generate(int *tokens, int n, int max, struct gpt *m, const struct sampling *s, struct rng *r) {
    const int V = m->config.V;
    float *probs = alloc_floats((size_t)V);
    while (n < max) {
        // BEGIN SOLUTION 14.14 generate: gpt_forward the last m->T tokens at most; sample_token from the logits
        //   of the last position; append it; is it the stop token?
        const int seen = n < m->T ? n : m->T;
        const float *logits = gpt_forward(m, tokens + n - seen, NULL, 1, seen) + (size_t)(seen - 1) * V;
        tokens[n] = sample_token(probs, logits, V, s->temperature, s->top_k, r);
        n++;
        if (tokens[n - 1] == s->stop) break;
        // END SOLUTION
    }
    free(probs);
    return n;
}
