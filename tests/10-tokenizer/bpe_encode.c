// Tests of bpe_encode.c.
#include "10-tokenizer/definitions.h"

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
