// Tests of rungs 6 to 9: four floats at a time, and copies that nobody waits for.
#include "23-cuda-matmul/definitions.h"

EXERCISE(rows_aligned, .number = "23.6", .points = 3) {
    static const struct {
        int a, b, c, N, K;
        bool want;
        const char *why;
    } cases[] = {
        {0, 0, 0, 8, 12, true, "every row is 32 or 48 bytes long, and they begin at multiples of 16"},
        {0, 0, 0, 8, 13, false, "row 1 of A begins 52 bytes after row 0"},
        {0, 0, 0, 9, 12, false, "row 1 of B begins 36 bytes after row 0"},
        {0, 0, 0, 10, 12, false, "row 1 of C begins 40 bytes after row 0"},
        {0, 0, 0, 10, 6, false, "row 1 of A begins 24 bytes after row 0"},
        {0, 0, 0, 8, 2, false, "row 1 of A begins 8 bytes after row 0"},
        {1, 0, 0, 8, 12, false, "row 0 of A begins 4 bytes after a multiple of 16"},
        {0, 2, 0, 8, 12, false, "row 0 of B begins 8 bytes after a multiple of 16"},
        {0, 0, 3, 8, 12, false, "row 0 of C begins 12 bytes after a multiple of 16"},
        {4, 8, 12, 8, 12, true, "16, 32 and 48 bytes after a multiple of 16 are multiples of 16, too"},
    };
    float *memory = gpu_output(64);
    for (int i = 0; i < COUNT(cases); i++) {
        bool got = rows_aligned(memory + cases[i].c, memory + cases[i].a, memory + cases[i].b, cases[i].N, cases[i].K);
        grade_true(got == cases[i].want,
                   "N %d, K %d, A, B and C %d, %d and %d floats after a multiple of 16 bytes: got %s, but %s",
                   cases[i].N, cases[i].K, cases[i].a, cases[i].b, cases[i].c, got ? "true" : "false", cases[i].why);
    }
}

EXERCISE(sgemm_06, .number = "23.6", .points = 9, .needs = "rows_aligned", .seconds = 20) {
    const struct rung r = {.number = 6, .name = "sgemm_06", .run = sgemm_06, .BM = 128, .BN = 128, .BK = 8};
    grade_results(&r);
    grade_traffic(&r, (struct limits){.wavefronts = 0.24, .reads = 0.07, .barriers = 2.01, .wide = true});
}

EXERCISE(sgemm_07, .number = "23.7", .points = 10, .needs = "element_07 rows_aligned", .seconds = 20) {
    const struct rung r = {
        .number = 7, .name = "sgemm_07", .run = sgemm_07, .BM = 128, .BN = 128, .BK = 16, .swizzled = true};
    grade_results(&r);
    grade_traffic(&r, (struct limits){.wavefronts = 0.17, .reads = 0.07, .barriers = 2.01, .wide = true});
}

// On whole tiles nothing is loaded into registers on its way to shared memory: load4 (in tile.cuh) is for the rim.
static void grade_async(const char *name) {
    const struct simt_line *lines;
    int count = simt_lines(simt_launch_count() - 1, &lines);
    for (int i = 0; i < count; i++)
        grade_true(lines[i].shared || lines[i].direction != SIMT_LOAD || !strstr(lines[i].place.file, "tile.cuh"),
                   "%s: line %d of tile.cuh loads global memory into registers, and the thread waits for it; "
                   "copy4_async starts a "
                   "copy that nobody waits for",
                   name, lines[i].place.line);
    const struct simt_counters *c = &simt_launch(-1)->counters;
    grade_true((double)c->copies_ahead >= 0.7 * (double)c->copies,  // the first step's cannot be ahead
               "%s: %.0f%% of the copies were waited for before their thread did anything else; fetch STAGES - 1 steps "
               "ahead, and wait only until STAGES - 2 groups are left: cp_async_wait<STAGES - 2>()",
               name, 100 - 100 * (double)c->copies_ahead / (double)c->copies);
}

EXERCISE(sgemm_08, .number = "23.8", .points = 10, .needs = "rows_aligned", .seconds = 30) {
    const struct rung r = {.number = 8, .name = "sgemm_08", .run = sgemm_08, .BM = 128, .BN = 256, .BK = 16};
    grade_results(&r);
    grade_product(&r, 128, 256, 6 * 16, 0);  // more steps than buffers
    grade_traffic(&r, (struct limits){.wavefronts = 0.12, .reads = 0.05, .barriers = 1.3, .buffers = 4, .wide = true});
    grade_async(r.name);
}

// Fewer blocks than there are tiles, so that each has several.
static void two_blocks(float *C, const float *A, const float *B, int M, int N, int K) {
    sgemm_09_blocks(C, A, B, M, N, K, 2);
}

static void three_blocks(float *C, const float *A, const float *B, int M, int N, int K) {
    sgemm_09_blocks(C, A, B, M, N, K, 3);
}

EXERCISE(sgemm_09, .number = "23.9", .points = 8, .needs = "tile_order rows_aligned", .seconds = 30) {
    const struct rung all = {.number = 9, .name = "sgemm_09", .run = sgemm_09, .BM = 128, .BN = 256, .BK = 16};
    const struct rung two = {
        .number = 9, .name = "sgemm_09_blocks, 2 blocks", .run = two_blocks, .BM = 128, .BN = 256, .BK = 16};
    const struct rung three = {
        .number = 9, .name = "sgemm_09_blocks, 3 blocks", .run = three_blocks, .BM = 128, .BN = 256, .BK = 16};
    grade_results(&two);
    grade_product(&two, 128 * 2 + 4, 8, 3 * 16, 0);  // 3 tiles, 3 steps: buffers and tiles are out of step
    grade_product(&three, 128 + 1, 256 + 1, 2 * 16 + 1, 0);
    grade_product(&all, 128 + 4, 4, 16 + 4, 0);
    grade_traffic(&two,
                  (struct limits){.wavefronts = 0.12, .reads = 0.05, .barriers = 1.3, .buffers = 4, .wide = true});
    grade_async(two.name);
    unsigned blocks = simt_launch(-1)->grid[0];
    grade_true(simt_launch_count() == 1 && blocks == 2,
               "sgemm_09_blocks was asked for one launch of 2 blocks; it made %d, the last of %u blocks",
               simt_launch_count(), blocks);
    count_launch(&all, 2, 1, 1);
    blocks = simt_launch(-1)->grid[0];
    grade_true(
        blocks >= 2,
        "sgemm_09: two tiles of 128 x 256 are given to %u block; take a block for each tile, as long as there are "
        "multiprocessors for them",
        blocks);
}
