// The most probable texts: not one token after the other, but the B best beginnings of texts, side by side.
#include <math.h>

#include "15-inference/inference.h"

// The B best continuations so far, best first.
struct ranking {
    int *from, *token;
    double *score;
    int count, B;
};

// Takes in a continuation if it is among the best B so far. One that came before goes before those of equal score.
static void offer(struct ranking *r, int from, int token, double score) {
    if (!(score > -INFINITY) || (r->count == r->B && score <= r->score[r->B - 1])) return;
    // BEGIN SOLUTION 15.7 beam_step: its place, counted from the end; all behind it move one place on, and the last one
    //   of B leaves
    int place = r->count < r->B ? r->count++ : r->B - 1;
    for (; place > 0 && score > r->score[place - 1]; place--) {
        r->from[place] = r->from[place - 1];
        r->token[place] = r->token[place - 1];
        r->score[place] = r->score[place - 1];
    }
    r->from[place] = from;
    r->token[place] = token;
    r->score[place] = score;
    // END SOLUTION
}

// log(sum of e^logits), without overflow
static double log_sum(const float *logits, int V) {
    float largest = -INFINITY;
    double sum = 0;
    for (int v = 0; v < V; v++) largest = logits[v] > largest ? logits[v] : largest;
    for (int v = 0; v < V; v++) sum += exp((double)logits[v] - (double)largest);
    return (double)largest + log(sum);
}

// The score of a text after it was continued by token v, or, for v = -1, by nothing. -INFINITY: that is no continuation
// of it.
// log_total: log_sum of its logits (V).
static double continued(double score, bool done, const float *logits, double log_total, int v) {
    // BEGIN SOLUTION 15.7 beam_step: a text that is done goes on by nothing only, at no cost; any other by a token
    //   only, whose log-probability is added
    if (done) return v < 0 ? score : -INFINITY;
    return v < 0 ? -INFINITY : score + (double)logits[v] - log_total;
    // END SOLUTION
}

void beam_step(int *from, int *token, double *next_score, const double *score, const float *logits, const bool *done,
               int B, int V) {
    struct ranking best = {from, token, next_score, 0, B};
    for (int b = 0; b < B; b++, logits += V) {
        if (score[b] == -INFINITY) continue;
        const double log_total = log_sum(logits, V);
        for (int v = -1; v < V; v++) offer(&best, b, v, continued(score[b], done[b], logits, log_total, v));
    }
    for (int i = best.count; i < B; i++) {  // places for which there is no text
        from[i] = i;
        token[i] = -1;
        next_score[i] = -INFINITY;
    }
}
