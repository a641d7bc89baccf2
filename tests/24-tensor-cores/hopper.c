// Tests of rungs 14 to 20: roles, registers, clusters, and C by TMA.
#include "24-tensor-cores/definitions.h"

EXERCISE(gemm_14, .number = "24.8", .points = 12, .needs = "ring_stage ring_full_parity ring_empty_parity gemm_12",
         .seconds = 30) {
    const struct rung r = {
        .number = 14, .name = "gemm_14", .kernel = "producer_consumer", .run = gemm_14, .BM = 128, .BN = 128, .BK = 64};
    grade_results(&r);
    grade_product(&r, 8, 16, 12 * 64 + 8);  // the ring goes round more than twice
    struct simt_counters fewer = grade_tma(&r, 1, 1, 6, 1), c = grade_tma(&r, 1, 1, 12, 1);
    grade_true(c.barriers == fewer.barriers,
               "gemm_14: %lu __syncthreads for 12 steps of k, %lu for 6. Producer and consumer meet only at the "
               "barriers of the stages",
               (unsigned long)c.barriers, (unsigned long)fewer.barriers);
    grade_true(c.mbarrier_arrivals >= 2 * 12,
               "gemm_14: %lu arrivals at mbarriers for 12 steps; each step needs the producer's at \"full\" and the "
               "consumer's at \"empty\"",
               (unsigned long)c.mbarrier_arrivals);
    grade_true(c.tma_ahead >= 2 * 5,  // boxes of A and B
               "gemm_14: never more than %lu boxes on their way at the same time; with five stages the producer can be "
               "ten ahead: it waits for "
               "nothing but an empty stage",
               (unsigned long)c.tma_ahead);
}

static int at_most(int most, int x) {
    return x < most ? x : most;
}

static void grade_registers(int producer, int consumers, int want) {
    int each = 65536 / (128 * (consumers + 1)), rounded = each / 8 * 8, warpgroups = consumers + 1;
    suspect_scalar(
        "the block does not begin with 65,536 registers: what a thread gets is rounded down to a multiple of 8 first",
        at_most(240, (warpgroups * each - producer) / consumers / 8 * 8));
    suspect_scalar("the producer keeps its registers, too", at_most(240, warpgroups * rounded / consumers / 8 * 8));
    suspect_scalar("a multiple of 8 is asked for, rounded down",
                   at_most(240, (warpgroups * rounded - producer) / consumers));
    suspect_scalar("a thread cannot have more than 240 here", (warpgroups * rounded - producer) / consumers / 8 * 8);
    suspect_scalar("what is left is shared by all consumers", at_most(240, warpgroups * rounded - producer));
    char what[150];
    snprintf(what, sizeof what, "registers for each consumer thread, producer %d, %d consumer%s", producer, consumers,
             consumers > 1 ? "s" : "");
    grade_scalar(what, consumer_registers(producer, consumers), want, 1e-12);
}

EXERCISE(consumer_registers, .number = "24.9", .points = 4) {
    static const int cases[][3] = {{40, 2, 232}, {24, 2, 240}, {48, 2, 224}, {32, 3, 160}, {40, 3, 152},
                                   {24, 1, 240}, {24, 4, 112}, {56, 5, 80},  {24, 7, 64},  {104, 3, 136}};
    for (int i = 0; i < COUNT(cases); i++) grade_registers(cases[i][0], cases[i][1], cases[i][2]);
    for (int consumers = 1; consumers <= 7; consumers++)
        for (int producer = 24; producer <= 120; producer += 8) {
            int each = 65536 / (128 * (consumers + 1)) / 8 * 8;
            grade_registers(producer, consumers, at_most(240, (each * (consumers + 1) - producer) / consumers / 8 * 8));
        }
}

// Two blocks, one cluster, which take pair after pair of tiles.
static void eighteen_by_two(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_18_blocks(C, A, B, M, N, K, 2);
}

static void twenty_by_two(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_20_blocks(C, A, B, M, N, K, 2);
}

// What sums that are not reset, or a C that is overwritten too early, cannot get right: one cluster, several tiles.
static void grade_several_tiles(const struct rung *r) {
    grade_product(r, 2 * r->BM + 8, r->BN + 8, 2 * r->BK);  // four pairs of tiles, two steps each
    grade_product(r, 8, 2 * r->BN + 8, r->BK + 8);
    grade_product(r, 2 * r->BM, 8, 6 * r->BK);  // more steps than stages
}

// Twice as many rows as a tile's: a cluster has two below each other.
static struct simt_counters grade_cluster(const struct rung *r, int steps) {
    struct simt_counters c = grade_tma(r, 2, 1, steps, 2);
    double landed = 2.0 * 2 * steps * r->BK * (r->BM + r->BN);
    grade_true(c.tma_landed > c.tma_read,
               "%s: %lu bytes are read and as many land; a multicast of B is read once and lands in both blocks: "
               "tma_multicast_2d",
               r->name, (unsigned long)c.tma_read);
    grade_true((double)c.tma_landed <= 1.01 * landed && (double)c.tma_landed >= 0.99 * landed,
               "%s: %lu bytes land in the blocks' shared memory; their tiles have %.0f", r->name,
               (unsigned long)c.tma_landed, landed);
    return c;
}

EXERCISE(gemm_18, .number = "24.10", .points = 7, .needs = "gemm_14", .seconds = 60) {
    const struct rung r = {
        .number = 18, .name = "gemm_18", .kernel = "clustered", .run = gemm_18, .BM = 128, .BN = 256, .BK = 64};
    const struct rung two = {.number = 18,
                             .name = "gemm_18_blocks, 2 blocks",
                             .kernel = "clustered",
                             .run = eighteen_by_two,
                             .BM = 128,
                             .BN = 256,
                             .BK = 64};
    grade_product(&r, 64, 64, 64);
    grade_product(&r, 1, 8, 8);
    grade_product(&r, r.BM + grade_int(1, 100), 8 * grade_int(1, 7), r.BK + 8 * grade_int(1, 7));
    grade_several_tiles(&two);
    struct simt_counters c = grade_cluster(&two, 6);
    grade_true(c.tma_ahead >= 4 * 2 * 2,  // stages, blocks, boxes
               "gemm_18: never more than %lu boxes on their way at the same time in a cluster; two blocks with four "
               "stages and two boxes each can be sixteen ahead: a producer waits for nothing but an empty stage",
               (unsigned long)c.tma_ahead);
}

EXERCISE(gemm_20, .number = "24.11", .points = 8, .needs = "gemm_18 swizzle_place", .seconds = 60) {
    const struct rung r = {
        .number = 20, .name = "gemm_20", .kernel = "tma_store", .run = gemm_20, .BM = 128, .BN = 256, .BK = 64};
    const struct rung two = {.number = 20,
                             .name = "gemm_20_blocks, 2 blocks",
                             .kernel = "tma_store",
                             .run = twenty_by_two,
                             .BM = 128,
                             .BN = 256,
                             .BK = 64};
    grade_product(&r, 64, 64, 64);
    grade_product(&r, 1, 8, 8);
    grade_product(&r, r.BM + grade_int(1, 100), 8 * grade_int(1, 7), r.BK + 8 * grade_int(1, 7));
    grade_several_tiles(&two);
    struct simt_counters c = grade_cluster(&two, 2);
    double bytes = 2.0 * 2 * r.BM * r.BN;
    grade_true(c.global[SIMT_STORE].requests == 0,
               "gemm_20: threads write to global memory themselves, %lu times a warp; C goes by shared memory and TMA",
               (unsigned long)c.global[SIMT_STORE].requests);
    grade_true(c.tma_stores > 0 && (double)c.tma_written <= 1.001 * bytes,
               "gemm_20: TMA writes %lu bytes of C in %lu boxes; C has %.0f: is a box sent by more than one thread?",
               (unsigned long)c.tma_written, (unsigned long)c.tma_stores, bytes);
    gpu_conflict_free("gemm_20", 1.02);
}
