// Graded tests of chapter 15: how the next token is chosen. Distributions against their definition in double, beams
// against a sort of all continuations, automata against plain walks, and the small model's guesses against the rule in
// double, with the same random numbers, and against the large model's distribution. This file has what several of the
// tests use.
#pragma once
#include <stdlib.h>

#include "15-inference/inference.h"
#include "grade/grade.h"

enum { MOST_V = 48 };

enum habit {
    RIGHT,
    TIMES_T,
    NO_T,
    P_OF_ALL,
    NO_TOP_K,
    NO_TOP_P,
    ONE_SHORT,
    ONE_MORE,
    SUM_BELOW_1,
    MASKED_LAST,
    NONE_LEFT,
    MASKED_SUM,
    HABITS
};

// The tokens of probs (V), the most probable first, of equal ones the smaller id.
static inline void ranked(int *order, const double *probs, int V) {
    for (int v = 0; v < V; v++) {
        int place = v;
        for (; place > 0 && probs[order[place - 1]] < probs[v]; place--) order[place] = order[place - 1];
        order[place] = v;
    }
}

// By definition, or with a habit. Returns how close the sum came to top_p without deciding: nearer than rounding is no
// test.
static inline double defined(double *probs, const float *logits, int V, const struct choice *c, enum habit habit) {
    int order[MOST_V];
    double sum = 0, largest = -INFINITY, margin = 1;
    const double T = habit == TIMES_T ? 1 / (double)c->temperature : habit == NO_T ? 1 : (double)c->temperature;
    for (int v = 0; v < V; v++)
        if (habit == MASKED_LAST || !c->allowed || c->allowed[v]) largest = fmax(largest, (double)logits[v]);
    for (int v = 0; v < V; v++) {
        const bool in = habit == MASKED_LAST || !c->allowed || c->allowed[v];
        const double power = exp(((double)logits[v] - largest) / T);
        probs[v] = in ? power : 0;
        sum += habit == MASKED_SUM ? power : probs[v];
    }
    for (int v = 0; v < V; v++) probs[v] /= sum;
    ranked(order, probs, V);
    const int most = c->top_k == 0 || c->top_k > V || habit == NO_TOP_K ? V : c->top_k;
    double held = 0, kept = 0;
    for (int i = 0; i < most; i++) held += habit == P_OF_ALL && most < V ? 0 : probs[order[i]];
    if (habit == P_OF_ALL && most < V) held = 1;
    int n = c->top_p >= 1 || habit == NO_TOP_P ? most : 0;
    for (; n < most && ((n == 0 && habit != NONE_LEFT) || kept < (double)c->top_p * held); n++) {
        kept += probs[order[n]];
        margin = fmin(margin, fabs(kept - (double)c->top_p * held));
    }
    if (c->top_p < 1 && habit == ONE_SHORT && n > 1) n--;
    if (c->top_p < 1 && habit == ONE_MORE && n < most) n++;
    for (int i = n; i < V; i++) probs[order[i]] = 0;
    for (int v = 0; v < V; v++)
        if (c->allowed && !c->allowed[v]) probs[v] = 0;
    sum = 0;
    for (int v = 0; v < V; v++) sum += probs[v];
    for (int v = 0; v < V && habit != SUM_BELOW_1 && habit != MASKED_SUM && sum > 0; v++) probs[v] /= sum;
    return margin;
}

// Who can be reached from the accepting states.
static inline void reached(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] >= 0 && alive[i / 256]) alive[a->next[i]] = true;
}
