// Two answers side by side: the chosen ones in the upper half of a batch, the rejected ones in the lower, so that one
// forward pass scores both.
#include "18-reward/reward.h"

// Conversation i of the list: where its ids start; *n is how many they are.
static const int *conversation(int *n, const struct documents *d, size_t i) {
    const size_t start = i ? d->ends.end[i - 1] : 0;
    *n = (int)(d->ends.end[i] - start);
    return d->tokens.id + start;
}

// Which conversation fills row r of the 2n rows?
static size_t conversation_of_row(int r, const int *which, int n) {
    // TODO 18.2 pair_batch: the first n rows are the chosen ones, the others the rejected ones
    todo("18.2 pair_batch");
}

// Fills a row (T) with `length` ids. Returns where the text ends: the place of its last token.
static int fill_row(int *row, const int *id, int length, int T) {
    // TODO 18.2 pair_batch: the ids without the mark LEARN, and 0 behind them
    todo("18.2 pair_batch");
}

int pair_batch(int *inputs, int *last, const struct documents *conversations, const int *which, int n, int T_max) {
    int T = 0, length;
    for (int r = 0; r < 2 * n; r++) {
        conversation(&length, conversations, conversation_of_row(r, which, n));
        if (length > T) T = length;
    }
    if (T > T_max) die("pair_batch: a conversation has %d tokens, and there is room for %d", T, T_max);
    for (int r = 0; r < 2 * n; r++) {
        const int *id = conversation(&length, conversations, conversation_of_row(r, which, n));
        last[r] = fill_row(inputs + (size_t)r * T, id, length, T);
    }
    return T;
}
