// Graded tests of chapter 10. Every test begins with the chapter's worked example and goes on with random symbols, words
// and vocabularies against a definition: plain recounting for training, rank by rank for encoding, all segmentations
// for Unigram.
#include "10-tokenizer/tokenizer.h"

#include <stdlib.h>

#include "grade/grade.h"

// ---- lists of ids, and what a wrong one looks like ------------------------------------------------------------------

enum { LONGEST = 512, SUPPOSED = 8 };

struct list {
    int id[LONGEST], n;
};
struct supposed {
    const char *mistake;
    struct list list;
};

static void put(struct list *l, int id) {
    if (l->n < LONGEST) l->id[l->n++] = id;
}

static bool same(const struct list *a, const struct list *b) {
    return a->n == b->n && memcmp(a->id, b->id, (size_t)a->n * sizeof *a->id) == 0;
}

static struct list list_of(const int *id, size_t n) {
    struct list l = {.n = (int)(n < LONGEST ? n : LONGEST)};
    for (int i = 0; i < l.n; i++) l.id[i] = id[i];
    return l;
}

static void print_list(char *text, size_t size, const struct list *l) {
    size_t used = (size_t)snprintf(text, size, "{");
    for (int i = 0; i < l->n && used + 20 < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i > 0 ? ", " : "", l->id[i]);
    snprintf(text + used, size - used, "}");
}

// Fails unless got is want; says which of the `count` supposed mistakes it looks like.
static void check_list(const char *what, const struct list *got, const struct list *want, const struct supposed *s,
                       int count) {
    if (same(got, want)) return;
    const char *mistake = NULL;
    for (int i = 0; i < count && !mistake; i++)
        if (s[i].mistake && !same(&s[i].list, want) && same(got, &s[i].list)) mistake = s[i].mistake;
    char g[300], w[300];
    print_list(g, sizeof g, got);
    print_list(w, sizeof w, want);
    grade_true(false, "%s: got %s, expected %s%s%s", what, g, w, mistake ? "\nlooks like: " : "",
               mistake ? mistake : "");
}

static double log_uniform(void) {
    return -0.5 - 6 * (double)rng_uniform(grade_rng());
}

// ---- byte_table.c ---------------------------------------------------------------------------------------------------

EXERCISE(byte_table, .number = "10.1", .points = 6) {
    int *code = grade_ints(256, -1, -1), *id = grade_ints(256, -1, -1);
    byte_table(code, id);
    suspect_scalar("the space has a code above 255, for it cannot be seen", 32);
    grade_equal("code of the space (byte 32)", code[32], 288);
    grade_equal("code of \"A\" (byte 65)", code[65], 65);
    grade_equal("code of the newline (byte 10)", code[10], 266);
    suspect_scalar("byte 173 (the soft hyphen) cannot be seen, though its neighbours can", 173);
    suspect_scalar("an invisible byte gets 256 + itself, where it gets 256 + its place among the invisible ones", 429);
    grade_equal("code of byte 173", code[173], 323);
    suspect_scalar("the id is the byte, where it is the place by code point", 32);
    suspect_scalar("the id is the code point, where it is the place among all 256", 288);
    grade_equal("id of the space", id[32], 220);
    grade_equal("id of \"!\"", id[33], 0);
    int *want = grade_ints(256, 0, 0), *place = grade_ints(256, 0, 0), next = 256;
    for (int b = 0; b < 256; b++) want[b] = (b > 32 && b < 127) || (b > 160 && b != 173) ? b : next++;
    for (int b = 0; b < 256; b++)
        for (int other = 0; other < 256; other++) place[b] += want[other] < want[b];
    grade_ints_equal("code", code, want, AXES("b", 256));
    grade_ints_equal("id", id, place, AXES("b", 256));
}

// ---- split.c --------------------------------------------------------------------------------------------------------

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

// ---- words made by hand ---------------------------------------------------------------------------------------------

static void add_word(struct words *w, const int *id, int n, long count) {
    if (!w->word) w->word = calloc(LONGEST, sizeof *w->word);
    struct word *word = &w->word[w->count++];
    *word = (struct word){.id = grade_ints(n, 0, 0), .length = n, .count = count};
    for (int i = 0; i < n; i++) word->id[i] = id[i];
}

static void add_letters(struct words *w, const char *letters, long count) {
    int id[64], n = 0;
    for (; letters[n]; n++) id[n] = letters[n];
    add_word(w, id, n, count);
}

// The four words of the text: low five times, lower twice, newest six times, widest three times.
static struct words example_words(void) {
    struct words w = {0};
    add_letters(&w, "low", 5);
    add_letters(&w, "lower", 2);
    add_letters(&w, "newest", 6);
    add_letters(&w, "widest", 3);
    return w;
}

static struct words random_words(int symbols) {
    struct words w = {0};
    int count = grade_int(15, 40);
    for (int i = 0; i < count; i++) {
        int id[12], n = grade_int(1, 12);
        for (int k = 0; k < n; k++) id[k] = rng_below(grade_rng(), symbols);
        add_word(&w, id, n, grade_int(1, 9));
    }
    return w;
}

static long count_of(struct pair_counts *p, int left, int right) {
    return pair_counts_find(p, left, right)->count;
}

EXERCISE(pairs_add, .number = "10.3", .points = 6) {
    struct words w = example_words();
    struct pair_counts p = {0};
    for (int i = 0; i < w.count; i++) pairs_add(&p, &w, i, +1);
    suspect_scalar("every word counts once, however often the text has it", 2);
    grade_equal("count of \"es\" in low x5, lower x2, newest x6, widest x3", count_of(&p, 'e', 's'), 9);
    grade_equal("count of \"lo\"", count_of(&p, 'l', 'o'), 7);
    grade_equal("count of \"ol\", which no word has", count_of(&p, 'o', 'l'), 0);
    grade_equal("words noted for \"es\"", (long)pair_counts_find(&p, 'e', 's')->words.count, 2);
    suspect_scalar("the sign is not used", 15);
    pairs_add(&p, &w, 2, -1);
    grade_equal("count of \"es\" after newest is taken out", count_of(&p, 'e', 's'), 3);
    suspect_scalar("a word is noted with sign -1 too", 3);
    grade_equal("words noted for \"es\", then", (long)pair_counts_find(&p, 'e', 's')->words.count, 2);

    struct words more = random_words(4);
    struct pair_counts q = {0};
    double want[16] = {0}, once[16] = {0};
    float *got = grade_output(16);
    for (int i = 0; i < more.count; i++) {
        pairs_add(&q, &more, i, +1);
        bool seen[16] = {0};
        for (int k = 0; k + 1 < more.word[i].length; k++) {
            int pair = 4 * more.word[i].id[k] + more.word[i].id[k + 1];
            want[pair] += (double)more.word[i].count;
            if (!seen[pair]) once[pair] += (double)more.word[i].count;
            seen[pair] = true;
        }
    }
    for (int pair = 0; pair < 16; pair++) got[pair] = (float)count_of(&q, pair / 4, pair % 4);
    suspect("a pair that a word has twice is counted once", once);
    grade_array("counts of random words' pairs", got, want, AXES("lr", 4, 4), 0);
}

EXERCISE(merge_pair, .number = "10.4", .points = 7) {
    int *ids = grade_ints(4, 1, 1);
    ids[3] = 2;
    struct list got = {.n = merge_pair(ids, 4, 1, 1, 9)}, want = list_of((int[]){9, 1, 2}, 3);
    for (int i = 0; i < got.n && i < 4; i++) got.id[i] = ids[i];
    struct supposed example[] = {
        {"pairs are found from the right, where they are taken from the left", list_of((int[]){1, 9, 2}, 3)},
        {"the right symbol of a pair is used again for the next one", list_of((int[]){9, 9, 2}, 3)},
        {"the right symbol of the pair is not passed over", list_of((int[]){9, 9, 1, 2}, 4)},
        {"the last symbol is lost", list_of((int[]){9, 1}, 2)}};
    check_list("merge_pair({1, 1, 1, 2}, 4, 1, 1, 9)", &got, &want, example, COUNT(example));
    for (int round = 0; round < 30; round++) {
        int n = grade_int(0, 25), left = rng_below(grade_rng(), 3), right = rng_below(grade_rng(), 3);
        int *random = grade_ints(n > 0 ? n : 1, 0, 2);
        want = (struct list){0};
        struct list first_only = {0}, no_last = {0};
        bool merged = false;
        for (int i = 0; i < n;) {
            bool pair = i < n - 1 && random[i] == left && random[i + 1] == right;
            put(&want, pair ? 100 : random[i]);
            i += pair ? 2 : 1;
        }
        for (int i = 0; i < n;) {
            bool pair = !merged && i < n - 1 && random[i] == left && random[i + 1] == right;
            put(&first_only, pair ? 100 : random[i]);
            merged |= pair;
            i += pair ? 2 : 1;
        }
        no_last = want;
        if (n > 0 && want.id[want.n - 1] != 100) no_last.n--;
        got = (struct list){.n = merge_pair(random, n, left, right, 100)};
        grade_true(got.n >= 0 && got.n <= n, "length after merging: got %d, of %d symbols", got.n, n);
        for (int i = 0; i < got.n; i++) got.id[i] = random[i];
        struct supposed s[] = {{"only the first pair is merged", first_only}, {"the last symbol is lost", no_last}};
        check_list("random symbols after a merge", &got, &want, s, COUNT(s));
    }
}

EXERCISE(best_pair, .number = "10.5", .points = 7) {
    struct pair_counts p = {0};
    pair_counts_find(&p, 's', 't')->count = 9;
    pair_counts_find(&p, 'e', 's')->count = 9;
    pair_counts_find(&p, 'l', 'o')->count = 7;
    pair_counts_find(&p, 'e', 'w')->count = 9;
    pair_counts_find(&p, 'z', 'z')->count = 1;
    suspect_scalar("of equal counts the first that was seen is taken, not the one with the smaller ids", 0);
    suspect_scalar("of equal counts the larger right id is taken", 3);
    suspect_scalar("the lowest count is taken", 2);
    grade_equal("place of the best of st 9, es 9, lo 7, ew 9", best_pair(&p), 1);
    for (int round = 0; round < 20; round++) {
        struct pair_counts q = {0};
        int n = grade_int(5, 30), want = -1, larger = -1, first = -1, right_first = -1;
        for (int i = 0; i < n; i++)
            pair_counts_find(&q, rng_below(grade_rng(), 6), rng_below(grade_rng(), 6))->count = grade_int(0, 4);
        for (int i = 0; i < q.count; i++) {
            struct pair_entry *a = &q.pair[i];
            if (a->count < 2) continue;
            struct pair_entry *b = want >= 0 ? &q.pair[want] : NULL;
            if (!b || a->count > b->count ||
                (a->count == b->count && 10 * a->left + a->right < 10 * b->left + b->right))
                want = i;
            b = larger >= 0 ? &q.pair[larger] : NULL;
            if (!b || a->count > b->count ||
                (a->count == b->count && 10 * a->left + a->right > 10 * b->left + b->right))
                larger = i;
            b = right_first >= 0 ? &q.pair[right_first] : NULL;
            if (!b || a->count > b->count ||
                (a->count == b->count && a->left + 10 * a->right < b->left + 10 * b->right))
                right_first = i;
            if (first < 0 || a->count > q.pair[first].count) first = i;
        }
        suspect_scalar("of equal counts the first that was seen is taken, not the one with the smaller ids", first);
        suspect_scalar("of equal counts the larger ids are taken", larger);
        suspect_scalar("the right ids are compared before the left ones", right_first);
        grade_equal("place of the best of random pairs", best_pair(&q), want);
        pair_counts_free(&q);
    }
}

// ---- training by plain recounting -----------------------------------------------------------------------------------

enum { SYMBOLS = 200, RECOUNT = 0, OLD_STAY, NEW_MISSING };

static void count_dense(long *counts, const struct list *word, long times) {
    for (int k = 0; k + 1 < word->n; k++) counts[word->id[k] * SYMBOLS + word->id[k + 1]] += times;
}

static bool merge_list(struct list *word, int left, int right, int made) {
    struct list merged = {0};
    for (int k = 0; k < word->n; k++) {
        bool pair = k + 1 < word->n && word->id[k] == left && word->id[k + 1] == right;
        put(&merged, pair ? made : word->id[k]);
        k += pair;
    }
    bool changed = merged.n != word->n;
    *word = merged;
    return changed;
}

// The merges as a list left, right, made, ...; or those that a mistake in the bookkeeping would give.
static struct list train(const struct words *w, int first, int max, int mistake) {
    struct list merges = {0}, *word = calloc((size_t)w->count, sizeof *word);
    for (int i = 0; i < w->count; i++) word[i] = list_of(w->word[i].id, (size_t)w->word[i].length);
    long *counts = calloc(SYMBOLS * SYMBOLS, sizeof *counts);
    for (int n = 0; n < max; n++) {
        if (mistake == RECOUNT) memset(counts, 0, SYMBOLS * SYMBOLS * sizeof *counts);
        if (mistake == RECOUNT || n == 0)
            for (int i = 0; i < w->count; i++) count_dense(counts, &word[i], w->word[i].count);
        int best = 0;
        for (int pair = 0; pair < SYMBOLS * SYMBOLS; pair++)
            if (counts[pair] > counts[best]) best = pair;  // in order of left, then right: the first of equals is right
        if (counts[best] < 2) break;
        put(&merges, best / SYMBOLS), put(&merges, best % SYMBOLS), put(&merges, first + n);
        for (int i = 0; i < w->count; i++) {
            struct list old = word[i];
            if (!merge_list(&word[i], best / SYMBOLS, best % SYMBOLS, first + n)) continue;
            if (mistake != RECOUNT && mistake != OLD_STAY) count_dense(counts, &old, -w->word[i].count);
            if (mistake != RECOUNT && mistake != NEW_MISSING) count_dense(counts, &word[i], w->word[i].count);
        }
    }
    free(word);
    free(counts);
    return merges;
}

static void check_training(const char *what, struct words *w, int first, int max) {
    struct list want = train(w, first, max, RECOUNT), from_zero = want, got = {0};
    struct supposed s[] = {
        {"the pairs of the old word are not taken out of the counts", train(w, first, max, OLD_STAY)},
        {"the pairs of the merged word are not put into the counts", train(w, first, max, NEW_MISSING)},
        {"new tokens are numbered from 0, not from first", from_zero},
        {"one merge too few", want}};
    for (int i = 2; i < want.n; i += 3) s[2].list.id[i] -= first;
    if (want.n > 0) s[3].list.n -= 3;
    struct merge *merges = calloc((size_t)max + 1, sizeof *merges);
    int n = bpe_train(merges, w, first, max);
    grade_true(n >= 0 && n <= max, "%s: bpe_train found %d merges, %d at most are asked for", what, n, max);
    for (int i = 0; i < n; i++) put(&got, merges[i].left), put(&got, merges[i].right), put(&got, merges[i].made);
    check_list(what, &got, &want, s, COUNT(s));
    free(merges);
}

EXERCISE(bpe_train, .number = "10.6", .points = 11, .needs = "pairs_add merge_pair best_pair") {
    struct words w = example_words();
    check_training("left, right, made of the first 4 merges of low x5, lower x2, newest x6, widest x3", &w, 128, 4);
    struct words all = example_words();
    check_training("left, right, made of all merges of those words", &all, 128, 20);
    for (int round = 0; round < 10; round++) {
        int symbols = grade_int(2, 7);
        struct words random = random_words(symbols);
        check_training("left, right, made of merges of random words", &random, symbols, grade_int(3, 60));
    }
}

// ---- bpe_encode.c ---------------------------------------------------------------------------------------------------

// merges: left, right, made of each
static struct tokenizer with_merges(struct list merges) {
    struct tokenizer t = {.merge = calloc(LONGEST, sizeof *t.merge)};
    for (int i = 0; i + 2 < merges.n; i += 3) {
        t.merge[t.merges] = (struct merge){merges.id[i], merges.id[i + 1], merges.id[i + 2]};
        pair_map_set(&t.rank, merges.id[i], merges.id[i + 1], t.merges++);
    }
    return t;
}

// A tokenizer whose words are letters 0..symbols-1, with the merges that training by recounting finds.
static struct tokenizer trained(const struct words *w, int first, int max) {
    return with_merges(train(w, first, max, RECOUNT));
}

// Always the first (from the left) or the last (by rank) of the pairs that have a rank.
static struct list encode_wrongly(struct list l, const struct tokenizer *t, bool leftmost) {
    for (;;) {
        int best = -1;
        for (int i = 0; i + 1 < l.n; i++) {
            int rank = pair_map_get(&t->rank, l.id[i], l.id[i + 1]);
            if (rank >= 0 && (leftmost ? best < 0 : rank > best)) best = rank;
        }
        if (best < 0) return l;
        merge_list(&l, t->merge[best].left, t->merge[best].right, t->merge[best].made);
    }
}

static void check_encode(const char *what, const struct tokenizer *t, const int *ids, int n) {
    struct list start = list_of(ids, (size_t)n), want = start, got = {0};
    for (int k = 0; k < t->merges; k++) merge_list(&want, t->merge[k].left, t->merge[k].right, t->merge[k].made);
    struct supposed s[] = {
        {"the leftmost pair that has a rank is merged, not the one of the lowest rank", encode_wrongly(start, t, true)},
        {"the pair of the highest rank is merged first", encode_wrongly(start, t, false)},
        {"nothing is merged", start}};
    int *copy = grade_ints(n, 0, 0);
    memcpy(copy, ids, (size_t)n * sizeof *ids);
    got.n = bpe_encode_word(copy, n, t);
    grade_true(got.n > 0 && got.n <= n, "%s: got %d tokens of %d symbols", what, got.n, n);
    for (int i = 0; i < got.n; i++) got.id[i] = copy[i];
    check_list(what, &got, &want, s, COUNT(s));
}

EXERCISE(bpe_encode_word, .number = "10.7", .points = 10, .needs = "merge_pair") {
    struct words w = example_words();
    struct tokenizer t = trained(&w, 128, 4);
    check_encode("\"lowest\" by the merges es, est, lo, low (128 to 131)", &t, (int[]){'l', 'o', 'w', 'e', 's', 't'},
                 6);
    check_encode("\"ooo\", which no merge concerns", &t, (int[]){'o', 'o', 'o'}, 3);
    check_encode("one symbol", &t, (int[]){'o'}, 1);
    // lowest rank first: 0 6 9; leftmost: 7 8 4; highest: 7 2 9
    t = with_merges(list_of((int[]){1, 2, 6, 0, 1, 7, 2, 3, 8, 3, 4, 9}, 12));
    check_encode("0 1 2 3 4 by the merges 1 2, 0 1, 2 3, 3 4", &t, (int[]){0, 1, 2, 3, 4}, 5);
    for (int round = 0; round < 10; round++) {
        int symbols = grade_int(2, 6);
        struct words random = random_words(symbols);
        t = trained(&random, symbols, grade_int(5, 60));
        for (int k = 0; k < 10; k++) {
            int ids[30], n = grade_int(1, 30);
            for (int i = 0; i < n; i++) ids[i] = rng_below(grade_rng(), symbols);
            check_encode("a random word by merges of random words", &t, ids, n);
        }
    }
}

static struct list bytes_list(const char *data, size_t n) {
    struct list l = {0};
    for (size_t i = 0; i < n; i++) put(&l, (unsigned char)data[i]);
    return l;
}

EXERCISE(tokenizer_decode, .number = "10.8", .points = 5) {
    struct tokenizer t = {0};
    vocab_add(&t.vocab, "low", 3);
    vocab_add(&t.vocab, "est", 3);
    vocab_add(&t.vocab, "a\0b", 3);
    vocab_add(&t.vocab, "\0", 1);
    for (int i = 4; i < 20; i++) {
        char string[9];
        size_t n = (size_t)grade_int(1, 9);
        for (size_t k = 0; k < n; k++) string[k] = (char)grade_int(0, 255);
        vocab_add(&t.vocab, string, n);
    }
    struct bytes out = {0};
    bytes_push(&out, "be", 2);
    tokenizer_decode(&out, &t, (int[]){0, 1}, 2);
    struct list got = bytes_list(out.data, out.count), want = bytes_list("belowest", 8);
    struct supposed s[] = {{"what the list held before is overwritten", bytes_list("lowest", 6)},
                           {"only the first token is decoded", bytes_list("below", 5)},
                           {"tokens come out last first", bytes_list("beestlow", 8)}};
    check_list("bytes of \"low\" \"est\" after \"be\"", &got, &want, s, COUNT(s));
    int n = grade_int(3, 30), *ids = grade_ints(n, 0, t.vocab.count - 1);
    ids[0] = 2, ids[n - 1] = 3;
    struct list random = {0}, cut = {0};
    for (int i = 0; i < n; i++) {
        size_t size;
        const char *string = vocab_string(&t.vocab, ids[i], &size);
        for (size_t k = 0; k < size; k++) put(&random, (unsigned char)string[k]);
        for (size_t k = 0; k < size && string[k]; k++) put(&cut, (unsigned char)string[k]);
    }
    out.count = 0;
    tokenizer_decode(&out, &t, ids, (size_t)n);
    got = bytes_list(out.data, out.count);
    struct supposed zero = {"a token ends at its first byte 0, where it ends after its size", cut};
    check_list("bytes of random tokens", &got, &random, &zero, 1);
    bytes_free(&out);
}

EXERCISE(tokenizer_round_trip, .number = "10.8", .points = 4,
         .needs = "byte_table split_text pairs_add merge_pair best_pair bpe_train bpe_encode_word tokenizer_decode") {
    const char text[] =
        "low low low low low lower lower newest newest newest newest newest newest widest widest widest";
    struct tokenizer t;
    tokenizer_train(&t, text, sizeof text - 1, 12);
    struct ids ids = {0};
    tokenizer_encode(&ids, &t, " lowest newer", 13);
    grade_equal("tokens of \" lowest newer\" after 12 merges of the example", (long)ids.count, 5);
    char random[600];
    for (int round = 0; round < 20; round++) {
        int n = grade_int(1, 500);
        for (int i = 0; i < n; i++) random[i] = round % 2 ? text[rng_below(grade_rng(), 90)] : (char)grade_int(0, 255);
        ids.count = 0;
        struct bytes back = {0};
        tokenizer_encode(&ids, &t, random, (size_t)n);
        tokenizer_decode(&back, &t, ids.id, ids.count);
        struct list got = bytes_list(back.data, back.count), want = bytes_list(random, (size_t)n);
        check_list(round % 2 ? "letters after encoding and decoding" : "random bytes after encoding and decoding", &got,
                   &want, NULL, 0);
        bytes_free(&back);
    }
    ids_free(&ids);
    tokenizer_free(&t);
}

// ---- wordpiece.c ----------------------------------------------------------------------------------------------------

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

// ---- unigram.c: against all segmentations ---------------------------------------------------------------------------

static struct unigram random_unigram(int letters) {
    struct unigram u = {.logp = calloc(LONGEST, sizeof *u.logp)};
    for (int b = 0; b < 256; b++) {
        char byte = (char)b;
        vocab_add(&u.pieces, &byte, 1);
    }
    for (int i = 0; i < 20; i++) {
        char piece[4];
        int n = grade_int(2, 4);
        for (int k = 0; k < n; k++) piece[k] = (char)('a' + rng_below(grade_rng(), letters));
        vocab_add(&u.pieces, piece, (size_t)n);
    }
    for (int id = 0; id < u.pieces.count; id++) u.logp[id] = log_uniform() - (id < 256 ? 3 : 0);
    return u;
}

// The segmentation of word that cuts after byte i where bit i of `cuts` is set: its pieces and log-probability.
static double segmentation(struct list *l, const struct unigram *u, const char *word, int n, unsigned cuts) {
    double logp = 0;
    l->n = 0;
    for (int start = 0, end = 1; end <= n; end++) {
        if (end < n && !(cuts >> (end - 1) & 1)) continue;
        int id = vocab_find(&u->pieces, word + start, (size_t)(end - start));
        if (id < 0) return -INFINITY;
        put(l, id);
        logp += u->logp[id];
        start = end;
    }
    return logp;
}

static double best_segmentation(struct list *best, const struct unigram *u, const char *word, int n) {
    double highest = -INFINITY;
    struct list l;
    for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) {
        double logp = segmentation(&l, u, word, n, cuts);
        if (logp > highest) highest = logp, *best = l;
    }
    return highest;
}

static struct list greedy(const struct unigram *u, const char *word, int n) {
    struct list l = {0};
    for (int at = 0, length; at < n; at += length) {
        for (length = n - at; vocab_find(&u->pieces, word + at, (size_t)length) < 0;) length--;
        put(&l, vocab_find(&u->pieces, word + at, (size_t)length));
    }
    return l;
}

// The pieces of the text's example: a, b and c with probability 0.2 each, ab 0.1, bc 0.3.
static struct unigram example_unigram(void) {
    struct unigram u = random_unigram(1);
    for (int id = 0; id < u.pieces.count; id++) u.logp[id] = log(1e-9);
    u.logp['a'] = u.logp['b'] = u.logp['c'] = log(0.2);
    int ab = vocab_add(&u.pieces, "ab", 2), bc = vocab_add(&u.pieces, "bc", 2);
    u.logp[ab] = log(0.1), u.logp[bc] = log(0.3);
    return u;
}

static void check_viterbi(const char *what, const struct unigram *u, const char *word, int n) {
    struct list want = {0}, reversed = {0}, before = {.id = {7}, .n = 1}, long_first = before;
    double logp = best_segmentation(&want, u, word, n);
    struct ids out = {0};
    ids_push(&out, 7);
    double got_logp = unigram_viterbi(&out, u, word, (size_t)n);
    struct list got = list_of(out.id, out.count), full = before, g = greedy(u, word, n);
    for (int i = 0; i < want.n; i++) put(&full, want.id[i]);
    put(&reversed, 7);
    for (int i = want.n - 1; i >= 0; i--) put(&reversed, want.id[i]);
    for (int i = 0; i < g.n; i++) put(&long_first, g.id[i]);
    struct list all_reversed = want;  // the list's earlier content turned round with them
    put(&all_reversed, 7);
    struct supposed s[] = {{"the pieces come out last first", reversed},
                           {"what the list held before is turned round too", all_reversed},
                           {"the longest piece that fits is taken, not the most probable segmentation", long_first}};
    check_list(what, &got, &full, s, COUNT(s));
    grade_scalar("its log-probability", got_logp, logp, 1e-9);
    ids_free(&out);
}

EXERCISE(unigram_viterbi, .number = "10.10", .points = 8) {
    struct unigram u = example_unigram();
    check_viterbi("pieces of \"abc\", with a, b, c 0.2, ab 0.1, bc 0.3, appended to {7}", &u, "abc", 3);
    for (int round = 0; round < 20; round++) {
        struct unigram random = random_unigram(3);
        char word[11];
        int n = grade_int(1, 11);
        for (int k = 0; k < n; k++) word[k] = (char)('a' + rng_below(grade_rng(), 3));
        check_viterbi("pieces of a random word, appended to {7}", &random, word, n);
    }
}

EXERCISE(unigram_expect, .number = "10.11", .points = 8) {
    struct unigram u = example_unigram();
    float *got = grade_output(5);
    double counts[LONGEST] = {0}, total = unigram_expect(counts, &u, "abc", 3, 1);
    int ids[] = {'a', 'b', 'c', vocab_find(&u.pieces, "ab", 2), vocab_find(&u.pieces, "bc", 2)};
    for (int i = 0; i < 5; i++) got[i] = (float)counts[ids[i]];
    suspect("only the best segmentation is counted", (double[]){1, 0, 0, 0, 1});
    suspect("the shares are not divided by the word's total probability", (double[]){0.068, 0.008, 0.028, 0.02, 0.06});
    grade_array("expected counts of a, b, c, ab, bc in \"abc\"", got,
                (double[]){0.068 / 0.088, 0.008 / 0.088, 0.028 / 0.088, 0.02 / 0.088, 0.06 / 0.088}, AXES("i", 5),
                1e-5);
    grade_scalar("log of the summed probability of all segmentations of \"abc\"", total, log(0.088), 1e-6);

    for (int round = 0; round < 5; round++) {
        struct unigram random = random_unigram(3);
        int V = random.pieces.count, n = grade_int(4, 11);
        double *want = grade_doubles(V), *unweighted = grade_doubles(V), *best = grade_doubles(V), sum = 0;
        double weight = grade_int(2, 9), *found = grade_doubles(V);
        char word[11];
        for (int k = 0; k < n; k++) word[k] = (char)('a' + rng_below(grade_rng(), 3));
        struct list l = {0};
        for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) sum += exp(segmentation(&l, &random, word, n, cuts));
        for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) {
            double share = exp(segmentation(&l, &random, word, n, cuts)) / sum;
            for (int i = 0; share > 0 && i < l.n; i++) unweighted[l.id[i]] += share;
        }
        best_segmentation(&l, &random, word, n);
        for (int i = 0; i < l.n; i++) best[l.id[i]] += weight;
        for (int id = 0; id < V; id++) {
            found[id] = id % 3;  // counts are added to
            want[id] = found[id] + weight * unweighted[id];
            best[id] += found[id], unweighted[id] += found[id];
        }
        double *only = grade_doubles(V);
        for (int id = 0; id < V; id++) only[id] = want[id] - found[id];
        total = unigram_expect(found, &random, word, (size_t)n, weight);
        float *values = grade_copy_doubles(found, V);
        suspect("the weight is left out", unweighted);
        suspect("only the best segmentation is counted", best);
        suspect("counts are stored, where they are added", only);
        grade_array("expected counts of a random word's pieces", values, want, AXES("i", V), 1e-4);
        grade_scalar("log of the summed probability", total, log(sum), 1e-6);
    }
}

// ---- scored.c -------------------------------------------------------------------------------------------------------

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
