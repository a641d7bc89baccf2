// Tests of wordpiece.c.
#include "10-tokenizer/definitions.h"

static struct list wordpiece(const struct vocab *v, int unknown, const char *word, size_t n, int before) {
    struct ids out = {0};
    ids_push(&out, before);
    wordpiece_encode_word(&out, v, unknown, word, n);
    struct list l = list_of(out.id, out.count);
    ids_free(&out);
    return l;
}

static int piece_of(const struct vocab *v, const char *bytes, size_t n, bool marked) {
    char piece[64] = "##";
    memcpy(piece + (marked ? 2 : 0), bytes, n);
    return vocab_find(v, piece, n + (marked ? 2 : 0));
}

enum { RIGHT, SHORTEST, UNMARKED, PIECES_STAY };

static struct list define_wordpiece(const struct vocab *v, int unknown, const char *word, int n, int before,
                                    int mistake) {
    struct list l = {.id = {before}, .n = 1};
    for (int at = 0; at < n;) {
        int found = -1, length = 0;
        for (int k = 1; k <= n - at; k++) {
            int id = piece_of(v, word + at, (size_t)k, at > 0 && mistake != UNMARKED);
            if (id < 0) continue;
            found = id, length = k;
            if (mistake == SHORTEST) break;
        }
        if (found < 0) {
            if (mistake != PIECES_STAY) l.n = 1;
            put(&l, unknown);
            return l;
        }
        put(&l, found);
        at += length;
    }
    return l;
}

static void check_wordpiece(const struct vocab *v, const char *word, int n) {
    int before = grade_int(1000, 2000);
    struct list got = wordpiece(v, 0, word, (size_t)n, before), want = define_wordpiece(v, 0, word, n, before, RIGHT);
    struct supposed s[] = {
        {"the shortest piece that fits is taken", define_wordpiece(v, 0, word, n, before, SHORTEST)},
        {"pieces inside a word are looked up without ##", define_wordpiece(v, 0, word, n, before, UNMARKED)},
        {"pieces found before nothing fitted stay", define_wordpiece(v, 0, word, n, before, PIECES_STAY)},
        {"what the list held before is taken back too", list_of((int[]){0}, 1)}};
    char what[100];
    snprintf(what, sizeof what, "pieces of \"%.*s\", appended to {%d}", n, word, before);
    check_list(what, &got, &want, s, COUNT(s));
}

EXERCISE(wordpiece_encode_word, .number = "10.9", .points = 9) {
    struct vocab v = {0};
    const char *pieces[] = {"[UNK]", "un", "##aff", "##able", "u", "##n", "##a", "a", "aff", "able"};
    for (int i = 0; i < COUNT(pieces); i++) vocab_add(&v, pieces[i], strlen(pieces[i]));
    check_wordpiece(&v, "unaffable", 9);
    check_wordpiece(&v, "unaffablx", 9);
    check_wordpiece(&v, "unn", 3);
    for (int round = 0; round < 40; round++) {
        struct vocab random = {0};
        vocab_add(&random, "[UNK]", 5);
        for (int i = 0; i < 30; i++) {
            char piece[8] = "##";
            int mark = grade_int(0, 2) > 0 ? 2 : 0, n = grade_int(1, 4);
            for (int k = 0; k < n; k++) piece[mark + k] = "abc"[rng_below(grade_rng(), 3)];
            vocab_add(&random, piece, (size_t)(mark + n));
        }
        char word[16];
        int n = grade_int(1, 15);
        for (int k = 0; k < n; k++) word[k] = "abc"[rng_below(grade_rng(), 3)];
        check_wordpiece(&random, word, n);
    }
}
