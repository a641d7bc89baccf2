// Tests of masks.c.
#include "12-attention/definitions.h"

static void check_visible(const struct attention *a) {
    const enum mistake mistakes[] = {NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_OFFSET, NO_LENGTH, FIRST_LENGTH};
    bool possible[COUNT(mistakes)];
    for (int i = 0; i < COUNT(mistakes); i++) possible[i] = true;
    int wrong_b = -1, wrong_t = -1, got = 0;
    for (int b = 0; b < a->B; b++) {
        for (int t = 0; t < a->T; t++) {
            const int n = visible_keys(a, b, t);
            for (int i = 0; i < COUNT(mistakes); i++) possible[i] &= n == count_seen(a, mistakes[i], b, t);
            if (n != count_seen(a, RIGHT, b, t) && wrong_b < 0) wrong_b = b, wrong_t = t, got = n;
        }
    }
    if (wrong_b < 0) return;
    const char *looks = got < 0 ? "less than nothing: where no key is seen the answer is 0" : NULL;
    for (int i = 0; i < COUNT(mistakes) && !looks; i++)
        if (possible[i]) looks = mistake_names[mistakes[i]];
    grade_true(false, "%s is %d at b=%d, t=%d; expected %d%s%s", described("visible_keys", a), got, wrong_b, wrong_t,
               count_seen(a, RIGHT, wrong_b, wrong_t), looks ? "\nlooks like: " : "", looks ? looks : "");
}

EXERCISE(visible_keys, .number = "12.2", .points = 5) {
    const int T = grade_int(5, 8);
    for (int more = 0; more <= 3; more += 3) {
        for (int options = 0; options < 4; options++) {
            struct problem p = random_problem(T, T + more, 1, 1, 1, options);
            p.length[2] = options == 3 ? 0 : p.length[2];
            check_visible(use(&p, options));
        }
    }
    struct problem fewer = random_problem(T, T - 3, 1, 1, 1, CAUSAL);  // the first queries see nothing
    check_visible(use(&fewer, CAUSAL));
    check_visible(use(&fewer, CAUSAL | PADDED));
}
