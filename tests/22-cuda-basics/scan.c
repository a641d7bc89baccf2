// Tests of scan.cu.
#include "22-cuda-basics/definitions.h"

// The inclusive sums of each tile, and suspicions that hold for any scan.
struct expected {
    double *out, *totals, *exclusive, *suffix, *untouched, *half, *up;
};

static struct expected expect(const float *in, int n, int tile) {
    struct expected e = {grade_doubles(n), grade_doubles(ceil_div(n, tile)),
                         grade_doubles(n), grade_doubles(n),
                         grade_doubles(n), grade_doubles(n),
                         grade_doubles(n)};
    for (int i = 0; i < n; i++) {
        int t = i % tile, run = (t + 1) & -(t + 1);  // of a tree, on the way up: the words that end at t
        e.exclusive[i] = t ? e.out[i - 1] : 0;
        e.out[i] = e.exclusive[i] + (double)in[i];
        e.totals[i / tile] = e.out[i];
        e.untouched[i] = (double)in[i];
        e.half[i] = t < tile / 2 ? e.out[i] : e.out[i] - e.out[i - tile / 2];
        e.up[i] = t < run ? e.out[i] : e.out[i] - e.out[i - run];
    }
    for (int i = n - 1; i >= 0; i--) e.suffix[i] = (double)in[i] + (i + 1 < n && (i + 1) % tile ? e.suffix[i + 1] : 0);
    return e;
}

static void suspect_scans(struct expected e, int n) {
    if (n < 3) return;
    suspect("element i itself is not in its sum: this is the exclusive scan", e.exclusive);
    suspect("the sums run from the end to the front", e.suffix);
    suspect("nothing is added", e.untouched);
    suspect("the last round is missing: only half a tile is added up", e.half);
    suspect("the way down the tree is missing: only the last words of runs are finished", e.up);
}

typedef void scan_function(float *out, float *totals, const float *in, int n);

static void grade_tiles(const char *name, scan_function *run, const float *in, int n, int tile, bool in_place) {
    struct expected e = expect(in, n, tile);
    float *device_in = gpu_copy(in, n), *out = in_place ? device_in : gpu_output(n);
    float *totals = gpu_output(ceil_div(n, tile));
    run(out, totals, device_in, n);
    char what[80];
    snprintf(what, sizeof what, "%s, n = %d%s: out", name, n, in_place ? ", out is in" : "");
    float *got = fetched(name, out, n), *got_totals = fetched(name, totals, ceil_div(n, tile));
    suspect_scans(e, n);
    grade_array(what, got, e.out, AXES("i", n), 5e-5);
    snprintf(what, sizeof what, "%s, n = %d: totals", name, n);
    double *half = grade_doubles(ceil_div(n, tile));
    for (int i = 0; i < n; i++) half[i / tile] += i % tile >= tile / 2 ? (double)in[i] : 0;
    suspect("the last round is missing: only half a tile is added up", half);
    grade_array(what, got_totals, e.totals, AXES("b", ceil_div(n, tile)), 5e-5);
}

static const float example[] = {3, 1, 7, 0, 4, 1, 6, 3};  // section 22.6: 3 4 11 11 15 16 22 25

EXERCISE(scan_doubling, .number = "22.9", .points = 3) {
    grade_tiles("scan_doubling", scan_doubling, example, COUNT(example), THREADS, false);
    const int sizes[] = {2 * THREADS, grade_int(600, 700), THREADS - 1, THREADS + 1, 5, 1, grade_int(3000, 4000)};
    for (int s = 0; s < COUNT(sizes); s++)
        grade_tiles("scan_doubling", scan_doubling, grade_floats(sizes[s]), sizes[s], THREADS, false);
}

EXERCISE(scan_doubling_barriers, .number = "22.9", .points = 2, .needs = "scan_doubling") {
    grade_tiles("scan_doubling", scan_doubling, grade_floats(8 * THREADS), 8 * THREADS, THREADS, false);
    gpu_coalesced("scan_doubling", 1.05);
    gpu_conflict_free("scan_doubling", 1.02);
    lanes_together("scan_doubling");
    double barriers = barriers_per_block(), requests = shared_requests_per_block(8);
    grade_true(
        barriers <= 9,
        "scan_doubling: %.0f barriers in each block, where 8 would do: with two buffers nobody writes what another "
        "thread still reads",
        barriers);
    grade_true(
        requests <= 260,
        "scan_doubling: the warps of a block make %.0f requests to shared memory, where 199 would do: in each of 8 "
        "rounds every thread should add one word",
        requests);
}

EXERCISE(scan_tree, .number = "22.10", .points = 5) {
    grade_tiles("scan_tree", scan_tree, example, COUNT(example), SCAN_TILE, false);
    const int sizes[] = {2 * SCAN_TILE,        grade_int(1100, 1400), SCAN_TILE - 1, SCAN_TILE + 1, 5, 1,
                         grade_int(5000, 6000)};
    for (int s = 0; s < COUNT(sizes); s++)
        grade_tiles("scan_tree", scan_tree, grade_floats(sizes[s]), sizes[s], SCAN_TILE, s % 2);
}

EXERCISE(scan_tree_work, .number = "22.10", .points = 3, .needs = "scan_tree") {
    enum { TILES = 8 };
    grade_tiles("scan_tree", scan_tree, grade_floats(TILES * SCAN_TILE), TILES * SCAN_TILE, SCAN_TILE, false);
    double requests = shared_requests_per_block(TILES);
    double additions = (double)gpu_counters().flops / (TILES * SCAN_TILE), barriers = barriers_per_block();
    grade_true(additions <= 2.3,
               "scan_tree makes %.1f additions for each element, where 2 would do: on the way up the tree half as many "
               "threads add in each round, and on the way down twice as many",
               additions);
    grade_true(barriers <= 19, "scan_tree: %.0f barriers in each block, where 18 would do", barriers);
    grade_true(
        requests <= 250,
        "scan_tree: the warps of a block make %.0f requests to shared memory, where 150 would do: one thread adds "
        "too much, or the lanes that add are spread over too many warps. Thread t should work at 2*step*(t+1) - 1",
        requests);
}

static void grade_scan(const float *in, int n) {
    struct expected all = expect(in, n, n), tiles = expect(in, n, SCAN_TILE);
    int count = ceil_div(n, SCAN_TILE);
    double *own = grade_doubles(n), *last = grade_doubles(n), *half = grade_doubles(n), *over = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        int tile = i / SCAN_TILE;
        own[i] = tiles.out[i] + all.out[(tile + 1) * SCAN_TILE <= n ? (tile + 1) * SCAN_TILE - 1 : n - 1];
        half[i] = i % SCAN_TILE < THREADS ? all.out[i] : tiles.out[i];
        over[i] = tile == 1 ? tiles.out[i] + all.out[n - 1] : all.out[i];
        last[i] = tiles.out[i] + (tile > 0 ? tiles.totals[tile - 1] : 0);
    }
    float *out = gpu_output(n);
    scan(out, gpu_output(count + 1), gpu_copy(in, n), n);
    char what[60];
    snprintf(what, sizeof what, "scan, n = %d: out", n);
    float *got = fetched("scan", out, n);
    if (n >= 3) suspect("a tile's own total is added, too: take the running sum of the tile before it", own);
    if (n > SCAN_TILE) {
        suspect("every tile starts at 0: what came before it is not added", tiles.out);
        suspect("only the first half of each tile gets what came before: a block has half as many threads as elements",
                half);
        suspect("the totals' own total is written over the first of them: it needs a place behind them", over);
        suspect("only the tile before is added: totals must become running sums first", last);
    }
    suspect_scans(all, n);
    grade_array(what, got, all.out, AXES("i", n), 3e-4);
}

static void grade_random(int n) {
    grade_scan(grade_floats(n), n);
}

EXERCISE(scan, .number = "22.11", .points = 5, .needs = "scan_tree", .seconds = 10) {
    grade_scan(example, COUNT(example));
    grade_random(grade_int(2000, 3000));
    grade_random(3 * SCAN_TILE);
    grade_random(SCAN_TILE + 1);
    grade_random(SCAN_TILE);
    grade_random(1);
    gpu_forget();
    int n = grade_int(SCAN_TILE * SCAN_TILE - 400, SCAN_TILE * SCAN_TILE);
    grade_random(n);
    int launches = simt_launch_count();
    grade_true(launches <= 3, "scan launched %d kernels, where three will do", launches);
    grade_true(launches == 3,
               "scan launched %d kernels, where three are asked for: tiles, totals, and what came before", launches);
    gpu_coalesced("scan", 1.1);
    lanes_together("scan");
    double sectors = (double)gpu_counters().global[SIMT_LOAD].moved * 8 / n;
    grade_true(
        sectors <= 3,
        "scan reads %.1f sectors for each 8 elements, where about 2.3 would do: the totals should become running "
        "sums once, not in each block",
        sectors);
}
