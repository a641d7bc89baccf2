// Chapter 22's demonstration: a planted mistake with the simulator's report; what a stride costs; how many blocks fit on a
// multiprocessor; then every kernel in the simulator, with what it asked of memory; and the ladder of reductions.
#include <cuda_runtime_api.h>
#include <stdlib.h>

#include "22-cuda-basics/basics.h"
#include "common/common.h"
#include "simt/simt.h"

// ---- arrays on the device -------------------------------------------------------------------------------------------
enum { GRID = 16 };  // blocks of the kernels that work with any grid

struct arrays {
    int n, side;                             // vectors of n, pictures of side x side = n
    float *out, *in, *other, *sums, *small;  // (n), (n), (n), (n): room to work in, (1)
    unsigned char *bytes;                    // (n): letters, as often as a rough count of English has them
    int *counts;                             // (BINS)
    float weights[CONV_MAX * CONV_MAX];      // on the host
};

static void *device_bytes(const void *host, size_t size) {
    void *p = NULL;
    if (cudaMalloc(&p, size) != cudaSuccess) die("no device memory for %zu bytes", size);
    if (host) cudaMemcpy(p, host, size, cudaMemcpyHostToDevice);
    return p;
}

static float *random_floats(struct rng *r, int n) {
    float *host = alloc_floats((size_t)n);
    for (int i = 0; i < n; i++) host[i] = rng_normal(r);
    float *device = device_bytes(host, (size_t)n * sizeof *host);
    free(host);
    return device;
}

static unsigned char *random_letters(struct rng *r, int n) {
    static const char letters[] = "  eeeettttaaaooiinnsshhrrdlucmwfgypbvk";
    unsigned char *host = alloc_zeroed((size_t)n, 1);
    for (int i = 0; i < n; i++) host[i] = (unsigned char)letters[rng_below(r, COUNT(letters) - 1)];
    unsigned char *device = device_bytes(host, (size_t)n);
    free(host);
    return device;
}

static struct arrays arrays_new(int side, int seed) {
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 22);
    size_t n = (size_t)side * side, size = n * sizeof(float);
    struct arrays a = {.n = (int)n, .side = side};
    a.in = random_floats(&r, a.n);
    a.other = random_floats(&r, a.n);
    a.out = device_bytes(NULL, size);
    a.sums = device_bytes(NULL, size);
    a.small = device_bytes(NULL, sizeof(float));
    a.bytes = random_letters(&r, a.n);
    a.counts = device_bytes(NULL, BINS * sizeof *a.counts);
    for (int k = 0; k < COUNT(a.weights); k++) a.weights[k] = rng_normal(&r);
    return a;
}

static void arrays_free(struct arrays *a) {
    void *const all[] = {a->in, a->other, a->out, a->sums, a->small, a->bytes, a->counts};
    for (int i = 0; i < COUNT(all); i++) cudaFree(all[i]);
}

// ---- what the launches since a moment asked for ---------------------------------------------------------------------
struct summary {
    int launches, blocks;
    struct simt_traffic global[2], shared[2];
    double atomics, barriers, flops;
};

static void add_traffic(struct simt_traffic sum[2], const struct simt_traffic more[2]) {
    for (int d = SIMT_LOAD; d <= SIMT_STORE; d++) {
        sum[d].requests += more[d].requests;
        sum[d].lanes += more[d].lanes;
        sum[d].moved += more[d].moved;
        sum[d].ideal += more[d].ideal;
    }
}

static struct summary summary_since(int first) {
    struct summary s = {.launches = simt_launch_count() - first};
    for (int i = first; i < simt_launch_count(); i++) {
        const struct simt_launch *launch = simt_launch(i);
        s.blocks += (int)(launch->grid[0] * launch->grid[1] * launch->grid[2]);
        add_traffic(s.global, launch->counters.global);
        add_traffic(s.shared, launch->counters.shared);
        s.atomics += (double)launch->counters.atomics;
        s.barriers += (double)launch->counters.barriers;
        s.flops += (double)launch->counters.flops;
    }
    return s;
}

static double requests(const struct simt_traffic t[2]) {
    return (double)(t[SIMT_LOAD].requests + t[SIMT_STORE].requests);
}
static double moved(const struct simt_traffic t[2]) {
    return (double)(t[SIMT_LOAD].moved + t[SIMT_STORE].moved);
}
static double ideal(const struct simt_traffic t[2]) {
    return (double)(t[SIMT_LOAD].ideal + t[SIMT_STORE].ideal);
}
static double lanes(const struct simt_traffic t[2]) {
    return (double)(t[SIMT_LOAD].lanes + t[SIMT_STORE].lanes);
}
static double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
}

// ---- the kernels ----------------------------------------------------------------------------------------------------
typedef void demo_function(const struct arrays *a);

static void run_vector_add(const struct arrays *a) {
    vector_add(a->out, a->in, a->other, a->n);
}
static void run_saxpy(const struct arrays *a) {
    saxpy(a->other, 0.5f, a->in, a->n, GRID, THREADS);
}
static void run_reverse(const struct arrays *a) {
    reverse_blocks(a->other, a->n);
}
static void run_reduce_modulo(const struct arrays *a) {
    reduce_modulo(a->sums, a->in, a->n);
}
static void run_reduce_strided(const struct arrays *a) {
    reduce_strided(a->sums, a->in, a->n);
}
static void run_reduce_sequential(const struct arrays *a) {
    reduce_sequential(a->sums, a->in, a->n);
}
static void run_reduce_first_add(const struct arrays *a) {
    reduce_first_add(a->sums, a->in, a->n, GRID);
}
static void run_reduce_shuffle(const struct arrays *a) {
    reduce_shuffle(a->sums, a->in, a->n, GRID);
}
static void run_reduce_sum(const struct arrays *a) {
    reduce_sum(a->small, a->sums, a->in, a->n);
}
static void run_scan_doubling(const struct arrays *a) {
    scan_doubling(a->out, a->sums, a->in, a->n);
}
static void run_scan_tree(const struct arrays *a) {
    scan_tree(a->out, a->sums, a->in, a->n);
}
static void run_scan(const struct arrays *a) {
    scan(a->out, a->sums, a->in, a->n);
}
static void run_histogram_global(const struct arrays *a) {
    histogram_global(a->counts, a->bytes, a->n);
}
static void run_histogram_shared(const struct arrays *a) {
    histogram_shared(a->counts, a->bytes, a->n, GRID);
}
static void run_transpose_naive(const struct arrays *a) {
    transpose_naive(a->out, a->in, a->side, a->side);
}
static void run_transpose_tiled(const struct arrays *a) {
    transpose_tiled(a->out, a->in, a->side, a->side);
}
static void run_transpose_padded(const struct arrays *a) {
    transpose_padded(a->out, a->in, a->side, a->side);
}
static void run_stencil(const struct arrays *a) {
    stencil(a->out, a->in, a->weights, a->n);
}
static void run_conv2d_naive(const struct arrays *a) {
    conv2d_naive(a->out, a->in, a->weights, a->side, a->side, CONV_MAX);
}
static void run_conv2d_tiled(const struct arrays *a) {
    conv2d_tiled(a->out, a->in, a->weights, a->side, a->side, CONV_MAX);
}
static void run_softmax_naive(const struct arrays *a) {
    softmax_naive(a->out, a->in, a->side, a->side);
}
static void run_softmax_rows(const struct arrays *a) {
    softmax_rows(a->out, a->in, a->side, a->side);
}

static const struct demo {
    const char *name;
    demo_function *run;
    int ladder;  // reductions: their number on the ladder
} demos[] = {
    {"vector_add", run_vector_add, 0},
    {"saxpy", run_saxpy, 0},
    {"reverse_blocks", run_reverse, 0},
    {"reduce_modulo", run_reduce_modulo, 1},
    {"reduce_strided", run_reduce_strided, 2},
    {"reduce_sequential", run_reduce_sequential, 3},
    {"reduce_first_add", run_reduce_first_add, 4},
    {"reduce_shuffle", run_reduce_shuffle, 5},
    {"reduce_sum", run_reduce_sum, 0},
    {"scan_doubling", run_scan_doubling, 0},
    {"scan_tree", run_scan_tree, 0},
    {"scan", run_scan, 0},
    {"histogram_global", run_histogram_global, 0},
    {"histogram_shared", run_histogram_shared, 0},
    {"transpose_naive", run_transpose_naive, 0},
    {"transpose_tiled", run_transpose_tiled, 0},
    {"transpose_padded", run_transpose_padded, 0},
    {"stencil", run_stencil, 0},
    {"conv2d_naive", run_conv2d_naive, 0},
    {"conv2d_tiled", run_conv2d_tiled, 0},
    {"softmax_naive", run_softmax_naive, 0},
    {"softmax_rows", run_softmax_rows, 0},
};

static void show_row(const char *name, struct summary s, struct csv_log *log) {
    double sectors = ratio(moved(s.global), requests(s.global)), passes = ratio(moved(s.shared), requests(s.shared));
    double efficiency = ratio(ideal(s.global), moved(s.global)), intensity = ratio(s.flops, 32 * moved(s.global));
    printf("  %-18s %9.0f %8.2f %9.0f%% %9.0f %8.2f %9.0f %8.0f %8.1f %9.2f\n", name, requests(s.global), sectors,
           100 * efficiency, requests(s.shared), passes, moved(s.shared) - ideal(s.shared), s.atomics,
           ratio(s.barriers, s.blocks), intensity);
    csv_row(log, "%s,%d,%.0f,%g,%g,%.0f,%g,%.0f,%.0f,%g,%g", name, s.launches, requests(s.global), sectors, efficiency,
            requests(s.shared), passes, moved(s.shared) - ideal(s.shared), s.atomics, ratio(s.barriers, s.blocks),
            intensity);
}

static void show_kernels(const char *out, const struct arrays *a, struct summary ladder[6]) {
    struct csv_log log;
    csv_open(&log, out, "kernels.csv",
             "kernel,launches,global_requests,sectors_per_request,efficiency,shared_requests,passes_per_request,"
             "conflicts,atomics,barriers_per_block,flop_per_byte");
    printf("\nn = %d floats, as a picture %d x %d\n", a->n, a->side, a->side);
    printf("  %-18s %9s %8s %10s %9s %8s %9s %8s %8s %9s\n", "", "global", "sectors/", "", "shared", "passes/", "bank",
           "atomic", "barriers", "FLOP per");
    printf("  %-18s %9s %8s %10s %9s %8s %9s %8s %8s %9s\n", "kernel", "requests", "request", "efficiency", "requests",
           "request", "conflicts", "requests", "a block", "byte");
    struct progress p;
    progress_start(&p, "simulate", COUNT(demos), "kernels");
    for (int i = 0; i < COUNT(demos); i++) {
        int first = simt_launch_count();
        demos[i].run(a);
        cudaDeviceSynchronize();
        struct summary s = summary_since(first);
        ladder[demos[i].ladder] = s;
        show_row(demos[i].name, s, &log);
        progress_update(&p, i + 1, "%s", demos[i].name);
    }
    progress_end(&p, "done");
    csv_close(&log);
}

// ---- the ladder of reductions ---------------------------------------------------------------------------------------
static void show_ladder(const char *out, const struct summary ladder[6], int n) {
    static const char *const names[] = {"", "modulo", "strided", "sequential", "first add", "shuffle"};
    struct csv_log log;
    csv_open(&log, out, "reduction.csv", "version,name,requests,passes,conflicts,lanes,barriers");
    printf("\nfive reductions of %d elements: shared memory, per 1000 elements\n", n);
    printf("  %-14s %9s %9s %10s %14s %9s\n", "version", "requests", "passes", "conflicts", "lanes/request",
           "barriers");
    for (int v = 1; v <= 5; v++) {
        const struct summary *s = &ladder[v];
        double per = 1000.0 / n, busy = ratio(lanes(s->shared), requests(s->shared));
        double conflicts = moved(s->shared) - ideal(s->shared);
        printf("  %d %-12s %9.1f %9.1f %10.1f %14.1f %9.2f\n", v, names[v], per * requests(s->shared),
               per * moved(s->shared), per * conflicts, busy, per * s->barriers);
        csv_row(&log, "%d,%s,%g,%g,%g,%g,%g", v, names[v], per * requests(s->shared), per * moved(s->shared),
                per * conflicts, busy, per * s->barriers);
    }
    csv_close(&log);
}

// ---- strides --------------------------------------------------------------------------------------------------------
static void show_strides(const char *out, const struct arrays *a) {
    enum { N = 1024, LARGEST = 40 };
    float *in = device_bytes(NULL, N * LARGEST * sizeof *in);
    cudaMemset(in, 0, N * LARGEST * sizeof *in);
    struct csv_log log;
    csv_open(&log, out, "stride.csv", "stride,sectors,passes");
    printf("\nwhat a stride costs: thread t reads word t * stride\n  %6s %16s %16s\n", "stride", "sectors/request",
           "passes/request");
    for (int stride = 1; stride <= LARGEST; stride++) {
        int first = simt_launch_count();
        strided_read(a->out, in, N, stride);
        cudaDeviceSynchronize();
        struct simt_traffic global = summary_since(first).global[SIMT_LOAD];
        first = simt_launch_count();
        strided_banks(a->out, stride);
        cudaDeviceSynchronize();
        struct simt_traffic shared = summary_since(first).shared[SIMT_LOAD];
        double sectors = ratio((double)global.moved, (double)global.requests);
        double passes = ratio((double)shared.moved, (double)shared.requests);
        csv_row(&log, "%d,%g,%g", stride, sectors, passes);
        bool power = (stride & (stride - 1)) == 0;
        if (power || stride == 3 || stride == 33) printf("  %6d %16.2f %16.2f\n", stride, sectors, passes);
    }
    csv_close(&log);
    cudaFree(in);
}

// The bank of every word of a tile of 32 x 32, with rows 32 and 33 words apart.
static void write_tile(const char *out) {
    struct csv_log log;
    csv_open(&log, out, "tile.csv", "row,column,pitch32,pitch33");
    for (int row = 0; row < LANES; row++)
        for (int column = 0; column < LANES; column++)
            csv_row(&log, "%d,%d,%d,%d", row, column, (row * 32 + column) % 32, (row * 33 + column) % 32);
    csv_close(&log);
}

// ---- how many blocks fit --------------------------------------------------------------------------------------------
static void show_occupancy(const char *out) {
    static const struct {
        const char *what;
        int threads, registers, shared;
    } blocks[] = {
        {"256 threads, 32 registers", 256, 32, 0},   {"256 threads, 64 registers", 256, 64, 0},
        {"256 threads, 128 registers", 256, 128, 0}, {"256 threads, 20 KiB shared", 256, 32, 20480},
        {"1024 threads, 40 registers", 1024, 40, 0}, {"32 threads", 32, 32, 0},
    };
    static const char *const devices[] = {"sm_75", "sm_80", "sm_90", "sm_100"};
    struct csv_log log;
    csv_open(&log, out, "occupancy.csv", "threads,registers,shared,device,blocks,warps,max_warps,limit");
    printf("\nwarps on a multiprocessor, of how many; what ends first\n  %-28s", "a block has");
    for (int d = 0; d < COUNT(devices); d++) printf(" %-24s", devices[d]);
    printf("\n");
    for (int b = 0; b < COUNT(blocks); b++) {
        printf("  %-28s", blocks[b].what);
        for (int d = 0; d < COUNT(devices); d++) {
            struct simt_occupancy o = {0};
            simt_occupancy(&o, devices[d], blocks[b].threads, blocks[b].registers, (size_t)blocks[b].shared);
            char text[64];
            snprintf(text, sizeof text, "%d of %d: %s", o.warps, o.max_warps, o.limit);
            printf(" %-24s", text);
            csv_row(&log, "%d,%d,%d,%s,%d,%d,%d,%s", blocks[b].threads, blocks[b].registers, blocks[b].shared,
                    devices[d], o.blocks, o.warps, o.max_warps, o.limit);
        }
        printf("\n");
    }
    csv_close(&log);
}

// ---- a planted mistake ----------------------------------------------------------------------------------------------
static void show_mistake(const struct arrays *a) {
    printf("a planted mistake: reverse_racy, which has no barrier\n");
    simt_quiet(true);
    reverse_racy(a->other, 2 * THREADS);
    cudaDeviceSynchronize();
    for (int i = 0; i < simt_finding_count(); i++) {
        char text[1024];
        simt_describe(text, sizeof text, simt_finding(i));
        printf("  %s\n", text);
    }
    if (!simt_checked()) printf("  (nothing is checked: the program was built with simtcc -fast)\n");
    simt_forget();
    simt_quiet(false);  // what is found from here on is no part of the plan
}

int main(int argc, char **argv) {
    const char *out = "build/lab/22-cuda-basics";
    int seed = 1, side = 256;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the figures' data"),
        flag_int("seed", &seed, 0, 1000000, "seed of the random arrays"),
        flag_int("side", &side, 32, 512, "the arrays have side x side elements"),
        flag_switch("quick", &quick, "small arrays, for a check"),
    };
    flags_parse(argc, argv, "CUDA basics: every kernel in the simulator, and what it asks of memory.", NULL, flags,
                COUNT(flags));
    struct arrays a = arrays_new(quick ? 64 : side, seed);
    struct summary ladder[6] = {0};
    show_mistake(&a);
    show_strides(out, &a);
    write_tile(out);
    show_occupancy(out);
    show_kernels(out, &a, ladder);
    show_ladder(out, ladder, a.n);
    arrays_free(&a);
    return 0;
}
