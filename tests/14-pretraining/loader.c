// Tests of loader.c.
#include "14-pretraining/definitions.h"

EXERCISE(row_example, .number = "14.8", .points = 3) {
    const int T = 4, row[5] = {7, 8, 9, -1, -1};
    int inputs[4] = {-9, -9, -9, -9}, targets[4] = {-9, -9, -9, -9};
    float *got = grade_output(8);
    row_example(inputs, targets, row, T);
    for (int t = 0; t < T; t++) {
        got[t] = (float)inputs[t];
        got[T + t] = (float)targets[t];
    }
    suspect("padding is read as token -1; inputs must be tokens, so it becomes 0",
            (double[]){7, 8, 9, -1, 8, 9, -1, -1});
    suspect("a position is to predict itself, where it is to predict what comes next",
            (double[]){7, 8, 9, 0, 7, 8, 9, -1});
    suspect("padding becomes token 0 among the targets, and would be learned", (double[]){7, 8, 9, 0, 8, 9, 0, 0});
    grade_array("inputs, then targets, of the row 7 8 9 and padding", got, (double[]){7, 8, 9, 0, 8, 9, -1, -1},
                AXES("kt", 2, 4), 1e-7);
    struct rows r = random_rows(9, 6, 50, -1);
    for (int i = 0; i < 9; i++) {
        int *x = grade_ints(6, -5, -5), *y = grade_ints(6, -5, -5), want_x[6];
        const int *from = r.token + i * 7;
        row_example(x, y, from, 6);
        for (int t = 0; t < 6; t++) want_x[t] = from[t] < 0 ? 0 : from[t];
        grade_ints_equal("inputs", x, want_x, AXES("t", 6));
        grade_ints_equal("targets", y, from + 1, AXES("t", 6));
    }
    rows_free(&r);
}

enum { LOADED = 13, DEALS = 45 };  // rows; rows dealt out in a test, three epochs and a part

// The rows that a loader of batches of B deals out from (epoch, next) on, by the header's definition or by a habit.
static double *dealt(uint64_t seed, int epoch, int next, int B, enum habit habit) {
    double *row = grade_doubles(DEALS);
    int order[LOADED];
    for (int i = 0; i < LOADED; i++) order[i] = i;
    for (int i = 0; i < DEALS; epoch++, next = 0) {
        struct rng r;
        if (habit != ON_TOP)
            for (int k = 0; k < LOADED; k++) order[k] = k;
        rng_seed(&r, seed, habit == ALWAYS_EPOCH_0 ? 0 : (uint64_t)epoch);
        if (habit != UNSHUFFLED) rng_shuffle(&r, order, LOADED);
        const int end = habit == DROPS_REST ? next + (LOADED - next) / B * B : LOADED;
        for (int k = next; k < end && i < DEALS; k++) row[i++] = order[k];
    }
    return row;
}

// Deals out DEALS rows (B divides it), checks that each is whole, and returns which they were.
static float *deal_all(struct loader *l, const struct rows *r) {
    const int T = r->T, B = l->B;
    float *row = grade_output(DEALS);
    for (int i = 0; i < DEALS; i += B) {
        int *x = grade_ints(B * T, -7, -7), *y = grade_ints(B * T, -7, -7), want_x[64], want_y[64];
        loader_next(l, x, y);
        for (int b = 0; b < B; b++) {
            const int which = x[b * T] - 1;
            grade_true(which >= 0 && which < LOADED, "row %d of a batch begins with %d, which no row does%s", b,
                       x[b * T], x[b * T] == -7 ? ": it was not written" : "");
            row[i + b] = (float)which;
            const int *from = r->token + which * (T + 1);
            for (int t = 0; t < T; t++) {
                want_x[b * T + t] = from[t] < 0 ? 0 : from[t];
                want_y[b * T + t] = from[t + 1];
            }
        }
        grade_ints_equal("inputs", x, want_x, AXES("bt", B, T));
        grade_ints_equal("targets", y, want_y, AXES("bt", B, T));
    }
    return row;
}

EXERCISE(loader_next, .number = "14.8", .points = 6, .needs = "row_example") {
    struct rows r = random_rows(LOADED, 4, 99, 1);
    const int B = 5;  // 13 rows: an epoch ends within a batch
    const uint64_t seed = rng_u32(grade_rng());
    struct loader l;
    loader_init(&l, &r, B, seed);
    float *got = deal_all(&l, &r);  // before the suspicions, for it checks too
    suspect("the rows are not shuffled", dealt(seed, 0, 0, B, UNSHUFFLED));
    suspect("every epoch has the order of epoch 0", dealt(seed, 0, 0, B, ALWAYS_EPOCH_0));
    suspect("an epoch shuffles the order of the one before, so that it depends on the past: start from 0, 1, 2, ..",
            dealt(seed, 0, 0, B, ON_TOP));
    suspect("what does not fill a batch is dropped at the end of an epoch", dealt(seed, 0, 0, B, DROPS_REST));
    grade_array("rows dealt out from the start", got, dealt(seed, 0, 0, B, AS_ASKED), AXES("i", DEALS), 1e-6);
    grade_equal("epoch after 45 of 13 rows", l.epoch, 3);
    grade_equal("next after 45 of 13 rows", (long)l.next, 6);

    const int epoch = grade_int(1, 9), next = grade_int(1, LOADED);
    loader_seek(&l, epoch, (size_t)next);
    got = deal_all(&l, &r);
    suspect("loader_seek begins the epoch, and forgets next", dealt(seed, epoch, 0, B, AS_ASKED));
    suspect("loader_seek does not make the order of the epoch that it goes to", dealt(seed, 3, next, B, AS_ASKED));
    grade_array("rows dealt out after loader_seek", got, dealt(seed, epoch, next, B, AS_ASKED), AXES("i", DEALS), 1e-6);
    loader_free(&l);
    rows_free(&r);
}
