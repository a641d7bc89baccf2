// What the tests of conversations share: the text's example, random ones, and lists of ids as a person reads them.
#pragma once
#include "16-sft/sft.h"
#include "grade/grade.h"

// The example of the text: <bos> <q> count cat cat <a> 2 . <eos>
enum { BOS = 1, EOS = 2, Q = 3, A = 4, COUNT_WORD = 135, CAT = 25, TWO = 59, STOP = 93 };

// ids (n) as text, a star behind those that are marked: "1 3 135 25 25 4 59* 93* 2*".
static inline void say_ids(char *text, size_t size, const int *id, size_t n) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && used + 24 < size; i++) {
        const bool marked = id[i] >= 0 && (id[i] & LEARN);
        used += (size_t)snprintf(text + used, size - used, "%s%d%s", i ? " " : "", marked ? id[i] - LEARN : id[i],
                                 marked ? "*" : "");
    }
    if (used + 24 >= size) snprintf(text + used, size - used, " ..");
    if (n == 0) snprintf(text, size, "nothing");
}

// Random ids of a row (n): all numbers different, so that no mistake hides, from a random place on marked.
static inline void random_conversation(int *id, int n, int first) {
    const int answer = grade_int(1, n - 1);
    for (int i = 0; i < n; i++) id[i] = (first + 7 * i) | (i >= answer ? LEARN : 0);
}
