// Only what a pattern allows: an automaton reads the text, and says before each token which ones could still lead to a
// text that matches (Willard and Louf 2023, "Efficient guided generation for large language models").
#include "15-inference/inference.h"

int automaton_run(const struct automaton *a, int state, const char *text, size_t n) {
    for (size_t i = 0; i < n && state >= 0; i++) {
        // TODO 15.8 automaton_run: one step. A char may be negative; a byte is 0 to 255
        todo("15.8 automaton_run");
    }
    return state;
}

void automaton_find_alive(struct automaton *a) {
    for (int state = 0; state < a->states; state++) a->alive[state] = a->accepting[state];
    // TODO 15.8 automaton_find_alive: a step from state s by byte b leads to next[s*256 + b]. Mark the states
    //   from which a step leads to a marked one; again and again, until a whole round marks none
    todo("15.8 automaton_find_alive");
}

// Whether a token of `size` bytes may follow in `state`.
static bool may_follow(const struct automaton *a, int state, const char *bytes, size_t size, bool is_stop) {
    // TODO 15.8 automaton_allowed: there are three kinds: the stop token, tokens without bytes, and all
    //   others
    todo("15.8 automaton_allowed");
}

int automaton_allowed(bool *allowed, const struct automaton *a, int state, const char *text, const size_t *end, int V,
                      int stop) {
    int count = 0;
    for (int v = 0; v < V; v++) {
        const size_t start = v > 0 ? end[v - 1] : 0;
        allowed[v] = may_follow(a, state, text + start, end[v] - start, v == stop);
        count += allowed[v];
    }
    return count;
}
