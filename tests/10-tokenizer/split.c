// Tests of split.c.
#include "10-tokenizer/definitions.h"

static struct list split(const char *text, size_t size) {
    struct regex *r = regex_gpt2();
    char *exact = malloc(size + 1);  // so that reading past the end is seen under memcheck
    memcpy(exact, text, size);
    struct cuts cuts = {0};
    split_text(&cuts, r, exact, size);
    struct list l = {0};
    for (size_t i = 0; i < cuts.count; i++) put(&l, (int)cuts.end[i]);
    cuts_free(&cuts);
    free(exact);
    regex_free(r);
    return l;
}

static void check_split(const char *what, const char *text, size_t size, const struct list *want,
                        const struct supposed *s, int count) {
    struct list got = split(text, size);
    check_list(what, &got, want, s, count);
}

EXERCISE(split_text, .number = "10.2", .points = 7) {
    struct list want = list_of((int[]){2, 4, 5, 7, 10}, 5);
    struct supposed lengths = {"lengths are pushed, where places in the text are asked for",
                               list_of((int[]){2, 2, 1, 2, 3}, 5)};
    check_split("ends of the pieces of \"It's  5 cm\"", "It's  5 cm", 10, &want, &lengths, 1);
    want = list_of((int[]){6, 11}, 2);
    check_split("ends of the pieces of two Chinese characters and \" 2026\"", "\xE7\xA0\xB4\xE6\x99\x93 2026", 11,
                &want, NULL, 0);
    want = list_of((int[]){2, 4, 6, 9}, 4);
    struct supposed broken[] = {
        {"ends are counted from the start of the valid run, not of the text", list_of((int[]){2, 4, 2, 5}, 4)},
        {"the broken bytes are lost", list_of((int[]){2, 6, 9}, 3)},
        {"the length of the broken run is pushed, where its end is asked for", list_of((int[]){2, 2, 6, 9}, 4)}};
    check_split("ends of the pieces of \"ab\", two broken bytes, \"cd ef\"",
                "ab\xFF\xFE"
                "cd ef",
                9, &want, broken, COUNT(broken));
    want = list_of((int[]){1, 2}, 2);
    check_split("ends of the pieces of \"x\" and half a character", "x\xC3", 2, &want, NULL, 0);
    want = list_of((int[]){1}, 1);
    check_split("ends of the pieces of one broken byte", "\x80", 1, &want, NULL, 0);
    struct list none = split("", 0), empty = {0};
    check_list("ends of the pieces of an empty text", &none, &empty, NULL, 0);
    // Letters, spaces and broken bytes at random: how they are cut is known without a pattern.
    for (int round = 0; round < 20; round++) {
        char text[80];
        int n = grade_int(20, 80);
        for (int i = 0; i < n; i++) text[i] = "aab \xFF"[rng_below(grade_rng(), 5)];
        struct list got = split(text, (size_t)n);
        want.n = 0;
        for (int i = 1; i < n; i++) {
            bool bad = text[i] == '\xFF', was = text[i - 1] == '\xFF';
            bool letter = text[i] != ' ' && !bad, letter_was = text[i - 1] != ' ' && !was;
            bool space_before_letter = text[i] == ' ' && i + 1 < n && text[i + 1] != ' ' && text[i + 1] != '\xFF';
            bool cut = bad != was || (text[i] == ' ' && letter_was) || (text[i] == ' ' && space_before_letter);
            bool joined_space = i >= 1 && text[i - 1] == ' ' && letter;
            if (cut && !(joined_space || (letter && letter_was))) put(&want, i);
        }
        put(&want, n);
        check_list("ends of the pieces of random letters, spaces and broken bytes", &got, &want, NULL, 0);
    }
}
