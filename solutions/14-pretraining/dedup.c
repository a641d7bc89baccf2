// One of each: documents that are nearly the same form a cluster, and its first one stays.
#include <stdlib.h>
#include <string.h>

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

// Most duplicates are exact: thousands of copies would be millions of pairs. So documents of one and the same signature
// are put under the first of them here. distinct (n) becomes those firsts, packed (n,K) their signatures; returns how
// many.
static int join_equal(int *parent, int *distinct, uint32_t *packed, const uint32_t *signatures, int n, int K) {
    const size_t slots = 2 * (size_t)n + 1, size = (size_t)K * sizeof *signatures;
    int *slot = alloc_zeroed(slots, sizeof *slot), count = 0;  // a hash table: places in distinct, from 1; 0 is empty
    for (int i = 0; i < n; i++) {
        const uint32_t *own = signatures + (size_t)i * (size_t)K;
        size_t at = hash_numbers(own, K) % slots;
        while (slot[at] > 0 && memcmp(packed + (size_t)(slot[at] - 1) * (size_t)K, own, size) != 0)
            at = (at + 1) % slots;
        if (slot[at] > 0) {
            parent[i] = distinct[slot[at] - 1];
            continue;
        }
        memcpy(packed + (size_t)count * (size_t)K, own, size);
        parent[i] = distinct[count++] = i;
        slot[at] = count;
    }
    free(slot);
    return count;
}

// Joins what is alike among the `count` distinct documents, band after band.
static void join_bands(int *parent, const int *distinct, const uint32_t *packed, int count, int K, int rows,
                       float threshold) {
    struct pairs candidates = {0};
    for (int band = 0; band < K / rows; band++) {
        candidates.count = 0;
        lsh_band_pairs(&candidates, packed, count, K, band, rows);
        for (size_t i = 0; i < candidates.count; i++) {
            const int a = candidates.pair[i].first, b = candidates.pair[i].second;
            join_if_alike(parent, distinct[a], distinct[b], packed + (size_t)a * (size_t)K,
                          packed + (size_t)b * (size_t)K, K, threshold);
        }
    }
    pairs_free(&candidates);
}

int deduplicate(bool *keep, const uint32_t *signatures, int n, int K, int rows, float threshold) {
    int *parent = alloc_zeroed((size_t)n, sizeof *parent), *distinct = alloc_zeroed((size_t)n, sizeof *distinct);
    uint32_t *packed = alloc_zeroed((size_t)n * (size_t)K, sizeof *packed);
    const int count = join_equal(parent, distinct, packed, signatures, n, K);
    join_bands(parent, distinct, packed, count, K, rows, threshold);
    int kept = 0;
    for (int i = 0; i < n; i++) {
        // BEGIN SOLUTION 14.5 deduplicate: keep[i]: is i the first of its cluster?
        keep[i] = cluster_find(parent, i) == i;
        // END SOLUTION
        kept += keep[i];
    }
    free(packed);
    free(distinct);
    free(parent);
    return kept;
}
