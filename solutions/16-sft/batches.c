// Conversations of many lengths as one rectangle.
#include "16-sft/sft.h"

struct stretch {
    const int *id;  // (n)
    int n;
};

static struct stretch conversation(const struct documents *list, int i) {
    const size_t start = i > 0 ? list->ends.end[i - 1] : 0;
    return (struct stretch){list->tokens.id + start, (int)(list->ends.end[i] - start)};
}

// Row b of rows (B,T+1).
static void fill_row(int *rows, int b, int T, struct stretch s) {
    // BEGIN SOLUTION 16.3 pad_batch: the conversation, and -1 from its end to the row's end. Where does row b begin?
    int *row = rows + b * (T + 1);
    for (int t = 0; t <= T; t++) row[t] = t < s.n ? s.id[t] : -1;
    // END SOLUTION
}

int pad_batch(int *rows, const struct documents *conversations, const int *which, int B, int T_max) {
    int T = 0;
    // BEGIN SOLUTION 16.3 pad_batch: the tokens of the longest of these B conversations, less one
    for (int b = 0; b < B; b++) {
        const int n = conversation(conversations, which[b]).n;
        if (n - 1 > T) T = n - 1;
    }
    // END SOLUTION
    if (T > T_max) die("a conversation has %d tokens, and a batch has room for %d", T + 1, T_max + 1);
    for (int b = 0; b < B; b++) fill_row(rows, b, T, conversation(conversations, which[b]));
    return T;
}
