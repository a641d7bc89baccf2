// Tests of bpe_train.c.
#include "10-tokenizer/definitions.h"

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
