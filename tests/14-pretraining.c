// Graded tests of chapter 14. Cleaning is tested against its definitions, packing against a plain simulation, the loader
// against the order that its header fixes, the trainer against one large batch and AdamW in double on tiny models.
#include "14-pretraining/pretraining.h"

#include <stdlib.h>

#include "grade/grade.h"

static uint64_t random_hash(void) {
    uint64_t high = rng_u32(grade_rng());
    return high << 32 | rng_u32(grade_rng());
}

// n hashes, drawn from `kinds` different ones: words that come again. In memory of their own, exactly as long.
static uint64_t *random_words(int n, int kinds) {
    uint64_t *kind = malloc((size_t)kinds * sizeof *kind), *word = malloc((size_t)n * sizeof *word);
    for (int i = 0; i < kinds; i++) kind[i] = random_hash();
    for (int i = 0; i < n; i++) word[i] = kind[rng_below(grade_rng(), kinds)];
    free(kind);
    return word;
}

static double *divided(const double *x, int n, double by) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i] / by;
    return y;
}

static double length(const double *x, int n) {
    double square = 0;
    for (int i = 0; i < n; i++) square += x[i] * x[i];
    return sqrt(square);
}

// ---- quality.c ------------------------------------------------------------------------------------------------------

// Counts by definition. pairs: 0 none, 1 as asked for, -1 turned round; words: whether single words count.
static double *feature_counts(const uint64_t *word, int n, int buckets, bool words, int pairs, bool with_sign) {
    double *x = grade_doubles(buckets);
    for (int i = 0; i < n; i++)
        for (int kind = 0; kind < 2; kind++) {
            if (kind == 0 ? !words : pairs == 0 || i + 1 == n) continue;
            uint64_t hash = word[i];
            if (kind == 1) hash = pairs > 0 ? hash_join(word[i], word[i + 1]) : hash_join(word[i + 1], word[i]);
            x[hash % (uint64_t)buckets] += with_sign && (hash & 0x8000000000000000u) ? -1 : 1;
        }
    return x;
}

static void check_features(const char *what, const uint64_t *word, int n, int buckets) {
    double *x = feature_counts(word, n, buckets, true, 1, true), sum = 0;
    double *want = divided(x, buckets, fmax(length(x, buckets), 1e-9)), *other[4];
    for (int i = 0; i < buckets; i++) sum += fabs(x[i]);
    for (int i = 0; i < 4; i++) {
        double *y = feature_counts(word, n, buckets, i != 1, i == 0 ? 0 : i == 2 ? -1 : 1, i != 3);
        other[i] = divided(y, buckets, fmax(length(y, buckets), 1e-9));
    }
    float *got = grade_output(buckets);
    hash_features(got, word, (size_t)n, buckets);
    if (n > 1) {
        suspect("only single words count, not every two neighbours", other[0]);
        suspect("only neighbours count, not single words", other[1]);
        suspect("neighbours are joined the wrong way round: hash_join(left, right) is asked for", other[2]);
        suspect("the sign is not used: every hash adds 1", other[3]);
        suspect("the counts are not divided by the vector's length", x);
        suspect("divided by the sum of the counts, where the root of the sum of squares is asked for",
                divided(x, buckets, fmax(sum, 1e-9)));
        suspect("divided by the squared length: the root is missing",
                divided(x, buckets, fmax(length(x, buckets) * length(x, buckets), 1e-9)));
    }
    grade_array(what, got, want, AXES("j", buckets), 1e-5);
}

EXERCISE(hash_features, .number = "14.1", .points = 6) {
    struct hashes words = {0};
    word_hashes(&words, "To be, or not to be", 19);
    grade_equal("words of \"To be, or not to be\", the comma among them", (long)words.count, 7);
    check_features("features of \"To be, or not to be\"", words.hash, 7, 1009);
    hashes_free(&words);
    const int n = grade_int(20, 40), buckets = grade_int(17, 60);
    uint64_t *word = random_words(n, 9);
    check_features("features", word, n, buckets);
    check_features("features of one word", word, 1, buckets);
    check_features("features of an empty document", word, 0, buckets);
    free(word);
}

static double log_loss(double z, int label) {
    return log1p(exp(-fabs(z))) + fmax(z, 0) - label * z;
}

EXERCISE(quality_step, .number = "14.2", .points = 8) {
    // The text's example: a model that knows nothing, and one good document.
    struct quality q = {.buckets = 2, .weight = grade_copy((float[]){0, 0}, 2)};
    float *x = grade_copy((float[]){0.6f, 0.8f}, 2);
    grade_scalar("score of a model that knows nothing", quality_score(&q, x), 0.5, 1e-6);
    grade_scalar("its loss on a good document", quality_step(&q, x, 1, 1), log(2), 1e-6);
    suspect("uphill, or the label is not used: a good document's score should rise", (double[]){-0.3, -0.4});
    grade_array("weight after the step", q.weight, (double[]){0.3, 0.4}, AXES("j", 2), 1e-6);
    suspect_scalar("the bias does not move", 0);
    grade_scalar("bias after the step", q.bias, 0.5, 1e-6);

    for (int round = 0; round < 6; round++) {
        const int n = grade_int(5, 23), label = round % 2;
        double z = 0, xx = 0, *want = grade_doubles(n), *uphill = grade_doubles(n), *ignored = grade_doubles(n),
               *no_lr = grade_doubles(n);
        x = grade_floats(n);
        q = (struct quality){.buckets = n, .weight = grade_floats(n), .bias = rng_normal(grade_rng())};
        const double lr = 0.1 + 0.2 * (double)rng_uniform(grade_rng());
        for (int j = 0; j < n; j++) z += (double)q.weight[j] * x[j], xx += (double)x[j] * x[j];
        const double bias = q.bias, p = 1 / (1 + exp(-z - bias)), slope = p - label;
        for (int j = 0; j < n; j++) {
            want[j] = q.weight[j] - lr * slope * x[j];
            uphill[j] = q.weight[j] + lr * slope * x[j];
            ignored[j] = q.weight[j] - lr * p * x[j];
            no_lr[j] = q.weight[j] - slope * x[j];
        }
        suspect_scalar("the bias is left out", 1 / (1 + exp(-z)));
        suspect_scalar("the probability of junk", 1 - p);
        grade_scalar("score", quality_score(&q, x), p, 1e-5);
        suspect_scalar("the loss of the other label", log_loss(z + bias, 1 - label));
        const double moved = log_loss(z + bias - lr * slope * (1 + xx), label);
        suspect_scalar("the loss after the step; the one before is asked for", moved);
        grade_scalar("loss", quality_step(&q, x, label, (float)lr), log_loss(z + bias, label), 2e-5);
        suspect("uphill: the step should be taken off", uphill);
        if (label) suspect("the label is not used", ignored);
        suspect("the learning rate is not used", no_lr);
        grade_array("weight after the step", q.weight, want, AXES("j", n), 1e-5);
        suspect_scalar("the bias does not move", bias);
        grade_scalar("bias after the step", q.bias, bias - lr * slope, 1e-5);
        grade_unchanged("x", x);
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        q = (struct quality){.buckets = 1, .weight = grade_copy((float[]){0}, 1), .bias = (float)sign * 2000.0f};
        x = grade_copy((float[]){1}, 1);
        const int label = sign < 0;
        float loss = quality_step(&q, x, label, 0.1f);
        grade_true(isfinite(loss), "loss where z is %d and the label %d: got %g, expected 2000\nlooks like: %s",
                   2000 * sign, label, (double)loss, "the logarithm of a probability that was rounded to 0");
        grade_scalar("loss far on the wrong side", loss, 2000, 1e-5);
        grade_scalar("loss far on the right side", quality_step(&q, x, !label, 0.1f), 0, 1e-5);
    }
}

// ---- minhash.c ------------------------------------------------------------------------------------------------------

// As the test sees a shingle: words start..start+width-1, joined from the left, or from the right.
static uint64_t joined(const uint64_t *word, int start, int width, bool from_right) {
    uint64_t hash = word[from_right ? start + width - 1 : start];
    for (int i = 1; i < width; i++) hash = hash_join(hash, word[from_right ? start + width - 1 - i : start + i]);
    return hash;
}

EXERCISE(shingles, .number = "14.3", .points = 3) {
    for (int round = 0; round < 8; round++) {
        const int width = round == 0 ? 3 : round == 1 ? 4 : grade_int(1, 5);
        const int n = round == 0 ? 7 : round == 1 ? 2 : grade_int(0, 14);
        const int length = n < width ? n : width, count = n > 0 ? n - length + 1 : 0;
        uint64_t *word = random_words(n > 0 ? n : 1, 20);
        struct hashes got = {0};
        hashes_push(&got, 42);
        shingles(&got, word, (size_t)n, width);
        grade_true(got.count > 0 && got.hash[0] == 42, "shingles are appended: what the list held must stay");
        if (n > width) suspect_scalar("the last shingle is missing", count - 1);
        suspect_scalar("one for every word: the last ones would be too short", n);
        suspect_scalar("a document that is shorter than a shingle has none", 0);
        suspect_scalar("the shingles do not overlap: each starts where the one before it ends",
                       length > 0 ? n / length : 0);
        grade_equal(round == 0 ? "shingles of 3 words in 7 words" : "number of shingles", (long)got.count - 1, count);
        for (int i = 0; i < count; i++)
            grade_true(got.hash[i + 1] == joined(word, i, length, false),
                       "shingle %d of %d words is not their hash_join, from the left%s%s", i, length,
                       got.hash[i + 1] == joined(word, i, length, true) ? "\nlooks like: joined from the right" : "",
                       got.hash[i + 1] == word[i] ? "\nlooks like: only its first word is hashed" : "");
        hashes_free(&got);
        free(word);
    }
}

// Signatures as numbers in 0..1. what: 0 as defined, 1 the largest, 2 function 0 for all, 3 without the last, 4 the last
static double *signature_of(const uint64_t *shingle, int n, int K, int what) {
    double *s = grade_doubles(K);
    for (int k = 0; k < K; k++) {
        uint32_t best = what == 1 ? 0 : UINT32_MAX;
        for (int i = what == 4 && n > 0 ? n - 1 : 0; i < n - (what == 3); i++) {
            uint32_t hash = hash_family(shingle[i], what == 2 ? 0 : k);
            if (what == 1 ? hash > best : hash < best) best = hash;
        }
        s[k] = best * 0x1p-32;
    }
    return s;
}

// Two sets with `both` common hashes and `own` further ones each: how alike do K functions find them?
static double measured_similarity(int both, int own, int K) {
    const int n = both + own;
    uint64_t *a = random_words(n, n), *b = random_words(n, n);
    for (int i = 0; i < n; i++) {
        a[i] = random_hash();
        b[i] = i < both ? a[i] : random_hash();
    }
    uint32_t *of_a = malloc((size_t)K * sizeof *of_a), *of_b = malloc((size_t)K * sizeof *of_b);
    minhash_signature(of_a, a, (size_t)n, K);
    minhash_signature(of_b, b, (size_t)n, K);
    const double similarity = (double)minhash_similarity(of_a, of_b, K);
    free(a);
    free(b);
    free(of_a);
    free(of_b);
    return similarity;
}

EXERCISE(minhash_signature, .number = "14.3", .points = 5) {
    // The text's example: two signatures of eight numbers that agree in six.
    uint32_t one[8] = {7, 3, 9, 4, 1, 8, 2, 6}, two[8] = {7, 3, 5, 4, 1, 8, 0, 6};
    suspect_scalar("a number of places, where a share of K is asked for", 6);
    suspect_scalar("the share of the places that differ", 0.25);
    grade_scalar("similarity of signatures that agree in 6 places of 8", minhash_similarity(one, two, 8), 0.75, 1e-6);

    for (int round = 0; round < 3; round++) {
        const int n = round == 2 ? 0 : grade_int(5, 12), K = grade_int(11, 40);
        uint64_t *shingle = random_words(n > 0 ? n : 1, 20);
        uint32_t *signature = malloc((size_t)K * sizeof *signature);
        float *got = grade_output(K);
        minhash_signature(signature, shingle, (size_t)n, K);
        for (int k = 0; k < K; k++) got[k] = (float)(signature[k] * 0x1p-32);
        if (n > 0) {
            suspect("the largest hash, where the smallest is asked for", signature_of(shingle, n, K, 1));
            suspect("function 0 is used for every place; place k has function k", signature_of(shingle, n, K, 2));
            suspect("the last shingle is left out", signature_of(shingle, n, K, 3));
            suspect("the last shingle's hash, not the smallest of all", signature_of(shingle, n, K, 4));
        }
        grade_array(n > 0 ? "signature / 2^32" : "signature / 2^32 of an empty document", got,
                    signature_of(shingle, n, K, 0), AXES("k", K), 1e-7);
        free(shingle);
        free(signature);
    }
    // Each place agrees with the probability of the Jaccard similarity: with 4096 of them, 0.05 are 6 standard deviations.
    const int both = grade_int(5, 40), own = grade_int(3, 20);
    grade_scalar("similarity by 4096 functions, beside the Jaccard similarity", measured_similarity(both, own, 4096),
                 both / (both + 2.0 * own), 0.05 / 2);
}

// ---- lsh.c ----------------------------------------------------------------------------------------------------------

enum { DOCS = 31 };

static bool same_numbers(const uint32_t *a, const uint32_t *b, int n) {
    return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

// Which pairs agree in `length` numbers from `from` on: (DOCS,DOCS), 1 above the diagonal. near: only the next one that
// agrees counts.
static double *agreeing(const uint32_t *s, int K, int from, int length, bool near) {
    double *pairs = grade_doubles(DOCS * DOCS);
    for (int a = 0; a < DOCS; a++)
        for (int b = a + 1; b < DOCS; b++) {
            if (!same_numbers(s + a * K + from, s + b * K + from, length)) continue;
            pairs[a * DOCS + b] = 1;
            if (near) break;
        }
    return pairs;
}

EXERCISE(lsh_band_pairs, .number = "14.4", .points = 6) {
    // The text's example: 20 bands of 5 rows.
    suspect_scalar("bands and rows are swapped", 1 - pow(1 - pow(0.8, 20), 5));
    suspect_scalar("the probability of one band only", pow(0.8, 5));
    suspect_scalar("the probability that no band agrees: take it from 1", pow(1 - pow(0.8, 5), 20));
    suspect_scalar("probabilities of the bands are added; they overlap", 20 * pow(0.8, 5));
    grade_scalar("probability at similarity 0.8", lsh_probability(0.8, 20, 5), 0.999644, 1e-6);
    grade_scalar("probability at similarity 0.3", lsh_probability(0.3, 20, 5), 0.047494, 1e-5);
    const double s = (double)rng_uniform(grade_rng());
    grade_scalar("probability, 3 bands of 2", lsh_probability(s, 3, 2), 1 - pow(1 - s * s, 3), 1e-9);

    const int rows = grade_int(2, 3), bands = 4, K = rows * bands + 1, band = grade_int(1, 3);
    uint32_t *signature = malloc((size_t)(DOCS * K) * sizeof *signature);
    for (int i = 0; i < DOCS * K; i++) signature[i] = (uint32_t)grade_int(0, 1);
    struct pairs got = {0};
    lsh_band_pairs(&got, signature, DOCS, K, band, rows);
    float *pairs = grade_output(DOCS * DOCS);
    for (int i = 0; i < DOCS * DOCS; i++) pairs[i] = 0;
    double *want = agreeing(signature, K, band * rows, rows, false), *both_ways = grade_doubles(DOCS * DOCS),
           *itself = grade_doubles(DOCS * DOCS);
    for (size_t i = 0; i < got.count; i++) {
        const struct document_pair p = got.pair[i];
        grade_true(p.first >= 0 && p.first < DOCS && p.second >= 0 && p.second < DOCS,
                   "pair %zu is (%d, %d); documents are 0..%d", i, p.first, p.second, DOCS - 1);
        pairs[p.first * DOCS + p.second] += 1;
    }
    for (int i = 0; i < DOCS * DOCS; i++) {
        both_ways[i] = want[i] + want[i % DOCS * DOCS + i / DOCS];
        itself[i] = want[i] + (i % DOCS == i / DOCS);
    }
    suspect("the band starts at number `band`, where it starts at band * rows",
            agreeing(signature, K, band, rows, false));
    suspect("always the first band", agreeing(signature, K, 0, rows, false));
    suspect("one number too few is compared", agreeing(signature, K, band * rows, rows - 1, false));
    suspect("whole signatures are compared, where one band is asked for", agreeing(signature, K, 0, K, false));
    suspect("of three documents in a bucket only neighbours are paired",
            agreeing(signature, K, band * rows, rows, true));
    suspect("every pair comes both ways", both_ways);
    suspect("documents are paired with themselves", itself);
    grade_array("pairs (1 where first and second agree)", pairs, want, AXES("fs", DOCS, DOCS), 1e-6);
    pairs_free(&got);
    free(signature);
}

// ---- dedup.c --------------------------------------------------------------------------------------------------------

// The smallest document of every document's cluster, by going through all pairs until nothing changes.
static void plain_clusters(int *smallest, const bool *alike, int n) {
    for (int i = 0; i < n; i++) smallest[i] = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < n * n; i++) {
            int a = i / n, b = i % n;
            if (!alike[i] || smallest[a] == smallest[b]) continue;
            smallest[a] = smallest[b] = smallest[a] < smallest[b] ? smallest[a] : smallest[b];
            changed = true;
        }
    }
}

// What deduplicate keeps: 0 as asked for, 1 whatever a band joins, 2 more than the threshold, 3 the last of each, 4 only
// pairs with a kept document, no chains
static double *kept_of(const uint32_t *s, int K, int rows, int same_at_least, int what) {
    static bool alike[DOCS * DOCS];
    int smallest[DOCS];
    double *keep = grade_doubles(DOCS);
    for (int a = 0; a < DOCS; a++)
        for (int b = 0; b < DOCS; b++) {
            int same = 0;
            bool candidate = false;
            for (int k = 0; k < K; k++) same += s[a * K + k] == s[b * K + k];
            for (int j = 0; j < K / rows; j++)
                candidate = candidate || same_numbers(s + a * K + j * rows, s + b * K + j * rows, rows);
            alike[a * DOCS + b] = candidate && (what == 1 || same >= same_at_least + (what == 2));
        }
    plain_clusters(smallest, alike, DOCS);
    for (int i = 0; i < DOCS; i++) keep[i] = smallest[i] == i;
    if (what == 3)
        for (int i = 0; i < DOCS; i++) {
            keep[i] = 1;
            for (int j = i + 1; j < DOCS; j++)
                if (smallest[j] == smallest[i]) keep[i] = 0;
        }
    return keep;
}

static void check_clusters(void) {
    const int forest[9] = {0, 0, 1, 3, 3, 4, 6, 2, 8};
    int parent[9] = {0, 0, 1, 3, 3, 4, 6, 2, 8}, expected[9] = {0, 0, 0, 3, 3, 3, 6, 0, 8}, got[9];
    for (int i = 0; i < 9; i++) {
        if (forest[i] != expected[i])
            suspect_scalar("the parent, where the root is asked for: go on until a document is its own", forest[i]);
        grade_equal("root of a document in the forest {0, 0, 1, 3, 3, 4, 6, 2, 8}", cluster_find(parent, i),
                    expected[i]);
    }
    cluster_join(parent, 5, 7);
    suspect_scalar("the larger root stays; the smaller one should, so that the first document stands for all", 3);
    grade_equal("root of 0 after joining 5 and 7", cluster_find(parent, 0), 0);
    suspect_scalar("a and b are tied together, and not their roots: what hung above is lost", 3);
    grade_equal("root of 7 after joining 5 and 7", cluster_find(parent, 7), 0);
    for (int i = 0; i < 9; i++) got[i] = cluster_find(parent, i);
    grade_ints_equal("roots after joining 5 and 7", got, (int[]){0, 0, 0, 0, 0, 0, 6, 0, 8}, AXES("i", 9));
    cluster_join(parent, 2, 4);
    grade_equal("root of 4 after joining 2 and 4, which were joined before", cluster_find(parent, 4), 0);
}

EXERCISE(deduplicate, .number = "14.5", .points = 7, .needs = "minhash_signature lsh_band_pairs") {
    check_clusters();
    enum { K = 12, ROWS = 3 };
    uint32_t s[DOCS * K];
    double *want, *other[4];
    int count = 0;
    for (bool telling = false; !telling;) {  // until the mistakes show
        // Copies of earlier documents with a few numbers changed.
        for (int d = 0; d < DOCS; d++) {
            const int from = d > 4 ? grade_int(0, d - 1) : -1, changed = grade_int(0, 8);
            for (int k = 0; k < K; k++) s[d * K + k] = from < 0 ? rng_u32(grade_rng()) : s[from * K + k];
            for (int c = 0; c < changed; c++) s[d * K + grade_int(0, K - 1)] = rng_u32(grade_rng());
        }
        want = kept_of(s, K, ROWS, 6, 0);
        telling = true;
        for (int i = 0; i < 3; i++) {
            other[i] = kept_of(s, K, ROWS, 6, i + 1);
            telling = telling && memcmp(other[i], want, DOCS * sizeof *want) != 0;
        }
    }
    bool keep[DOCS];
    const int kept = deduplicate(keep, s, DOCS, K, ROWS, 0.5f);
    float *got = grade_output(DOCS);
    double *turned = grade_doubles(DOCS);
    for (int i = 0; i < DOCS; i++) {
        got[i] = keep[i];
        turned[i] = 1 - want[i];
        count += want[i] > 0;
    }
    suspect("all candidates are joined: their similarity is not looked at", other[0]);
    suspect("a similarity of exactly the threshold counts too", other[1]);
    suspect("the last document of a cluster is kept, not the first", other[2]);
    suspect("kept and dropped are swapped", turned);
    grade_array("keep", got, want, AXES("i", DOCS), 1e-6);
    grade_equal("number of documents kept", kept, count);
}

// ---- pack.c ---------------------------------------------------------------------------------------------------------

// Documents of these lengths. tokens: of document d all d + 1, or, numbered, each its own place, from 0 on.
static struct documents documents_of(const int *lengths, int n, bool numbered) {
    struct documents d = {0};
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < lengths[k]; i++) ids_push(&d.tokens, numbered ? (int)d.tokens.count : k + 1);
        cuts_push(&d.ends, d.tokens.count);
    }
    return d;
}

// The tokens of rows as floats, for grade_array; at most `want` rows of them.
static float *row_tokens(const struct rows *r, int rows) {
    float *tokens = grade_output(rows * (r->T + 1));
    for (int i = 0; i < rows * (r->T + 1); i++) tokens[i] = (float)r->token[i];
    return tokens;
}

// Chopped by definition: row r starts at token r * step.
static double *chopped(const struct documents *d, int rows, int T, int step) {
    double *tokens = grade_doubles(rows * (T + 1));
    for (int i = 0; i < rows * (T + 1); i++) {
        const size_t at = (size_t)(i / (T + 1) * step + i % (T + 1));
        tokens[i] = at < d->tokens.count ? d->tokens.id[at] : -1;
    }
    return tokens;
}

static void check_chop(const char *what, const int *lengths, int n, int T) {
    struct documents d = documents_of(lengths, n, true);
    const int tokens = (int)d.tokens.count, rows = tokens < 2 ? 0 : (tokens - 2) / T + 1;
    int cut = 0, apart = 0, chunks = 0;
    for (int k = 0, start = 0; k < n; start += lengths[k++]) {
        bool whole = lengths[k] == 0 || rows == 0;
        for (int r = 0; r < rows; r++) whole = whole || (start >= r * T && start + lengths[k] - 1 <= r * T + T);
        cut += !whole;
        apart += lengths[k] > 0 && start / T != (start + lengths[k] - 1) / T;
        chunks += lengths[k] > 0 && start / (T + 1) != (start + lengths[k] - 1) / (T + 1);
    }
    struct rows got = {0};
    const size_t got_cut = pack_chop(&got, &d, T);
    grade_equal("number of rows", (long)got.count, rows);
    if (rows > 0) {
        double *short_rows = chopped(&d, rows, T, T);
        for (int r = 0; r < rows; r++) short_rows[r * (T + 1) + T] = -1;
        suspect("a row gets T tokens, not T + 1: its last prediction is missing", short_rows);
        suspect("row r starts at token r * (T + 1): the prediction from row to row is lost",
                chopped(&d, rows, T, T + 1));
        grade_array(what, row_tokens(&got, rows), chopped(&d, rows, T, T), AXES("rt", rows, T + 1), 1e-7);
    }
    suspect_scalar("a document that ends with the token that two rows share is not cut", apart);
    suspect_scalar("counted as if rows did not share a token", chunks);
    grade_equal("number of documents cut", (long)got_cut, cut);
    rows_free(&got);
    documents_free(&d);
}

EXERCISE(pack_chop, .number = "14.6", .points = 6) {
    // The text's example: documents of 3, 5, 2 and 4 tokens, rows of 4 + 1.
    struct documents d = documents_of((int[]){3, 5, 2, 4}, 4, false);
    struct rows r = {0};
    const size_t cut = pack_chop(&r, &d, 4);
    grade_equal("rows of the text's example", (long)r.count, 4);
    suspect("row r starts at token r * (T + 1): the prediction from row to row is lost", chopped(&d, 4, 4, 5));
    suspect("a row gets T tokens, not T + 1: its last prediction is missing",
            (double[]){1, 1, 1, 2, -1, 2, 2, 2, 2, -1, 3, 3, 4, 4, -1, 4, 4, -1, -1, -1});
    grade_array("the text's example", row_tokens(&r, 4),
                (double[]){1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, -1, -1, -1}, AXES("rt", 4, 5), 1e-7);
    grade_equal("documents cut in the text's example", (long)cut, 2);
    grade_scalar("padding in the text's example", rows_padding(&r), 0.15, 1e-9);
    rows_free(&r);
    documents_free(&d);
    for (int round = 0; round < 6; round++) {
        int lengths[40], n = grade_int(20, 40);
        const int T = grade_int(5, 12);
        for (int k = 0; k < n; k++) lengths[k] = grade_int(0, T + 4);
        check_chop("rows", lengths, n, T);
    }
    check_chop("one full row", (int[]){7}, 1, 6);
    check_chop("one token", (int[]){1}, 1, 6);
    check_chop("one token too many for a row", (int[]){4, 4}, 2, 6);
}

enum fit { BEST, STRICT, WORST, ALONE };

// Puts pieces into rows of `width`, in order, by a rule. free_room (rows) of the result, sorted, least first; returns rows.
static int simulate(double *free_room, const int *piece, int n, int width, enum fit fit) {
    int rows = 0;
    for (int i = 0; i < n; i++) {
        int chosen = -1;
        for (int r = 0; r < rows && fit != ALONE; r++) {
            const double room = free_room[r];
            if (room < piece[i] + (fit == STRICT)) continue;
            if (chosen < 0 || (fit == WORST ? room > free_room[chosen] : room < free_room[chosen])) chosen = r;
        }
        if (chosen < 0) free_room[chosen = rows++] = width;
        free_room[chosen] -= piece[i];
    }
    for (int i = 1; i < rows; i++)
        for (int j = i; j > 0 && free_room[j - 1] > free_room[j]; j--) {
            const double kept = free_room[j];
            free_room[j] = free_room[j - 1];
            free_room[j - 1] = kept;
        }
    return rows;
}

static int falling(const void *a, const void *b) {
    return *(const int *)b - *(const int *)a;
}

enum { PIECES = 120 };

// The pieces of documents of these lengths, T + 1 tokens at most, in order.
static int pieces_of(int *piece, const int *lengths, int n, int T, int *cut) {
    int count = 0;
    *cut = 0;
    for (int k = 0; k < n; k++) {
        *cut += lengths[k] > T + 1;
        for (int left = lengths[k]; left >= 2; left -= T) piece[count++] = left < T + 1 ? left : T + 1;
    }
    return count;
}

// Every two neighbours of a document stand side by side in the rows exactly once, and padding only at a row's end.
static void check_neighbours(const struct rows *r, const struct documents *d) {
    const size_t n = d->tokens.count;
    int *seen = calloc(n + 1, sizeof *seen);
    for (size_t i = 0; i < r->count * (size_t)(r->T + 1); i++) {
        const int here = r->token[i], next = (i + 1) % (size_t)(r->T + 1) ? r->token[i + 1] : -1;
        const size_t row = i / (size_t)(r->T + 1), t = i % (size_t)(r->T + 1);
        grade_true(here >= -1 && here < (int)n, "row %zu, token %zu: %d is no token of the documents", row, t, here);
        grade_true(t > 0 || here >= 0, "row %zu begins with padding", row);
        grade_true(here >= 0 || next < 0 || (i + 1) % (size_t)(r->T + 1) == 0,
                   "row %zu: padding before token %zu, where padding is at the end of a row only", row, t + 1);
        if (here >= 0 && next == here + 1) seen[here]++;
    }
    for (size_t k = 0, start = 0; k < d->ends.count; start = d->ends.end[k++])
        for (size_t i = start; i + 1 < d->ends.end[k]; i++)
            grade_true(seen[i] == 1,
                       "document %zu: its tokens %zu and %zu stand side by side %d times in the rows, expected once", k,
                       i - start, i - start + 1, seen[i]);
    free(seen);
}

// Lengths for which the mistakes lead to different rows.
static int telling_lengths(int *lengths, int *T, double *room[5], int rows[5]) {
    for (;;) {
        int piece[PIECES], rising[PIECES], cut;
        const int n = grade_int(25, 40);
        *T = grade_int(9, 15);
        for (int k = 0; k < n; k++) lengths[k] = k % 9 == 0 ? grade_int(0, 2 * *T + 4) : grade_int(1, *T);
        const int count = pieces_of(piece, lengths, n, *T, &cut);
        qsort(piece, (size_t)count, sizeof *piece, falling);
        for (int i = 0; i < count; i++) rising[i] = piece[count - 1 - i];
        for (int i = 0; i < 5; i++) {
            room[i] = grade_doubles(PIECES);
            rows[i] = simulate(room[i], i == 4 ? rising : piece, count, *T + 1, i == 4 ? BEST : (enum fit)i);
        }
        bool telling = true;
        for (int i = 1; i < 5; i++) telling = telling && memcmp(room[0], room[i], PIECES * sizeof(double)) != 0;
        if (telling) return n;
    }
}

EXERCISE(pack_best_fit, .number = "14.7", .points = 8) {
    // The text's example again: 5 | 4 | 3 and 2.
    struct documents d = documents_of((int[]){3, 5, 2, 4}, 4, false);
    struct rows r = {0};
    grade_equal("documents cut in the text's example", (long)pack_best_fit(&r, &d, 4), 0);
    suspect_scalar("a row into which a piece fits exactly is passed over, or every piece has a row of its own", 4);
    grade_equal("rows of the text's example", (long)r.count, 3);
    suspect("shortest first: \"decreasing\" means longest first",
            (double[]){3, 3, 1, 1, 1, 4, 4, 4, 4, -1, 2, 2, 2, 2, 2});
    suspect("a piece is put over the row's beginning, where it should follow what the row holds",
            (double[]){2, 2, 2, 2, 2, 4, 4, 4, 4, -1, 3, 3, 1, -1, -1});
    grade_array("the text's example", row_tokens(&r, 3), (double[]){2, 2, 2, 2, 2, 4, 4, 4, 4, -1, 1, 1, 1, 3, 3},
                AXES("rt", 3, 5), 1e-7);
    rows_free(&r);
    documents_free(&d);
    for (int round = 0; round < 5; round++) {
        static const char *const mistake[] = {
            "", "a row into which the piece fits exactly is passed over",
            "the row with the most room is taken, where the one with the least that is enough is asked for",
            "every piece has a row of its own", "shortest first: \"decreasing\" means longest first"};
        int lengths[40], piece[PIECES], T, rows[5], cut;
        double *room[5];
        const int n = telling_lengths(lengths, &T, room, rows);
        pieces_of(piece, lengths, n, T, &cut);
        d = documents_of(lengths, n, true);
        const long got_cut = (long)pack_best_fit(&r, &d, T);
        float *got = grade_output(PIECES);
        for (int i = 0; i < PIECES; i++) got[i] = 0;
        grade_true(r.count <= PIECES, "there are %zu rows for %zu tokens", r.count, d.tokens.count);
        for (size_t i = 0; i < r.count * (size_t)(T + 1); i++) got[i / (size_t)(T + 1)] += r.token[i] < 0;
        for (size_t i = 1; i < r.count; i++)
            for (size_t j = i; j > 0 && got[j - 1] > got[j]; j--) {
                const float kept = got[j];
                got[j] = got[j - 1];
                got[j - 1] = kept;
            }
        for (int i = 1; i < 5; i++) suspect(mistake[i], room[i]);
        grade_array("room left in the rows, sorted", got, room[0], AXES("r", PIECES), 1e-6);
        grade_equal("number of rows", (long)r.count, rows[0]);
        check_neighbours(&r, &d);
        grade_equal("number of documents cut", got_cut, cut);
        rows_free(&r);
        documents_free(&d);
    }
}

// ---- loader.c -------------------------------------------------------------------------------------------------------

// Random tokens 1..V-1 with padding at the end; row i starts with first + i, if first is not negative.
static struct rows random_rows(int count, int T, int V, int first) {
    struct rows r;
    rows_init(&r, (size_t)count, T);
    for (int i = 0; i < count; i++) {
        const int real = grade_int(2, T + 1);
        for (int t = 0; t < real; t++) r.token[i * (T + 1) + t] = grade_int(1, V - 1);
        if (first >= 0) r.token[i * (T + 1)] = first + i;
    }
    return r;
}

EXERCISE(row_example, .number = "14.8", .points = 3) {
    const int T = 4, row[5] = {7, 8, 9, -1, -1};
    int inputs[4] = {-9, -9, -9, -9}, targets[4] = {-9, -9, -9, -9};
    float *got = grade_output(8);
    row_example(inputs, targets, row, T);
    for (int t = 0; t < T; t++) {
        got[t] = (float)inputs[t];
        got[T + t] = (float)targets[t];
    }
    suspect("padding is read as token -1; inputs must be tokens, so it becomes 0",
            (double[]){7, 8, 9, -1, 8, 9, -1, -1});
    suspect("a position is to predict itself, where it is to predict what comes next",
            (double[]){7, 8, 9, 0, 7, 8, 9, -1});
    suspect("padding becomes token 0 among the targets, and would be learned", (double[]){7, 8, 9, 0, 8, 9, 0, 0});
    grade_array("inputs, then targets, of the row 7 8 9 and padding", got, (double[]){7, 8, 9, 0, 8, 9, -1, -1},
                AXES("kt", 2, 4), 1e-7);
    struct rows r = random_rows(9, 6, 50, -1);
    for (int i = 0; i < 9; i++) {
        int *x = grade_ints(6, -5, -5), *y = grade_ints(6, -5, -5), want_x[6];
        const int *from = r.token + i * 7;
        row_example(x, y, from, 6);
        for (int t = 0; t < 6; t++) want_x[t] = from[t] < 0 ? 0 : from[t];
        grade_ints_equal("inputs", x, want_x, AXES("t", 6));
        grade_ints_equal("targets", y, from + 1, AXES("t", 6));
    }
    rows_free(&r);
}

enum { LOADED = 13, DEALS = 45 };  // rows; rows dealt out in a test, three epochs and a part

enum habit { AS_ASKED, UNSHUFFLED, ALWAYS_EPOCH_0, ON_TOP, DROPS_REST };

// The rows that a loader of batches of B deals out from (epoch, next) on, by the header's definition or by a habit.
static double *dealt(uint64_t seed, int epoch, int next, int B, enum habit habit) {
    double *row = grade_doubles(DEALS);
    int order[LOADED];
    for (int i = 0; i < LOADED; i++) order[i] = i;
    for (int i = 0; i < DEALS; epoch++, next = 0) {
        struct rng r;
        if (habit != ON_TOP)
            for (int k = 0; k < LOADED; k++) order[k] = k;
        rng_seed(&r, seed, habit == ALWAYS_EPOCH_0 ? 0 : (uint64_t)epoch);
        if (habit != UNSHUFFLED) rng_shuffle(&r, order, LOADED);
        const int end = habit == DROPS_REST ? next + (LOADED - next) / B * B : LOADED;
        for (int k = next; k < end && i < DEALS; k++) row[i++] = order[k];
    }
    return row;
}

// Deals out DEALS rows (B divides it), checks that each is whole, and returns which they were.
static float *deal_all(struct loader *l, const struct rows *r) {
    const int T = r->T, B = l->B;
    float *row = grade_output(DEALS);
    for (int i = 0; i < DEALS; i += B) {
        int *x = grade_ints(B * T, -7, -7), *y = grade_ints(B * T, -7, -7), want_x[64], want_y[64];
        loader_next(l, x, y);
        for (int b = 0; b < B; b++) {
            const int which = x[b * T] - 1;
            grade_true(which >= 0 && which < LOADED, "row %d of a batch begins with %d, which no row does%s", b,
                       x[b * T], x[b * T] == -7 ? ": it was not written" : "");
            row[i + b] = (float)which;
            const int *from = r->token + which * (T + 1);
            for (int t = 0; t < T; t++) {
                want_x[b * T + t] = from[t] < 0 ? 0 : from[t];
                want_y[b * T + t] = from[t + 1];
            }
        }
        grade_ints_equal("inputs", x, want_x, AXES("bt", B, T));
        grade_ints_equal("targets", y, want_y, AXES("bt", B, T));
    }
    return row;
}

EXERCISE(loader_next, .number = "14.8", .points = 6, .needs = "row_example") {
    struct rows r = random_rows(LOADED, 4, 99, 1);
    const int B = 5;  // 13 rows: an epoch ends within a batch
    const uint64_t seed = rng_u32(grade_rng());
    struct loader l;
    loader_init(&l, &r, B, seed);
    float *got = deal_all(&l, &r);  // before the suspicions, for it checks too
    suspect("the rows are not shuffled", dealt(seed, 0, 0, B, UNSHUFFLED));
    suspect("every epoch has the order of epoch 0", dealt(seed, 0, 0, B, ALWAYS_EPOCH_0));
    suspect("an epoch shuffles the order of the one before, so that it depends on the past: start from 0, 1, 2, ..",
            dealt(seed, 0, 0, B, ON_TOP));
    suspect("what does not fill a batch is dropped at the end of an epoch", dealt(seed, 0, 0, B, DROPS_REST));
    grade_array("rows dealt out from the start", got, dealt(seed, 0, 0, B, AS_ASKED), AXES("i", DEALS), 1e-6);
    grade_equal("epoch after 45 of 13 rows", l.epoch, 3);
    grade_equal("next after 45 of 13 rows", (long)l.next, 6);

    const int epoch = grade_int(1, 9), next = grade_int(1, LOADED);
    loader_seek(&l, epoch, (size_t)next);
    got = deal_all(&l, &r);
    suspect("loader_seek begins the epoch, and forgets next", dealt(seed, epoch, 0, B, AS_ASKED));
    suspect("loader_seek does not make the order of the epoch that it goes to", dealt(seed, 3, next, B, AS_ASKED));
    grade_array("rows dealt out after loader_seek", got, dealt(seed, epoch, next, B, AS_ASKED), AXES("i", DEALS), 1e-6);
    loader_free(&l);
    rows_free(&r);
}

// ---- bf16.c ---------------------------------------------------------------------------------------------------------

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

// The upper half of the nearest bfloat16's bits, by arithmetic: 8 bits from the first one on, rint does ties to even.
static uint32_t nearest_upper(float x) {
    int exponent;
    frexp((double)x, &exponent);  // |x| = f * 2^exponent, f in [1/2, 1)
    if (exponent < -125) exponent = -125;
    const double rounded = ldexp(rint(ldexp((double)x, 8 - exponent)), exponent - 8);
    return bits_of((float)rounded) >> 16;  // exact: 8 bits, or infinite
}

static void check_bf16(const char *what, const uint32_t *bits, int n) {
    float *x = grade_output(n), *upper = grade_output(n), *lower = grade_output(n);
    double *want = grade_doubles(n), *cut = grade_doubles(n), *away = grade_doubles(n), *zeros = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        x[i] = float_of(bits[i]);
        want[i] = nearest_upper(x[i]);
        cut[i] = bits[i] >> 16;
        away[i] = (bits[i] + 0x8000u) >> 16;
    }
    bf16_round(x, (size_t)n);
    for (int i = 0; i < n; i++) {
        upper[i] = (float)(bits_of(x[i]) >> 16);
        lower[i] = (float)(bits_of(x[i]) & 0xFFFF);
    }
    suspect("the lower half is cut off, where the nearest is asked for", cut);
    suspect("ties are rounded away from 0, where the even one is asked for", away);
    grade_array(what, upper, want, AXES("i", n), 1e-9);
    grade_array("lower 16 bits of what was rounded", lower, zeros, AXES("i", n), 0);
}

EXERCISE(bf16_round, .number = "14.9", .points = 6) {
    // The text's examples. Near 1 the step is 1/128, near pi 1/64.
    float *x = grade_copy((float[]){1.0f + 1.0f / 256, 1.0f + 3.0f / 256, 3.14159265f, -0.1f, 1.001f}, 5);
    bf16_round(x, 5);
    suspect("the lower half is cut off, where the nearest is asked for",
            (double[]){1, 1.0078125, 3.140625, -0.099609375, 1});
    suspect("ties are rounded away from 0, where the even one is asked for",
            (double[]){1.0078125, 1.015625, 3.140625, -0.10009765625, 1});
    grade_array("1 + 1/256, 1 + 3/256, pi, -0.1 and 1.001, rounded", x,
                (double[]){1, 1.015625, 3.140625, -0.10009765625, 1}, AXES("i", 5), 1e-7);
    enum { N = 300 };
    uint32_t bits[N];
    for (int i = 0; i < N; i++) {
        do bits[i] = rng_u32(grade_rng());
        while ((bits[i] & 0x7F800000) == 0x7F800000);
        if (i % 5 == 0) bits[i] = (bits[i] & 0xFFFF0000) | 0x8000;  // a tie
    }
    check_bf16("upper halves of random numbers, rounded", bits, N);
    check_bf16("upper halves of the largest float, 0, -0 and the smallest floats, rounded",
               (uint32_t[]){0x7F7FFFFF, 0, 0x80000000, 1, 0x8000, 0x18000, 0xFF7FFFFF}, 7);
    float *odd = grade_copy((float[]){INFINITY, -INFINITY, float_of(0x7F800001), float_of(0xFFFFFFFF)}, 4);
    bf16_round(odd, 4);
    grade_true(isinf(odd[0]) && odd[0] > 0 && isinf(odd[1]) && odd[1] < 0, "infinity and -infinity became %g and %g",
               (double)odd[0], (double)odd[1]);
    for (int i = 2; i < 4; i++)
        grade_true(isnan(odd[i]), "NaN with the bits %s became %g\nlooks like: NaN is rounded as if it were a number",
                   i == 2 ? "7F800001" : "FFFFFFFF", (double)odd[i]);
}

// ---- adamw.c --------------------------------------------------------------------------------------------------------

enum adam_mistake {
    RIGHT,
    NOT_SCALED,
    L2_INSIDE,
    DECAY_WITHOUT_LR,
    NO_DECAY,
    EPS_INSIDE,
    NOT_CORRECTED,
    V_NOT_SQUARED,
    ADAM_MISTAKES
};
static const char *const adam_mistakes[] = {"",
                                            "the gradient is not multiplied by scale",
                                            "the decay goes through the moments: that is Adam with L2, not AdamW",
                                            "the decay is not multiplied by lr",
                                            "the weights do not decay",
                                            "eps stands inside the root",
                                            "the moments are not corrected by 1 - beta^step",
                                            "v averages G, where it averages G^2"};

// One weight, by definition, in double, or with a mistake. s: w, m, v.
static void adam_one(double s[3], double g, const struct adamw *a, enum adam_mistake mistake) {
    const double beta1 = a->beta1, beta2 = a->beta2, lr = a->lr, decay = a->weight_decay;
    double G = mistake == NOT_SCALED ? g : g * (double)a->scale;
    if (mistake == L2_INSIDE) G += decay * s[0];
    s[1] = beta1 * s[1] + (1 - beta1) * G;
    s[2] = beta2 * s[2] + (1 - beta2) * (mistake == V_NOT_SQUARED ? fabs(G) : G * G);
    const double m = mistake == NOT_CORRECTED ? s[1] : s[1] / (1 - pow(beta1, a->step));
    const double v = mistake == NOT_CORRECTED ? s[2] : s[2] / (1 - pow(beta2, a->step));
    const double decays = mistake == L2_INSIDE || mistake == NO_DECAY ? 0 : mistake == DECAY_WITHOUT_LR ? 1 : lr;
    const double eps = (double)a->eps;
    s[0] = s[0] * (1 - decays * decay) - lr * m / (mistake == EPS_INSIDE ? sqrt(v + eps) : sqrt(v) + eps);
}

EXERCISE(adamw_update, .number = "14.10", .points = 6, .seconds = 20) {
    // The text's example: the first step goes by lr, whatever the gradient.
    float *w = grade_copy((float[]){1}, 1), *m = grade_copy((float[]){0}, 1), *v = grade_copy((float[]){0}, 1);
    struct adamw a = {
        .lr = 0.1f, .beta1 = 0.9f, .beta2 = 0.95f, .eps = 1e-8f, .weight_decay = 0.1f, .step = 1, .scale = 1};
    adamw_update(w, m, v, (float[]){0.5f}, &a, 1);
    suspect_scalar("the weights do not decay, or only through the moments: that would be Adam with L2", 0.9);
    suspect_scalar("the decay is not multiplied by lr", 0.8);
    suspect_scalar("uphill", 1.09);
    suspect_scalar("the moments are not corrected by 1 - beta^step", 0.99 - 0.1 * 0.05 / sqrt(0.0125));
    grade_scalar("w = 1 after a first step with gradient 0.5, lr 0.1, decay 0.1", w[0], 0.89, 1e-6);
    grade_scalar("m", m[0], 0.05, 1e-6);
    grade_scalar("v", v[0], 0.0125, 1e-6);

    for (int round = 0; round < 3; round++) {
        const int n = round == 2 ? 40009 : grade_int(11, 50);
        float *g = grade_floats(n);
        w = grade_floats(n), m = grade_floats(n), v = grade_floats(n);
        for (int i = 0; i < n; i++) v[i] *= v[i];
        a = (struct adamw){.lr = 0.05f, .beta1 = 0.8f, .beta2 = 0.9f, .eps = 0.01f, .weight_decay = 0.3f};
        a.step = grade_int(2, 9);
        a.scale = 0.2f + 0.5f * rng_uniform(grade_rng());
        double *want[3][ADAM_MISTAKES];
        for (int j = 0; j < ADAM_MISTAKES; j++) {
            for (int k = 0; k < 3; k++) want[k][j] = grade_doubles(n);
            for (int i = 0; i < n; i++) {
                double s[3] = {w[i], m[i], v[i]};
                adam_one(s, g[i], &a, (enum adam_mistake)j);
                for (int k = 0; k < 3; k++) want[k][j][i] = s[k];
            }
        }
        adamw_update(w, m, v, g, &a, (size_t)n);
        const char *const names[] = {"w", "m", "v"};
        for (int k = 2; k >= 0; k--) {
            for (int j = 1; j < ADAM_MISTAKES; j++)
                if (memcmp(want[k][j], want[k][0], (size_t)n * sizeof(double)) != 0)
                    suspect(adam_mistakes[j], want[k][j]);
            grade_array(names[k], k == 0 ? w : k == 1 ? m : v, want[k][RIGHT], AXES("i", n), 1e-5);
        }
        grade_unchanged("the gradient", g);
    }
}

// ---- gradient.c, trainer.c ------------------------------------------------------------------------------------------

enum { TINY_V = 11, TINY_T = 6, TINY_B = 3 };

static void tiny_model(struct gpt *m, float std) {
    const struct gpt_config c = gpt2_config(TINY_V, TINY_T, 8, 1, 2);
    gpt_init(m, &c, std, grade_rng());
}

// Another with the same weights, for batches of B.
static void twin_of(struct gpt *twin, const struct gpt *m, int B) {
    gpt_init(twin, &m->config, 0.1f, &(struct rng){0});
    gpt_reserve(twin, B, TINY_T, true);
    memcpy(twin->params, m->params, m->parameters * sizeof(float));
}

static int counted(const int *targets, int n) {
    int count = 0;
    for (int i = 0; i < n; i++) count += targets[i] >= 0;
    return count;
}

// weights[k] times the gradient of micro-batch k's mean loss, all together; returns the losses likewise.
static double weighted_gradient(double *grad, struct gpt *m, const int *inputs, const int *targets, int batches,
                                const double *weights) {
    const int N = TINY_B * TINY_T, n = (int)m->parameters;
    double loss = 0;
    for (int i = 0; i < n; i++) grad[i] = 0;
    for (int k = 0; k < batches; k++) {
        gpt_zero_grads(m);
        gpt_forward(m, inputs + k * N, NULL, TINY_B, TINY_T);
        loss += weights[k] * (double)gpt_backward(m, 1, inputs + k * N, targets + k * N, NULL, TINY_B, TINY_T);
        for (int i = 0; i < n; i++) grad[i] += weights[k] * (double)m->grads[i];
    }
    return loss;
}

static struct hyperparameters tiny_hyper(int accumulate) {
    return (struct hyperparameters){.lr_max = 0.05f,
                                    .lr_min = 0.01f,
                                    .warmup = 2,
                                    .total = 6,
                                    .beta1 = 0.8f,
                                    .beta2 = 0.9f,
                                    .eps = 1e-3f,
                                    .weight_decay = 0.5f,
                                    .accumulate = accumulate};
}

EXERCISE(trainer_gradient, .number = "14.11", .points = 8, .seconds = 20, .needs = "loader_next") {
    enum { BATCHES = 4, ROWS = BATCHES * TINY_B };
    struct gpt model, twin;
    struct trainer t;
    struct loader l;
    struct rows r = random_rows(ROWS, TINY_T, TINY_V, -1);
    // The batches differ in how much of them counts; one is padding but for a token.
    for (int i = 1; i < ROWS * (TINY_T + 1) / 3; i++)
        if (i % (TINY_T + 1) > 1) r.token[i] = -1;
    tiny_model(&model, 0.4f);
    const struct hyperparameters h = tiny_hyper(BATCHES);
    trainer_init(&t, &model, &h, TINY_B, TINY_T);
    twin_of(&twin, &model, ROWS);
    loader_init(&l, &r, TINY_B, rng_u32(grade_rng()));
    const int n = (int)model.parameters, N = TINY_B * TINY_T;
    double *was = grade_doubles(n), *wrong[4];
    for (int i = 0; i < n; i++) was[i] = model.grads[i] = rng_normal(grade_rng());
    const double loss = (double)trainer_gradient(&t, &l);

    double share[BATCHES], mean[BATCHES], one[BATCHES], last[BATCHES] = {0}, losses[4];
    const double all = counted(t.targets, BATCHES * N);
    for (int k = 0; k < BATCHES; k++) {
        share[k] = counted(t.targets + k * N, N) / all;
        mean[k] = 1.0 / BATCHES;
        one[k] = 1;
    }
    last[BATCHES - 1] = share[BATCHES - 1];
    const double *weights[] = {mean, one, share, last};
    for (int i = 0; i < 4; i++) {
        wrong[i] = grade_doubles(n);
        losses[i] = weighted_gradient(wrong[i], &twin, t.inputs, t.targets, BATCHES, weights[i]);
    }
    for (int i = 0; i < n; i++) wrong[2][i] += was[i];
    // The definition: one large batch.
    gpt_zero_grads(&twin);
    gpt_forward(&twin, t.inputs, NULL, ROWS, TINY_T);
    const double want_loss = (double)gpt_backward(&twin, 1, t.inputs, t.targets, NULL, ROWS, TINY_T);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = twin.grads[i];
    float *got = grade_copy(model.grads, n);
    suspect("every micro-batch has the weight 1 / accumulate, however few of its positions count", wrong[0]);
    suspect("micro-batches are added without a weight", wrong[1]);
    suspect("the gradients were not set to zero first: the last step's are still in them", wrong[2]);
    suspect("only the last micro-batch is left: the gradients are set to zero before each", wrong[3]);
    grade_array("gradient, beside that of one large batch", got, want, AXES("i", n), 1e-4);
    suspect_scalar("every micro-batch has the weight 1 / accumulate, however few of its positions count", losses[0]);
    suspect_scalar("the losses are added without a weight", losses[1]);
    suspect_scalar("the loss of the last micro-batch only", losses[3]);
    grade_scalar("loss, beside that of one large batch", loss, want_loss, 1e-5);
    trainer_free(&t);
    loader_free(&l);
    rows_free(&r);
    gpt_free(&twin);
    gpt_free(&model);
}

// A trainer by definition: weights and moments in double, gradients from a twin of the model.
struct plain_trainer {
    struct gpt twin;
    struct gpt_tensor *tensor;
    int tensors;
    double *w, *m, *v;
};

static double plain_lr(const struct hyperparameters *h, int step) {
    if (step < h->warmup) return (double)h->lr_max * (step + 1) / h->warmup;
    const double part = (double)(step - h->warmup) / (h->total - h->warmup);
    return (double)h->lr_min + ((double)h->lr_max - (double)h->lr_min) * (1 + cos(acos(-1) * part)) / 2;
}

enum step_mistake { AS_DEFINED, NO_CLIP, BY_VALUE, DECAY_ALL, DECAY_NONE, TO_ONE, STEP_MISTAKES };
static const char *const step_mistakes[] = {"",
                                            "the gradient is not clipped",
                                            "clipped value by value, not by the length",
                                            "everything decays; vectors and biases should not",
                                            "nothing decays; matrices should",
                                            "the gradient is always brought to the limit, even if it is shorter"};

// One step on the gradient in twin.grads, in double; out (n) = the weights after it. With a mistake, the state stays.
static void plain_step(double *out, struct plain_trainer *p, const struct hyperparameters *h, int step,
                       enum step_mistake mistake) {
    const int n = (int)p->twin.parameters;
    double square = 0;
    for (int i = 0; i < n; i++) square += pow((double)p->twin.grads[i], 2);
    const double norm = sqrt(square), limit = (double)h->clip;
    double scale = norm > limit && mistake != NO_CLIP && mistake != BY_VALUE ? limit / (norm + 1e-6) : 1;
    if (mistake == TO_ONE) scale = limit / norm;
    for (int k = 0; k < p->tensors; k++) {
        const struct gpt_tensor *of = &p->tensor[k];
        const bool decays = mistake == DECAY_ALL || (mistake != DECAY_NONE && of->decays);
        const struct adamw a = {(float)plain_lr(h, step),     h->beta1, h->beta2,    h->eps,
                                decays ? h->weight_decay : 0, step + 1, (float)scale};
        for (size_t i = of->at; i < of->at + of->size; i++) {
            double s[3] = {p->w[i], p->m[i], p->v[i]}, g = p->twin.grads[i];
            adam_one(s, mistake == BY_VALUE ? fmax(-limit, fmin(limit, g)) : g, &a, RIGHT);
            out[i] = s[0];
            if (mistake != AS_DEFINED) continue;
            p->w[i] = s[0], p->m[i] = s[1], p->v[i] = s[2];
        }
    }
}

// Runs one trainer_step and its plain twin, and compares. Returns the report.
static struct step_report check_step(struct trainer *t, struct loader *l, struct plain_trainer *p, int step) {
    const struct hyperparameters *h = &t->hyper;
    const int n = (int)p->twin.parameters;
    const struct step_report report = trainer_step(t, l);
    double square = 0, *after[STEP_MISTAKES];
    for (int i = 0; i < n; i++) p->twin.params[i] = (float)p->w[i];
    gpt_zero_grads(&p->twin);
    gpt_forward(&p->twin, t->inputs, NULL, t->B, t->T);
    gpt_backward(&p->twin, 1, t->inputs, t->targets, NULL, t->B, t->T);
    for (int i = 0; i < n; i++) square += pow((double)p->twin.grads[i], 2);
    suspect_scalar("the length after clipping; the one before is asked for", fmin(sqrt(square), (double)h->clip));
    suspect_scalar("the squared length", square);
    grade_scalar("norm in the report", report.norm, sqrt(square), 1e-3);
    suspect_scalar("the learning rate of the next step: the schedule counts from 0", plain_lr(h, step + 1));
    if (step > 0) suspect_scalar("the learning rate of the step before: is t->step counted on?", plain_lr(h, 0));
    suspect_scalar("lr_max, where schedule_lr should say", (double)h->lr_max);
    grade_scalar("lr in the report", report.lr, plain_lr(h, step), 1e-6);
    for (int j = STEP_MISTAKES - 1; j >= 0; j--) {
        after[j] = grade_doubles(n);
        plain_step(after[j], p, h, step, (enum step_mistake)j);
    }
    for (int j = 1; j < STEP_MISTAKES; j++)
        if (memcmp(after[j], after[0], (size_t)n * sizeof(double)) != 0) suspect(step_mistakes[j], after[j]);
    grade_array("weights after the step", grade_copy(t->model->params, n), after[0], AXES("i", n), 5e-5);
    suspect_scalar("the step is not counted: t->step", step);
    grade_equal("t->step after the step", t->step, step + 1);
    return report;
}

EXERCISE(trainer_step, .number = "14.12", .points = 6, .seconds = 20,
         .needs = "loader_next trainer_gradient adamw_update bf16_round") {
    struct gpt model;
    struct trainer t;
    struct loader l;
    struct rows r = random_rows(TINY_B * 5, TINY_T, TINY_V, -1);
    struct hyperparameters h = tiny_hyper(1);
    tiny_model(&model, 0.4f);
    // Far from 0, so that decay shows, and biases that have something to lose.
    for (size_t i = 0; i < model.parameters; i++) model.params[i] += 0.3f;
    h.clip = 0.5f;
    trainer_init(&t, &model, &h, TINY_B, TINY_T);
    loader_init(&l, &r, TINY_B, rng_u32(grade_rng()));
    const int n = (int)model.parameters;
    struct plain_trainer p = {.w = grade_doubles(n), .m = grade_doubles(n), .v = grade_doubles(n)};
    twin_of(&p.twin, &model, TINY_B);
    p.tensor = gpt_tensors(&model.config, &p.tensors);
    for (int i = 0; i < n; i++) p.w[i] = model.params[i];
    check_step(&t, &l, &p, 0);
    check_step(&t, &l, &p, 1);
    t.hyper.clip = 20;  // no gradient is that long
    const struct step_report report = check_step(&t, &l, &p, 2);
    grade_true(report.finite && report.where[0] == '\0', "the report of a sound step says \"%s\"", report.where);

    t.hyper.bf16 = true;
    trainer_step(&t, &l);
    for (int i = 0; i < n; i++)
        grade_true((bits_of(model.params[i]) & 0xFFFF) == 0, "with hyper.bf16, weight %d is %.9g, no bfloat16", i,
                   (double)model.params[i]);
    // A weight that is no number: nothing else may change.
    model.weights.block[0].up[3] = NAN;
    float *before = malloc((size_t)n * sizeof *before);
    memcpy(before, model.params, (size_t)n * sizeof *before);
    const struct step_report bad = trainer_step(&t, &l);
    grade_true(!bad.finite, "a weight is NaN, and the report says that all is well");
    grade_true(strcmp(bad.where, "weights of block.0.up") == 0, "the report says \"%s\"", bad.where);
    grade_true(memcmp(before, model.params, (size_t)n * sizeof *before) == 0,
               "a step without a number changed weights");
    grade_equal("t->step after a step that failed", t.step, 4);
    free(before);
    free(p.tensor);
    trainer_free(&t);
    loader_free(&l);
    rows_free(&r);
    gpt_free(&p.twin);
    gpt_free(&model);
}

// ---- evaluate.c -----------------------------------------------------------------------------------------------------

// What one row costs the model, in nats; adds its positions and their targets' bytes, the inputs' bytes too.
static double row_nats(struct gpt *m, const int *row, const int *token_bytes, long *positions, double bytes[2]) {
    int inputs[TINY_T];
    double nats = 0;
    for (int t = 0; t < TINY_T; t++) inputs[t] = row[t] < 0 ? 0 : row[t];
    const float *logits = gpt_forward(m, inputs, NULL, 1, TINY_T);
    for (int t = 0; t < TINY_T; t++) {
        const float *x = logits + t * TINY_V;
        double sum = 0;
        bytes[1] += token_bytes[inputs[t]];
        if (row[t + 1] < 0) continue;
        for (int v = 0; v < TINY_V; v++) sum += exp((double)x[v]);
        nats += log(sum) - (double)x[row[t + 1]];
        bytes[0] += token_bytes[row[t + 1]];
        ++*positions;
    }
    return nats;
}

EXERCISE(evaluate, .number = "14.13", .points = 5, .seconds = 20, .needs = "row_example") {
    // The text's example: a model that knows nothing gives each of V = 11 tokens 1/11.
    struct gpt m;
    int token_bytes[TINY_V];
    for (int v = 0; v < TINY_V; v++) token_bytes[v] = 2;
    tiny_model(&m, 0);
    gpt_reserve(&m, 4, TINY_T, false);
    struct rows r = random_rows(11, TINY_T, TINY_V, -1);
    struct evaluation e = evaluate(&m, &r, 0, 11, 4, token_bytes);
    long counts = 0;
    for (int i = 0; i < 11 * (TINY_T + 1); i++) counts += i % (TINY_T + 1) > 0 && r.token[i] >= 0;
    suspect_scalar("padding is counted", 11 * TINY_T);
    grade_equal("positions that count", e.positions, counts);
    grade_scalar("loss of a model that knows nothing", e.loss, log(11), 1e-5);
    suspect_scalar("2^loss, where the loss is in nats: e^loss", exp2(log(11)));
    grade_scalar("its perplexity", e.perplexity, 11, 1e-4);
    suspect_scalar("nats, where bits are asked for: divide by log(2)", log(11) / 2);
    suspect_scalar("bits per token, where bits per byte are asked for", log(11) / log(2));
    grade_scalar("its bits per byte, with 2 bytes a token", e.bits_per_byte, log(11) / log(2) / 2, 1e-5);
    gpt_free(&m);

    tiny_model(&m, 0.6f);
    gpt_reserve(&m, 4, TINY_T, false);
    for (int v = 0; v < TINY_V; v++) token_bytes[v] = grade_int(1, 9);
    long positions = 0, in_batch = 0;
    double nats = 0, batch = 0, means = 0, bytes[2] = {0};
    for (int i = 2; i < 11; i++) {  // batches of 4, 4 and 1
        batch += row_nats(&m, r.token + i * (TINY_T + 1), token_bytes, &in_batch, bytes);
        if (i != 5 && i != 9 && i != 10) continue;
        nats += batch;
        positions += in_batch;
        means += batch / (double)in_batch / 3;
        batch = 0;
        in_batch = 0;
    }
    e = evaluate(&m, &r, 2, 9, 4, token_bytes);
    suspect_scalar("padding is counted", 9 * TINY_T);
    grade_equal("positions", e.positions, positions);
    suspect_scalar("the mean of the batches' means, where batches differ in how much of them counts", means);
    suspect_scalar("the sum, where the mean is asked for", nats);
    grade_scalar("loss", e.loss, nats / (double)positions, 1e-5);
    suspect_scalar("2^loss, where the loss is in nats: e^loss", exp2(nats / (double)positions));
    grade_scalar("perplexity", e.perplexity, exp(nats / (double)positions), 1e-4);
    suspect_scalar("nats, where bits are asked for: divide by log(2)", nats / bytes[0]);
    suspect_scalar("multiplied by log(2), where a nat is more than a bit", nats * log(2) / bytes[0]);
    suspect_scalar("the bytes of the inputs, where those of the targets are asked for", nats / log(2) / bytes[1]);
    suspect_scalar("the mean loss over the bytes, where all losses together are asked for",
                   nats / (double)positions / log(2) / bytes[0]);
    grade_scalar("bits per byte", e.bits_per_byte, nats / log(2) / bytes[0], 1e-5);
    e = evaluate(&m, &r, 2, 9, 4, NULL);
    grade_scalar("bits per byte without token_bytes", e.bits_per_byte, 0, 0);
    rows_free(&r);
    gpt_free(&m);
}

// ---- sample.c -------------------------------------------------------------------------------------------------------

// Probabilities by definition. times: logits * temperature. all: divided by the sum over all V.
static double *probs_of(const float *logits, int V, double temperature, int top_k, bool times, bool all) {
    double *p = grade_doubles(V), sum = 0, sum_all = 0, max = -INFINITY;
    for (int v = 0; v < V; v++) max = fmax(max, (double)logits[v]);
    for (int v = 0; v < V; v++) {
        const double below = (double)logits[v] - max, e = exp(times ? below * temperature : below / temperature);
        int before = 0;
        for (int u = 0; u < V; u++) before += logits[u] > logits[v] || (logits[u] == logits[v] && u < v);
        sum_all += e;
        if (top_k > 0 && before >= top_k) continue;
        p[v] = e;
        sum += e;
    }
    for (int v = 0; v < V; v++) p[v] /= all ? sum_all : sum;
    return p;
}

// Which token u chooses, or -1 if it is too close to say.
static int chosen_by(const double *p, int V, double u) {
    double below = 0;
    for (int v = 0; v < V; v++) {
        if (fabs(below + p[v] - u) < 1e-4) return -1;
        below += p[v];
        if (below > u) return v;
    }
    return -1;
}

EXERCISE(sample_token, .number = "14.14", .points = 5) {
    // The text's example: three tokens with the odds 1 : 2 : 4, and the same at temperature 1/2.
    float *logits = grade_copy((float[]){0, 0.693147f, 1.386294f}, 3), *probs = grade_output(3);
    struct rng r;
    rng_seed(&r, rng_u32(grade_rng()), 1);
    sample_token(probs, logits, 3, 1, 0, &r);
    grade_array("odds 1 : 2 : 4", probs, (double[]){1.0 / 7, 2.0 / 7, 4.0 / 7}, AXES("v", 3), 1e-5);
    sample_token(probs, logits, 3, 0.5f, 0, &r);
    suspect("multiplied by the temperature, where divided is asked for", probs_of(logits, 3, 0.5, 0, true, false));
    suspect("the temperature is not used", (double[]){1.0 / 7, 2.0 / 7, 4.0 / 7});
    grade_array("the same at temperature 1/2, 1 : 4 : 16", probs, (double[]){1.0 / 21, 4.0 / 21, 16.0 / 21},
                AXES("v", 3), 1e-5);
    sample_token(probs, logits, 3, 1, 2, &r);
    suspect("divided by the sum over all, where only the top_k are possible", (double[]){0, 2.0 / 7, 4.0 / 7});
    grade_array("odds 1 : 2 : 4 with top_k 2", probs, (double[]){0, 1.0 / 3, 2.0 / 3}, AXES("v", 3), 1e-5);
    for (int round = 0; round < 40; round++) {
        const int V = grade_int(5, 40), top_k = round % 3 == 0 ? 0 : grade_int(1, V - 1);
        const float temperature = 0.3f + rng_uniform(grade_rng());
        logits = grade_floats(V);
        if (round % 4 == 1) logits[grade_int(2, 4)] = logits[grade_int(0, 1)];  // equal ones
        if (round > 30)
            for (int v = 0; v < V; v++) logits[v] += 300;
        logits = grade_copy(logits, V);
        probs = grade_output(V);
        struct rng after = r;
        const double u = rng_uniform(&after);
        const int token = sample_token(probs, logits, V, temperature, top_k, &r);
        const double *p = probs_of(logits, V, (double)temperature, top_k, false, false);
        bool number = true;
        for (int v = 0; v < V; v++) number = number && !isnan(probs[v]);
        grade_true(number || round <= 30,
                   "logits of about 300 give NaN\nlooks like: e^logit overflows: subtract the largest logit first");
        suspect("multiplied by the temperature, where divided is asked for",
                probs_of(logits, V, (double)temperature, top_k, true, false));
        suspect("the temperature is not used", probs_of(logits, V, 1, top_k, false, false));
        if (top_k) suspect("top_k is not used", probs_of(logits, V, (double)temperature, 0, false, false));
        if (top_k)
            suspect("divided by the sum over all, where only the top_k are possible",
                    probs_of(logits, V, (double)temperature, top_k, false, true));
        grade_array("probs", probs, p, AXES("v", V), 1e-4);
        grade_true(memcmp(&r, &after, sizeof r) == 0, "one rng_uniform should be drawn from r, no more and no less");
        const int want = chosen_by(p, V, u);
        if (want < 0) continue;
        suspect_scalar("the token before: its sum is still below u", want - 1);
        grade_equal("token", token, want);
        grade_unchanged("logits", logits);
    }
    const struct rng before = r;
    logits = grade_copy((float[]){1, 5, 2, 5, 0}, 5);
    grade_equal("token at temperature 0", sample_token(grade_output(5), logits, 5, 0, 0, &r), 1);
    grade_true(memcmp(&r, &before, sizeof r) == 0, "at temperature 0 nothing is drawn from r");
}

// As generate is defined, or with a habit: 1 the first position's logits, 2 the first T tokens, 3 goes on after stop.
static int plain_generate(int *tokens, int n, int max, struct gpt *m, const struct sampling *s, struct rng r,
                          int habit) {
    float probs[TINY_V];
    for (; n < max; n++) {
        const int seen = n < TINY_T ? n : TINY_T, first = habit == 2 ? 0 : n - seen;
        const float *logits = gpt_forward(m, tokens + first, NULL, 1, seen);
        const int at = habit == 1 ? 0 : seen - 1;
        tokens[n] = sample_token(probs, logits + at * TINY_V, TINY_V, s->temperature, s->top_k, &r);
        if (tokens[n] == s->stop && habit != 3) return n + 1;
    }
    return n;
}

EXERCISE(generate, .number = "14.14", .points = 3, .seconds = 20, .needs = "sample_token") {
    enum { MOST = 30 };
    struct gpt m;
    tiny_model(&m, 1);
    gpt_reserve(&m, 1, TINY_T, false);
    static const char *const mistake[] = {
        "", "the logits of the first position are used; the last one predicts what comes next",
        "the first tokens are read for ever, where the last m->T are asked for", "it goes on after the stop token"};
    for (int round = 0; round < 6; round++) {
        struct sampling s = {.temperature = 0.8f, .top_k = 5, .stop = -1};
        const int n = grade_int(2, 9), max = round == 5 ? n : MOST;
        struct rng r;
        rng_seed(&r, rng_u32(grade_rng()), 2);
        int *tokens = grade_ints(MOST, 0, TINY_V - 1), plain[4][MOST], count[4];
        if (round >= 3) {  // a token that will come
            memcpy(plain[0], tokens, sizeof plain[0]);
            plain_generate(plain[0], n, MOST, &m, &s, r, 0);
            s.stop = plain[0][n + grade_int(1, 9)];
        }
        for (int habit = 0; habit < 4; habit++) {
            memcpy(plain[habit], tokens, sizeof plain[habit]);
            count[habit] = plain_generate(plain[habit], n, max, &m, &s, r, habit);
        }
        const int got = generate(tokens, n, max, &m, &s, &r);
        const char *looks = NULL;
        for (int habit = 1; habit < 4 && !looks; habit++)
            if ((count[habit] != count[0] || memcmp(plain[habit], plain[0], sizeof plain[0]) != 0) &&
                got == count[habit] && memcmp(tokens, plain[habit], (size_t)got * sizeof *tokens) == 0)
                looks = mistake[habit];
        const char *before = looks ? "\nlooks like: " : "";
        const bool left_out =
            got == count[0] - 1 && count[0] < max && memcmp(tokens, plain[0], (size_t)got * sizeof *tokens) == 0;
        if (left_out) before = "\nlooks like: ", looks = "the stop token is not kept";
        int same = 0;
        while (same < count[0] && same < got && tokens[same] == plain[0][same]) same++;
        grade_true(same == count[0] && got == count[0],
                   "%d tokens, expected %d; the first %d agree with the definition%s%s", got, count[0], same, before,
                   looks ? looks : "");
    }
    gpt_free(&m);
}

// ---- budget.c -------------------------------------------------------------------------------------------------------

EXERCISE(compute_optimal, .number = "14.15", .points = 3) {
    // Chinchilla: 70 billion parameters, 1.4 trillion tokens. In units that a message can show.
    suspect_scalar("the forward pass only: the backward pass costs twice as much again", 0.196);
    grade_scalar("training_flops(70e9, 1.4e12) / 1e24", training_flops(70e9, 1.4e12) / 1e24, 0.588, 1e-9);
    // LLaMA-65B: 380 tokens a second on an A100 of 312e12.
    grade_scalar("flops_utilisation of LLaMA-65B", flops_utilisation(380, training_flops(65e9, 1), 312e12), 0.475,
                 1e-9);
    const struct budget b = compute_optimal(5.76e23);
    suspect_scalar("flops / 120: the square root is missing", 5.76e23 / 120 / 1e9);
    suspect_scalar("flops = N * D, where it is 6 * N * D", sqrt(5.76e23 / 20) / 1e9);
    suspect_scalar("parameters and tokens are swapped", 20 * sqrt(5.76e23 / 120) / 1e9);
    grade_scalar("parameters that 5.76e23 operations are best spent on, in billions", b.parameters / 1e9,
                 sqrt(5.76e23 / 120) / 1e9, 1e-6);
    grade_scalar("their tokens, in billions", b.tokens / 1e9, 20 * sqrt(5.76e23 / 120) / 1e9, 1e-6);
}
