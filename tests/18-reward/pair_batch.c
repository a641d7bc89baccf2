// Tests of pair_batch.c.
#include "18-reward/definitions.h"

// Conversations of these lengths; their ids differ, and the second half of each is marked.
static struct documents conversations_of(const int *lengths, int count) {
    struct documents d = {0};
    for (int i = 0, next = 1; i < count; i++) {
        for (int t = 0; t < lengths[i]; t++) ids_push(&d.tokens, next++ | (t >= lengths[i] / 2 ? LEARN : 0));
        cuts_push(&d.ends, d.tokens.count);
    }
    return d;
}

enum habit { RIGHT, MARKED, NEIGHBOURS, REJECTED_FIRST, ALL_CHOSEN, IN_ORDER, OF_THE_LIST, HABITS };

static int conversation_for(enum habit habit, int r, const int *which, int n) {
    const int pair = r < n ? r : r - n;
    switch (habit) {
        case NEIGHBOURS:
            return 2 * which[r / 2] + r % 2;
        case REJECTED_FIRST:
            return 2 * which[pair] + (r < n);
        case ALL_CHOSEN:
            return 2 * which[pair];
        case IN_ORDER:
            return 2 * pair + (r >= n);
        case OF_THE_LIST:
            return which[pair] + (r >= n);
        default:
            return 2 * which[pair] + (r >= n);
    }
}

static int length_of(const struct documents *d, int i) {
    return (int)(d->ends.end[i] - (i ? d->ends.end[i - 1] : 0));
}

// inputs (2n,T) as a learner of this habit would lay them, and where they end.
static double *lay(double *last, const struct documents *d, const int *which, int n, int T, enum habit habit) {
    double *inputs = grade_doubles(2 * n * T);
    for (int r = 0; r < 2 * n; r++) {
        const int i = conversation_for(habit, r, which, n), length = length_of(d, i);
        const int *id = d->tokens.id + d->ends.end[i] - length;
        for (int t = 0; t < length && t < T; t++)
            inputs[r * T + t] = habit == MARKED ? (double)(float)id[t] : id[t] & ~LEARN;
        if (last) last[r] = length - 1;
    }
    return inputs;
}

static const float *as_floats(const int *x, int n) {
    float *y = grade_output(n);
    for (int i = 0; i < n; i++) y[i] = (float)x[i];
    return y;
}

// Padding that is `with`, or, where that is NAN, the last id again.
static double *padded(const struct documents *d, const int *which, int n, int T, double with) {
    double *x = lay(NULL, d, which, n, T, RIGHT);
    for (int r = 0; r < 2 * n; r++) {
        const int length = length_of(d, conversation_for(RIGHT, r, which, n));
        for (int t = length; t < T; t++) x[r * T + t] = isnan(with) ? x[r * T + length - 1] : with;
    }
    return x;
}

static int longest(const struct documents *d, const int *which, int n, enum habit habit) {
    int T = 0;
    for (int r = 0; r < 2 * n; r++) {
        const int length = length_of(d, conversation_for(habit, r, which, n));
        if (length > T) T = length;
    }
    return T;
}

// Do the inputs, rows of T, lie as one of this habit would have them?
static bool looks_so(const int *inputs, int T, const struct documents *d, const int *which, int n, enum habit habit) {
    if (T != longest(d, which, n, habit)) return false;
    const double *x = lay(NULL, d, which, n, T, habit);
    for (int i = 0; i < 2 * n * T; i++)
        if (inputs[i] != (int)x[i]) return false;
    return true;
}

static void check(const char *what, const struct documents *d, const int *which, int n, int T_max) {
    static const char *const mistake[HABITS] = {
        [MARKED] = "the mark LEARN is still in the ids: a model would look for token 2^30 + id",
        [NEIGHBOURS] = "the two of a pair are neighbours: first come all chosen ones, then all rejected ones",
        [REJECTED_FIRST] = "the rejected ones come first",
        [ALL_CHOSEN] = "the lower half has the chosen ones again: the rejected one of pair i is conversation 2i + 1",
        [IN_ORDER] = "the pairs are taken in their order: which[] says which ones are asked for",
        [OF_THE_LIST] = "conversation which[i] is taken: pair i of the list is its conversations 2i and 2i + 1",
    };
    const int T = longest(d, which, n, RIGHT);
    int *inputs = grade_ints(2 * n * T_max, -9, -2), *last = grade_ints(2 * n, -9, -2);
    char name[80];
    const int got = pair_batch(inputs, last, d, which, n, T_max);
    for (int h = NEIGHBOURS; h < HABITS && got != T; h++)
        if (looks_so(inputs, got, d, which, n, (enum habit)h))
            grade_true(false, "T %s: got %d, expected %d\nlooks like: %s", what, got, T, mistake[h]);
    snprintf(name, sizeof name, "T %s", what);
    suspect_scalar("T_max: as long as the longest text of the batch is asked for", T_max);
    grade_scalar(name, got, T, 1e-9);
    double *ends = grade_doubles(2 * n);
    const double *want = lay(ends, d, which, n, T, RIGHT);
    for (int h = MARKED; h < HABITS; h++) suspect(mistake[h], lay(NULL, d, which, n, T, (enum habit)h));
    suspect("behind a text's end stands -1, which is no token: 0 is asked for", padded(d, which, n, T, -1));
    suspect("behind a text's end its last token stands again: 0 is asked for", padded(d, which, n, T, NAN));
    snprintf(name, sizeof name, "inputs %s", what);
    for (int i = 0; i < 2 * n * T; i++)
        grade_true(inputs[i] > -2,
                   "%s: row %d, token %d is never written\nlooks like: behind a text's end nothing is "
                   "written: 0 is asked for",
                   name, i / T, i % T);
    grade_array(name, as_floats(inputs, 2 * n * T), want, AXES("rt", 2 * n, T), 1e-9);
    double *count = grade_doubles(2 * n), *row_end = grade_doubles(2 * n), *early = grade_doubles(2 * n);
    for (int r = 0; r < 2 * n; r++) count[r] = ends[r] + 1, row_end[r] = T - 1, early[r] = ends[r] - 1;
    snprintf(name, sizeof name, "last %s", what);
    suspect("how many tokens there are, not the place of the last one: one less", count);
    suspect("one token too early: the last token is the <eos>, not what stands before it", early);
    suspect("T - 1 for every row: where the row ends, not where the text in it does", row_end);
    grade_array(name, as_floats(last, 2 * n), ends, AXES("r", 2 * n), 1e-9);
}

EXERCISE(pair_batch, .number = "18.2", .points = 12) {
    // The text's example: "1 3 20 4 31 2" was preferred to "1 3 20 4 40 41 2".
    struct documents d = {0};
    const int ids[] = {1, 3, 20, 4, 31 | LEARN, 2 | LEARN, 1, 3, 20, 4, 40 | LEARN, 41 | LEARN, 2 | LEARN};
    for (int i = 0; i < COUNT(ids); i++) ids_push(&d.tokens, ids[i]);
    cuts_push(&d.ends, 6);
    cuts_push(&d.ends, 13);
    check("of the text's example", &d, (int[]){0}, 1, 7);
    documents_free(&d);
    d = conversations_of((int[]){5, 3, 4, 6, 2, 2, 9, 8, 6, 7}, 10);
    check("of pairs 3, 0 and 1", &d, (int[]){3, 0, 1}, 3, 9);
    check("of pairs 1 and 2, which leave room", &d, (int[]){1, 2}, 2, 9);
    documents_free(&d);
    int lengths[40], which[7];
    const int pairs = grade_int(8, 20), n = grade_int(3, 7);
    for (int i = 0; i < 2 * pairs; i++) lengths[i] = grade_int(2, 15);
    for (int i = 0; i < n; i++) which[i] = grade_int(0, pairs - 1);
    d = conversations_of(lengths, 2 * pairs);
    check("of a random batch", &d, which, n, 15);
    documents_free(&d);
}
