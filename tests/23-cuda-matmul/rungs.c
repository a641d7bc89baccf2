// Tests of rungs 2 to 5: one float at a time.
#include "23-cuda-matmul/definitions.h"

EXERCISE(sgemm_02, .number = "23.2", .points = 7, .seconds = 20) {
    const struct rung r = {.number = 2, .name = "sgemm_02", .run = sgemm_02, .BM = 32, .BN = 32, .BK = 32};
    grade_results(&r);
    struct simt_counters c = count_launch(&r, 2, 2, 1);
    gpu_coalesced("sgemm_02, 64 x 64 x 32", 1.01);
    const struct simt_launch *launch = simt_launch(-1);
    unsigned long threads = 1;
    for (int d = 0; d < 3; d++) threads *= (unsigned long)launch->grid[d] * launch->block[d];
    grade_true(threads >= 64 * 64, "sgemm_02: %lu threads for 64 x 64 elements of C; launch one for each element",
               threads);
    double requests = (double)c.global[SIMT_LOAD].requests / (64 * 64 * 32 / 32);
    grade_true(requests < 2.01,
               "sgemm_02: %.2f loads of global memory per multiply-add of a warp; one of A and one of B are enough",
               requests);
    grade_true(c.global[SIMT_STORE].requests < 1.01 * 64 * 64 / 32,
               "sgemm_02: C is written more than once; keep the sum in a register");
}

EXERCISE(sgemm_03, .number = "23.3", .points = 10, .seconds = 20) {
    const struct rung r = {.number = 3, .name = "sgemm_03", .run = sgemm_03, .BM = 32, .BN = 32, .BK = 32};
    grade_results(&r);
    grade_traffic(&r, (struct limits){.wavefronts = 2.15, .reads = 2.1, .barriers = 2.01});
}

EXERCISE(sgemm_04, .number = "23.4", .points = 9, .seconds = 20) {
    const struct rung r = {.number = 4, .name = "sgemm_04", .run = sgemm_04, .BM = 64, .BN = 64, .BK = 8};
    grade_results(&r);
    grade_traffic(&r, (struct limits){.wavefronts = 1.25, .reads = 1.2, .barriers = 2.01});
}

EXERCISE(sgemm_05, .number = "23.5", .points = 10, .needs = "element_05", .seconds = 20) {
    const struct rung r = {.number = 5, .name = "sgemm_05", .run = sgemm_05, .BM = 128, .BN = 128, .BK = 8};
    grade_results(&r);
    grade_traffic(&r, (struct limits){.wavefronts = 0.3, .reads = 0.27, .barriers = 2.01});
}
