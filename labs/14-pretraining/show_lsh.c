// Locality-sensitive hashing measured: how often it finds what is alike, and what it saves.
#include <stdlib.h>

#include "14-pretraining/cleaning.h"
#include "datasets/micro_world.h"

enum { UNION = 100, SHAPES = 3, K = 128 };
static const int shape_rows[SHAPES] = {4, 8, 16};

// Two sets of hashes that have `both` of UNION members in common: their signatures (2,K).
static void sign_pair(uint32_t *signatures, int both, struct rng *r) {
    uint64_t member[UNION];
    const int own = (UNION - both) / 2, second = UNION - both - own;
    for (int i = 0; i < UNION; i++) member[i] = (uint64_t)rng_u32(r) << 32 | rng_u32(r);
    // both, the first's own, the second's own: the first set is the head of the list, the second one the tail
    uint64_t turned[UNION];
    for (int i = 0; i < both + second; i++) turned[i] = i < both ? member[i] : member[own + i];
    minhash_signature(signatures, member, (size_t)both + (size_t)own, K);
    minhash_signature(signatures + K, turned, (size_t)both + (size_t)second, K);
}

static bool become_candidates(const uint32_t *signatures, int rows) {
    struct pairs pairs = {0};
    for (int band = 0; band < K / rows && pairs.count == 0; band++)
        lsh_band_pairs(&pairs, signatures, 2, K, band, rows);
    const bool found = pairs.count > 0;
    pairs_free(&pairs);
    return found;
}

void show_curve(int trials, const struct cleaning *c) {
    struct csv_log log;
    struct rng r;
    rng_seed(&r, (uint64_t)c->seed, 4);
    if (*c->out)
        csv_open(&log, c->out, "lsh_curve.csv",
                 "similarity,measured_32x4,formula_32x4,measured_16x8,formula_16x8,measured_8x16,formula_8x16");
    printf("Share of the pairs that become candidates, measured (formula), %d pairs a point\n", trials);
    printf("%10s %20s %20s %20s\n", "similarity", "32 bands of 4", "16 bands of 8", "8 bands of 16");
    for (int both = 0; both <= UNION; both += 5) {
        int found[SHAPES] = {0};
        double measured[SHAPES], formula[SHAPES];
        for (int i = 0; i < trials; i++) {
            uint32_t signatures[2 * K];
            sign_pair(signatures, both, &r);
            for (int k = 0; k < SHAPES; k++) found[k] += become_candidates(signatures, shape_rows[k]);
        }
        const double s = (double)both / UNION;
        for (int k = 0; k < SHAPES; k++) {
            measured[k] = (double)found[k] / trials;
            formula[k] = lsh_probability(s, K / shape_rows[k], shape_rows[k]);
        }
        if (both % 10 == 0) {
            printf("%10.2f", s);
            for (int k = 0; k < SHAPES; k++) printf("      %6.3f (%6.3f)", measured[k], formula[k]);
            printf("\n");
        }
        if (*c->out)
            csv_row(&log, "%.2f,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f", s, measured[0], formula[0], measured[1], formula[1],
                    measured[2], formula[2]);
    }
    if (*c->out) csv_close(&log);
    printf("\n");
}

// Joins every pair that is alike enough, without LSH. Returns how many documents would be kept.
static int deduplicate_all_pairs(const uint32_t *signatures, int n, int k, float threshold) {
    int *parent = alloc_zeroed((size_t)n, sizeof *parent), kept = 0;
    for (int i = 0; i < n; i++) parent[i] = i;
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++)
            if (minhash_similarity(signatures + (size_t)i * (size_t)k, signatures + (size_t)j * (size_t)k, k) >=
                threshold)
                cluster_join(parent, i, j);
    for (int i = 0; i < n; i++) kept += cluster_find(parent, i) == i;
    free(parent);
    return kept;
}

void show_time(int n, const struct cleaning *c) {
    struct micro_world_page *page = micro_world_pages(n, (uint64_t)c->seed);
    const int k = c->bands * c->rows;
    uint32_t *signatures = alloc_zeroed((size_t)n * (size_t)k, sizeof *signatures);
    bool *keep = alloc_zeroed((size_t)n, sizeof *keep);
    struct pages p = {.text = alloc_zeroed((size_t)n, sizeof *p.text), .n = n};
    for (int i = 0; i < n; i++) p.text[i] = page[i].text;
    double start = clock_seconds();
    sign_pages(signatures, &p, c);
    printf("Signatures of %d pages: %.2f s\n", n, clock_seconds() - start);
    struct csv_log log;
    if (*c->out) csv_open(&log, c->out, "lsh_time.csv", "pages,lsh_seconds,all_pairs_seconds");
    printf("%10s %14s %12s %18s %12s\n", "pages", "LSH, seconds", "kept", "all pairs, seconds", "kept");
    for (int part = 16; part >= 1; part /= 2) {
        const int m = n / part;
        start = clock_seconds();
        const int by_lsh = deduplicate(keep, signatures, m, k, c->rows, c->threshold);
        const double lsh = clock_seconds() - start;
        start = clock_seconds();
        const int by_all = deduplicate_all_pairs(signatures, m, k, c->threshold);
        const double all = clock_seconds() - start;
        printf("%10d %14.4f %12d %18.4f %12d\n", m, lsh, by_lsh, all, by_all);
        if (*c->out) csv_row(&log, "%d,%.6f,%.6f", m, lsh, all);
    }
    if (*c->out) csv_close(&log);
    pages_free(&p);
    free(keep);
    free(signatures);
    micro_world_pages_free(page, n);
}
