// Tests of plan.cu: arithmetic on the host.
#include "23-cuda-matmul/definitions.h"

EXERCISE(tile_intensity, .number = "23.1", .points = 5) {
    suspect_scalar("these are floats: a float has 4 bytes", 32);
    suspect_scalar("a multiply-add is two operations", 4);
    suspect_scalar("these are bytes per operation: the other way round", 0.125);
    grade_scalar("operations per byte of a 32 x 32 tile", tile_intensity(32, 32), 8, 1e-12);
    grade_scalar("operations per byte of a single element", tile_intensity(1, 1), 0.25, 1e-12);
    suspect_scalar("this is an integer division", 42);
    suspect_scalar("A's part of the tile has BM floats for each k, B's part BN", 32);
    grade_scalar("operations per byte of a 128 x 256 tile", tile_intensity(128, 256), 128.0 / 3, 1e-9);

    suspect_scalar("these are floats: a float has 4 bytes", 3 * 4096 + 4096);
    suspect_scalar("C is written, too", 4 * 2 * 2 * 4096);
    suspect_scalar("every block reads its rows of A: N/BN blocks read the same ones", 4 * 3 * 4096);
    grade_scalar("bytes of 64 x 64 x 64 in tiles of 32 x 32", tile_global_bytes(64, 64, 64, 32, 32),
                 4 * (2 * 4096 + 2 * 4096 + 4096), 1e-12);
    double a = 70000.0 * 3000, b = 3000.0 * 50000, c = 70000.0 * 50000;
    suspect_scalar("rows of tiles read B, columns of tiles read A", 4 * (a * 547 + b * 196 + c));
    suspect_scalar("the last row or column of tiles is not whole, but it reads like any other: round up",
                   4 * (a * 195 + b * 546 + c));
    grade_scalar("bytes of 70000 x 50000 x 3000 in tiles of 128 x 256", tile_global_bytes(70000, 50000, 3000, 128, 256),
                 4 * (a * 196 + b * 547 + c), 1e-12);

    suspect_scalar("this is an integer division", 0);
    suspect_scalar("these are multiply-adds per float: the other way round", 4);
    grade_scalar("floats read per multiply-add, 8 x 8 results", tile_reads_per_fma(8, 8), 0.25, 1e-12);
    grade_scalar("floats read per multiply-add, 8 x 1 results", tile_reads_per_fma(8, 1), 1.125, 1e-12);
    grade_scalar("floats read per multiply-add, 1 x 1 results", tile_reads_per_fma(1, 1), 2, 1e-12);
}

struct kernel_size {
    int threads, registers, shared, want;
    const char *mistake;
    int wrong;
};

EXERCISE(blocks_per_sm, .number = "23.10", .points = 5) {
    static const struct kernel_size sizes[] = {
        {1024, 32, 8192, 2, "65,536 registers for 1024 threads of 32 are enough for two blocks", 1},
        {256, 128, 16384, 2, "registers are not counted", 8},
        {256, 255, 98304, 1, "", 0},
        {256, 127, 8320, 2, "a warp's registers are rounded up to a multiple of 256", 2 + 1},
        {64, 16, 0, 32, "there are never more than 32 blocks", 32 + 1},
        {32, 16, 0, 32, "there are never more than 32 blocks", 64},
        {256, 32, 58000, 3, "every block takes 1024 bytes for the system besides its own", 4},
        {128, 40, 12800, 12, "", 0},
        {33, 32, 0, 32, "there are never more than 32 blocks", 62},
        {96, 80, 0, 8, "a block of 96 threads is 3 warps; registers go to whole warps", 9},
        {1024, 65, 0, 0, "a block whose registers do not fit does not run at all", 1},
        {256, 33, 0, 6, "a warp's registers are rounded up to a multiple of 256: 33 cost as many as 40", 7},
        {224, 16, 232448, 1, "a block of 227 KiB and the system's 1024 bytes is just what a multiprocessor has", 0},
        {320, 176, 0, 0,
         "each of the four schedulers has 16,384 registers for its own warps: 2 warps of 5632, 8 in all", 1},
        {128, 32, 45600, 4, "shared memory, with the system's 1024 bytes, is rounded up to a multiple of 128", 5},
        {65, 64, 0, 10, "65 threads are 3 warps, and registers go to whole warps", 15},
    };
    for (int i = 0; i < COUNT(sizes); i++) {
        const struct kernel_size *s = &sizes[i];
        char what[150];
        snprintf(what, sizeof what, "blocks of %d threads with %d registers each and %d bytes of shared memory",
                 s->threads, s->registers, s->shared);
        if (s->mistake[0]) suspect_scalar(s->mistake, s->wrong);
        grade_scalar(what, blocks_per_sm(s->threads, s->registers, s->shared), s->want, 1e-12);
    }
    for (int turn = 0; turn < 200; turn++) {  // against the simulator's own
        int threads = grade_int(1, 1024), registers = grade_int(1, 255), shared = grade_int(0, 232448);
        struct simt_occupancy want;
        int blocks = simt_occupancy(&want, "sm_90", threads, registers, (size_t)shared);
        char what[200];
        snprintf(what, sizeof what,
                 "blocks of %d threads with %d registers each and %d bytes of shared memory (limit: %s)", threads,
                 registers, shared, want.limit);
        grade_scalar(what, blocks_per_sm(threads, registers, shared), blocks, 1e-12);
    }
}
