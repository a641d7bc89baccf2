// Tests of examples.c.
#include "16-sft/conversations.h"

enum reading {
    AS_MEANT,
    ALL_LEARNED,
    OWN_MARK,
    ITSELF,
    MARK_IN_INPUTS,
    MARK_IN_TARGETS,
    PADDING_READ,
    PADDING_UNMARKED_READ,
    PADDING_LEARNED,
    ZERO_FOR_NONE,
    ANSWER_NOT_READ,
    TOKEN_0_LEFT_OUT
};

// inputs (T), then targets (T), of a row (T+1).
static double *example(const int *row, int T, enum reading how) {
    double *out = grade_doubles(2 * T);
    for (int t = 0; t < T; t++) {
        const int here = row[t], next = row[t + 1], word = here & ~LEARN;
        const bool marked = how == OWN_MARK ? here >= 0 && (here & LEARN) : next >= 0 && (next & LEARN);
        out[t] = here < 0                                   ? (how == PADDING_READ            ? -1
                                                               : how == PADDING_UNMARKED_READ ? word
                                                                                              : 0)
                 : how == MARK_IN_INPUTS                    ? here
                 : how == ANSWER_NOT_READ && (here & LEARN) ? 0
                                                            : word;
        double *target = out + T + t;
        *target = how == ZERO_FOR_NONE ? 0 : -1;
        if (next >= 0 && (marked || how == ALL_LEARNED)) *target = how == MARK_IN_TARGETS ? next : next & ~LEARN;
        if (how == TOKEN_0_LEFT_OUT && *target == 0) *target = -1;
        if (how == ITSELF) *target = here >= 0 && (here & LEARN) ? word : -1;
        if (how == PADDING_LEARNED && next < 0) *target = next & ~LEARN;
    }
    return out;
}

static void check(const char *what, const int *row, int T) {
    int *inputs = grade_ints(T, -9, -9), *targets = grade_ints(T, -9, -9);
    sft_example(inputs, targets, row, T);
    float *got = grade_output(2 * T);
    for (int t = 0; t < T; t++) got[t] = (float)inputs[t], got[T + t] = (float)targets[t];
    suspect("every token is to be predicted, the question's too: only marked ones count", example(row, T, ALL_LEARNED));
    suspect("whether position t counts is read off row[t]: what is predicted there is row[t+1], and its mark decides",
            example(row, T, OWN_MARK));
    suspect("a position is to predict itself, where it is to predict what comes next", example(row, T, ITSELF));
    suspect("the inputs still have the mark in them", example(row, T, MARK_IN_INPUTS));
    suspect("the targets still have the mark in them", example(row, T, MARK_IN_TARGETS));
    suspect("padding is read as token -1; inputs must be tokens, so it becomes 0", example(row, T, PADDING_READ));
    suspect("the mark is taken out of padding, too: -1 has every bit set, and is no id",
            example(row, T, PADDING_UNMARKED_READ));
    suspect("padding looks as if it were marked, for -1 has every bit set", example(row, T, PADDING_LEARNED));
    suspect("what does not count is target 0, which is a token; it has to be -1", example(row, T, ZERO_FOR_NONE));
    suspect("the answer is not read: without a mark or with one, every token is an input",
            example(row, T, ANSWER_NOT_READ));
    suspect("token 0 does not count, though it is marked: 0 is a token like the others",
            example(row, T, TOKEN_0_LEFT_OUT));
    grade_array(what, got, example(row, T, AS_MEANT), AXES("kt", 2, T), 1e-7);
}

EXERCISE(sft_example, .number = "16.2", .points = 10) {
    // The text's example, with two tokens of padding.
    const int row[] = {BOS, Q, COUNT_WORD, CAT, CAT, A, TWO | LEARN, STOP | LEARN, EOS | LEARN, -1, -1};
    check("inputs (k=0) and targets (k=1) of <bos> <q> count cat cat <a> 2 . <eos> and padding", row, 10);
    check("inputs (k=0) and targets (k=1) without padding", row, 8);
    // Two answers: after the first one the user speaks again.
    const int two[] = {BOS, Q, CAT, A, TWO | LEARN, EOS | LEARN, Q, CAT, CAT, A, STOP | LEARN, EOS | LEARN, -1};
    check("inputs (k=0) and targets (k=1) of two questions with answers", two, 12);
    const int zero[] = {BOS, 0, A, 0 | LEARN, TWO | LEARN, 0 | LEARN, -1};
    check("inputs (k=0) and targets (k=1) where token 0 is asked and answered", zero, 6);
    for (int round = 0; round < 20; round++) {
        const int T = grade_int(2, 30), n = grade_int(2, T + 1);
        int any[31];
        random_conversation(any, n, grade_int(0, 900));
        for (int t = n; t <= T; t++) any[t] = -1;
        check("inputs (k=0) and targets (k=1)", any, T);
    }
}
