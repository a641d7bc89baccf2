// What is possible byte by byte may be impossible token by token.
#include "15-inference/inference.h"

static bool leads_on(const struct automaton *a, int state, const char *text, const size_t *end, int V) {
    for (int v = 0; v < V; v++) {
        const size_t start = v > 0 ? end[v - 1] : 0;
        if (end[v] == start) continue;
        const int after = automaton_run(a, state, text + start, end[v] - start);
        if (after >= 0 && a->alive[after]) return true;
    }
    return false;
}

void automaton_find_alive_by_tokens(struct automaton *a, const char *text, const size_t *end, int V) {
    bool found = true;
    for (int state = 0; state < a->states; state++) a->alive[state] = a->accepting[state];
    while (found) {
        found = false;
        for (int state = a->states - 1; state >= 0; state--)
            if (!a->alive[state] && leads_on(a, state, text, end, V)) a->alive[state] = found = true;
    }
}
