// Tests of rungs 10 to 12: tensor cores by warps, then by a warpgroup with TMA.
#include "24-tensor-cores/definitions.h"

EXERCISE(gemm_10, .number = "24.3", .points = 7, .seconds = 20) {
    const struct rung r = {
        .number = 10, .name = "gemm_10", .kernel = "wmma_tile", .run = gemm_10, .BM = 128, .BN = 128, .BK = 64};
    grade_results(&r);
    grade_loads(&r, sizeof(float));
    gpu_coalesced("gemm_10", 1.01);  // stores, too: half a row of a fragment is 16 bytes, a row two of them
}

EXERCISE(gemm_11, .number = "24.4", .points = 12, .needs = "swizzle_place", .seconds = 20) {
    const struct rung r = {
        .number = 11, .name = "gemm_11", .kernel = "mma_sync", .run = gemm_11, .BM = 128, .BN = 128, .BK = 64};
    grade_results(&r);
    grade_product(&r, 8, 16, 5 * 64 + 8);  // more steps than buffers
    grade_loads(&r, 0);
    gpu_conflict_free("gemm_11", 1.02);
    const struct simt_counters *c = &simt_launch(-1)->counters;
    // per block and step: 2 tiles of 128 rows of 8 pieces; 4 warps, 4 times 16 k, 8 ldmatrix_x4
    const unsigned long turns = 2 * 6, copies = turns * 2 * 128 * 8, reads = turns * 4 * 4 * 8, left = 2 * 8;
    grade_true(c->copies > 0, "gemm_11: nothing is copied by cp.async; the tiles come by cp_async_16");
    grade_true(c->copies >= copies,
               "gemm_11: %lu copies by cp.async, and the tiles have %lu pieces of 16 bytes; all of them come by "
               "cp_async_16",
               (unsigned long)c->copies, copies);
    grade_true(c->shared[SIMT_LOAD].requests <= 2 * reads,  // ldmatrix_x2 is welcome, too
               "gemm_11: %lu reads of a warp from shared memory, where ldmatrix_x4 needs %lu: 4 for A and 4 for B, for "
               "each 16 k",
               (unsigned long)c->shared[SIMT_LOAD].requests, reads);
    grade_true((double)c->copies_ahead >= 0.6 * (double)c->copies,  // the first steps' cannot be ahead
               "gemm_11: %.0f%% of the copies were waited for before their thread did anything else; fetch STAGES - 1 "
               "steps ahead, and "
               "wait only until STAGES - 2 groups are left: cp_async_wait<STAGES - 2>()",
               100 - 100 * (double)c->copies_ahead / (double)c->copies);
    grade_true(c->copies_left >= left,
               "gemm_11: no wait leaves more than %lu copies of a thread under way, so only one step is fetched ahead, "
               "not two; wait until STAGES - 2 groups are left, of %lu copies: cp_async_wait<STAGES - 2>()",
               (unsigned long)c->copies_left, left);
}

EXERCISE(gemm_12, .number = "24.7", .points = 12, .needs = "matrix_descriptor", .seconds = 20) {
    const struct rung r = {
        .number = 12, .name = "gemm_12", .kernel = "wgmma_tma", .run = gemm_12, .BM = 64, .BN = 64, .BK = 64};
    grade_results(&r);
    grade_product(&r, 64, 72, 4 * 64 + 8);
    struct simt_counters c = grade_tma(&r, 2, 2, 3, 1);
    double boxes = (double)c.tma_loads / (2 * 2 * 3 * 2);
    grade_true(boxes < 1.01, "gemm_12: TMA is asked %.2f times for each tile; one thread asks for it, once", boxes);
}
