// One of each: documents that are nearly the same form a cluster, and its first one stays.
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

int cluster_find(int *parent, int i) {
    // BEGIN SOLUTION 14.5 cluster_find: go from parent to parent until one is its own
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];  // half the way, next time
        i = parent[i];
    }
    return i;
    // END SOLUTION
}

void cluster_join(int *parent, int a, int b) {
    // BEGIN SOLUTION 14.5 cluster_join: the smaller of the two roots becomes the parent of the other root
    a = cluster_find(parent, a);
    b = cluster_find(parent, b);
    if (a < b) parent[b] = a;
    else parent[a] = b;
    // END SOLUTION
}

// Joins documents a and b, with the signatures of_a and of_b (K), if they are alike enough.
static void join_if_alike(int *parent, int a, int b, const uint32_t *of_a, const uint32_t *of_b, int K,
                          float threshold) {
    // BEGIN SOLUTION 14.5 deduplicate: compare the signatures, but not where a and b are in one cluster already
    if (cluster_find(parent, a) == cluster_find(parent, b)) return;
    if (minhash_similarity(of_a, of_b, K) >= threshold) cluster_join(parent, a, b);
    // END SOLUTION
}

int deduplicate(bool *keep, const uint32_t *signatures, int n, int K, int rows, float threshold) {
    int *parent = alloc_zeroed((size_t)n, sizeof *parent), kept = 0;
    struct pairs candidates = {0};
    for (int i = 0; i < n; i++) parent[i] = i;
    for (int band = 0; band < K / rows; band++) {
        candidates.count = 0;
        lsh_band_pairs(&candidates, signatures, n, K, band, rows);
        for (size_t i = 0; i < candidates.count; i++) {
            int a = candidates.pair[i].first, b = candidates.pair[i].second;
            join_if_alike(parent, a, b, signatures + (size_t)a * (size_t)K, signatures + (size_t)b * (size_t)K, K,
                          threshold);
        }
    }
    for (int i = 0; i < n; i++) {
        // BEGIN SOLUTION 14.5 deduplicate: keep[i]: is i the first of its cluster?
        keep[i] = cluster_find(parent, i) == i;
        // END SOLUTION
        kept += keep[i];
    }
    pairs_free(&candidates);
    free(parent);
    return kept;
}
