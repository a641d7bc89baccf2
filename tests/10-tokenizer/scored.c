// Tests of scored.c.
#include "10-tokenizer/definitions.h"

// A vocabulary as llama2.c's: 3 special tokens, 256 bytes, then strings of the letters a, b, c and the space.
static struct scored random_scored(void) {
    struct scored s = {.score = calloc(2 * LONGEST, sizeof *s.score)};
    vocab_add(&s.vocab, "<unk>", 5);
    vocab_add(&s.vocab, "<s>", 3);
    vocab_add(&s.vocab, "</s>", 4);
    for (int b = 0; b < 256; b++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", (unsigned)b);
        vocab_add(&s.vocab, name, 6);
    }
    const char *singles[] = {" ", "a", "b", "c", "\xC3\xA9"};
    for (int i = 0; i < COUNT(singles); i++) vocab_add(&s.vocab, singles[i], strlen(singles[i]));
    for (int i = 0; i < 40; i++) {
        char piece[4];
        int n = grade_int(2, 4);
        for (int k = 0; k < n; k++) piece[k] = " abc"[rng_below(grade_rng(), 4)];
        vocab_add(&s.vocab, piece, (size_t)n);
    }
    for (int id = 259; id < s.vocab.count; id++) s.score[id] = (float)-grade_int(1, 30);  // equal ones happen
    return s;
}

EXERCISE(scored_start, .number = "10.12", .points = 6) {
    struct scored s = random_scored();
    struct ids out = {0};
    const char text[] = "ab\xC3\xA9\xE7\xA0\xB4\x80";
    scored_start(&out, &s, text, sizeof text - 1);
    struct list got = list_of(out.id, out.count);
    struct list want = list_of((int[]){259, 260, 261, 263, 3 + 0xE7, 3 + 0xA0, 3 + 0xB4, 3 + 0x80}, 8), plain = want;
    for (int i = 4; i < 8; i++) plain.id[i] -= 3;
    struct list one = list_of((int[]){259, 260, 261, 263, 3 + 0xE7, 3 + 0x80}, 6);
    struct list unknown = list_of((int[]){259, 260, 261, 263, 0, 0}, 6);
    struct list no_tokens =
        list_of((int[]){259, 3 + 'a', 3 + 'b', 3 + 0xC3, 3 + 0xA9, 3 + 0xE7, 3 + 0xA0, 3 + 0xB4, 3 + 0x80}, 9);
    struct supposed m[] = {{"byte tokens start at 0, where 0, 1 and 2 are special", plain},
                           {"only the first byte of a character that is no token is kept", one},
                           {"a character that is no token becomes unknown, where its bytes are asked for", unknown},
                           {"every byte becomes a byte token, also of characters that are tokens", no_tokens}};
    struct supposed minus = {"a character that is no token is appended as -1",
                             list_of((int[]){259, 260, 261, 263, -1, -1}, 6)};
    struct supposed all[] = {m[0], m[1], m[2], m[3], minus};
    check_list(
        "start of \"ab\", e acute, a Chinese character and byte 80 (tokens: space 259, a 260, b 261, e acute 263)",
        &got, &want, all, COUNT(all));
    ids_free(&out);
    scored_start(&out, &s, "", 0);
    grade_equal("tokens of an empty text", (long)out.count, 0);
}

enum { HIGHEST, LOWEST, LEFTMOST, RIGHT_OF_EQUALS };

static struct list define_scored(struct list l, const struct scored *s, int mode) {
    for (;;) {
        int best = -1, made = -1;
        for (int i = 0; i + 1 < l.n; i++) {
            char both[64];
            size_t a, b;
            const char *x = vocab_string(&s->vocab, l.id[i], &a), *y = vocab_string(&s->vocab, l.id[i + 1], &b);
            if (a + b > sizeof both) continue;
            memcpy(both, x, a);
            memcpy(both + a, y, b);
            int token = vocab_find(&s->vocab, both, a + b);
            if (token < 0) continue;
            bool better = made < 0 || s->score[token] > s->score[made];
            if (mode == LOWEST) better = made < 0 || s->score[token] < s->score[made];
            if (mode == LEFTMOST) better = made < 0;
            if (mode == RIGHT_OF_EQUALS) better = made < 0 || s->score[token] >= s->score[made];
            if (better) best = i, made = token;
        }
        if (best < 0) return l;
        l.id[best] = made;
        for (int i = best + 1; i + 1 < l.n; i++) l.id[i] = l.id[i + 1];
        l.n--;
    }
}

EXERCISE(scored_merge, .number = "10.12", .points = 6) {
    for (int round = 0; round < 40; round++) {
        struct scored s = random_scored();
        int n = grade_int(1, 25), *ids = grade_ints(n, 259, 262);
        struct list start = list_of(ids, (size_t)n), want = define_scored(start, &s, HIGHEST), got = {0};
        struct supposed m[] = {
            {"the lowest score is merged first", define_scored(start, &s, LOWEST)},
            {"the leftmost two that make a token are merged, whatever the score", define_scored(start, &s, LEFTMOST)},
            {"of equal scores the rightmost is merged", define_scored(start, &s, RIGHT_OF_EQUALS)}};
        got.n = scored_merge(ids, n, &s);
        grade_true(got.n > 0 && got.n <= n, "length after merging: got %d, of %d tokens", got.n, n);
        for (int i = 0; i < got.n; i++) got.id[i] = ids[i];
        check_list("random letters after merging by score", &got, &want, m, COUNT(m));
        free(s.score);
        vocab_free(&s.vocab);
    }
}
