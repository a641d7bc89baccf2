// Tests of lsh.c.
#include "14-pretraining/definitions.h"

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
