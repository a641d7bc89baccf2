// Tests of dedup.c.
#include "14-pretraining/definitions.h"

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
