// Tests of batches.c.
#include "16-sft/conversations.h"

enum reading {
    AS_MEANT,
    ROWS_OF_T,
    ROWS_OF_T_MAX,
    T_IS_LONGEST,
    LONGEST_OF_ALL,
    ZEROS_BEHIND,
    PADDED_IN_FRONT,
    NOT_PADDED,
    FIRST_ONES,
    MARKS_LOST,
    LAST_TOKEN_LOST,
    FIRST_TOKEN_LOST,
    ENDS_AT_0
};
enum { MOST = 600, UNTOUCHED = -9 };

static int tokens_of(const struct documents *d, int i) {
    return (int)(d->ends.end[i] - (i > 0 ? d->ends.end[i - 1] : 0));
}

// The rows, in room for MOST, all else UNTOUCHED; in T what is returned.
static double *batch(int *T, const struct documents *d, const int *which, int B, int T_max, enum reading how) {
    double *out = grade_doubles(MOST);
    int longest = 0;
    for (int i = 0; i < (how == LONGEST_OF_ALL ? (int)d->ends.count : B); i++) {
        const int n = tokens_of(d, how == LONGEST_OF_ALL || how == FIRST_ONES ? i : which[i]);
        if (n > longest) longest = n;
    }
    *T = how == T_IS_LONGEST ? longest : longest - 1;
    for (int i = 0; i < MOST; i++) out[i] = UNTOUCHED;
    const int width = how == ROWS_OF_T ? *T : how == ROWS_OF_T_MAX ? T_max + 1 : *T + 1;
    for (int b = 0; b < B; b++) {
        const int i = how == FIRST_ONES ? b : which[b], start = i > 0 ? (int)d->ends.end[i - 1] : 0,
                  n = tokens_of(d, i) - (how == LAST_TOKEN_LOST), shift = how == PADDED_IN_FRONT ? *T + 1 - n : 0;
        for (int t = how == FIRST_TOKEN_LOST; t <= *T; t++) {
            const int at = b * width + t - (how == FIRST_TOKEN_LOST), from = t - shift;
            const int id = from >= 0 && from < n ? d->tokens.id[start + from] : how == ZEROS_BEHIND ? 0 : -1;
            if (at < MOST && !(how == NOT_PADDED && from >= n))
                out[at] = how == ENDS_AT_0 && id == 0 ? -1 : how == MARKS_LOST && id >= 0 ? id & ~LEARN : id;
        }
        if (how == FIRST_TOKEN_LOST) out[b * width + *T] = -1;
    }
    return out;
}

static const struct {
    enum reading how;
    const char *mistake;
} mistakes[] = {
    {ROWS_OF_T, "row b starts at b*T; a row has T + 1 tokens"},
    {ROWS_OF_T_MAX, "rows are T_max + 1 wide; they are as wide as this batch needs, T + 1"},
    {T_IS_LONGEST, "T is the length of the longest conversation: its last token is not read, so that T is one less"},
    {LONGEST_OF_ALL, "T is of the longest of all conversations; only those of this batch count"},
    {ZEROS_BEHIND, "padding is 0, which is a token; it has to be -1"},
    {PADDED_IN_FRONT, "the padding stands in front; it belongs behind the end"},
    {NOT_PADDED, "what is behind an end is left as it was; it has to be -1"},
    {FIRST_ONES, "conversations 0, 1, 2, .. are taken, and not those that which[] names"},
    {MARKS_LOST, "the marks are taken off: sft_example needs them"},
    {LAST_TOKEN_LOST, "the last token of each conversation is missing"},
    {ENDS_AT_0, "token 0 is taken for padding; it is a token like the others"},
    {FIRST_TOKEN_LOST, "the first token of each conversation is missing"},
};

static void check(const char *what, const struct documents *d, const int *which, int B, int T_max) {
    int want_T, other_T;
    double *want = batch(&want_T, d, which, B, T_max, AS_MEANT);
    int *rows = grade_ints(MOST, UNTOUCHED, UNTOUCHED);
    const int T = pad_batch(rows, d, which, B, T_max);
    float *got = grade_output(MOST);
    for (int i = 0; i < MOST; i++) got[i] = (float)rows[i];
    for (int k = 0; k < COUNT(mistakes); k++) {
        const double *other = batch(&other_T, d, which, B, T_max, mistakes[k].how);
        bool same = T != want_T && T == other_T;  // the T of that mistake, and all the rows it would make
        for (int i = 0; i < MOST && same; i++) same = rows[i] == (int)other[i];
        grade_true(!same, "%s: got T = %d, expected %d\nlooks like: %s", what, T, want_T, mistakes[k].mistake);
        suspect(mistakes[k].mistake, other);
    }
    if (T == want_T) {  // first what is returned: the shape of the rows hangs on it
        char label[200];
        snprintf(label, sizeof label, "%s, rows (%d,%d) one after the other, %d: not to be written", what, B, T + 1,
                 UNTOUCHED);
        grade_array(label, got, want, AXES("i", MOST), 1e-7);
    }
    grade_equal(what, T, want_T);
}

static void push(struct documents *d, const int *id, int n) {
    for (int i = 0; i < n; i++) ids_push(&d->tokens, id[i]);
    cuts_push(&d->ends, d->tokens.count);
}

EXERCISE(pad_batch, .number = "16.3", .points = 10) {
    // The text's example: two conversations of 9 and 7 tokens, and a longer one that is not in the batch.
    struct documents d = {0};
    push(&d, (int[]){BOS, Q, COUNT_WORD, CAT, CAT, CAT, CAT, A, 61 | LEARN, STOP | LEARN, EOS | LEARN}, 11);
    push(&d, (int[]){BOS, Q, COUNT_WORD, CAT, CAT, A, TWO | LEARN, STOP | LEARN, EOS | LEARN}, 9);
    push(&d, (int[]){BOS, Q, COUNT_WORD, CAT, A, 58 | LEARN, EOS | LEARN}, 7);
    push(&d, (int[]){BOS, 0, CAT, A, 0 | LEARN, 0}, 6);
    check("conversations of 9 and 7 tokens", &d, (int[]){1, 2}, 2, 20);
    check("the same one twice, and the longest", &d, (int[]){2, 0, 2}, 3, 10);
    check("one with token 0 in it", &d, (int[]){3, 2}, 2, 20);
    check("one conversation", &d, (int[]){2}, 1, 6);
    documents_free(&d);
    for (int round = 0; round < 3; round++) {
        int word[40], which[9];
        const int count = grade_int(12, 20), B = grade_int(3, 9);
        d = (struct documents){0};
        for (int i = 0; i < count; i++) {
            const int n = i == 0 ? 40 : grade_int(2, 39);
            random_conversation(word, n, 41 * i);
            push(&d, word, n);
        }
        for (int b = 0; b < B; b++) which[b] = grade_int(1, count - 1);
        check("a batch", &d, which, B, 39 + grade_int(0, 9));
        documents_free(&d);
    }
}
