// Tests of unigram.c.
#include "10-tokenizer/definitions.h"

static double log_uniform(void) {
    return -0.5 - 6 * (double)rng_uniform(grade_rng());
}

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
