// Chapter 09's demonstration: the ladder, rung by rung and size by size; the three forms; the roofline; and what the order
// of summation does to the error.
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "09-matmul-cpu/rungs.h"
#include "common/common.h"
#include "tools/fma_peak.h"

struct machine {
    int threads;
    double peak_one, peak_all, bandwidth_one;
};

static struct machine measure_machine(bool quick) {
    struct machine m = {.threads = omp_get_max_threads()};
    struct matmul_caches caches = matmul_caches();
    const struct matmul_kernel *kernel = matmul_kernel_best();
    struct matmul_blocks blocks = matmul_blocks(caches, kernel->MR, kernel->NR);
    m.peak_one = fma_peak_gflops(1);
    m.peak_all = fma_peak_gflops(m.threads);
    m.bandwidth_one = read_bandwidth((size_t)(quick ? 8 : 256) << 20, 1);
    printf("this machine\n");
    printf("  FMA peak, 1 thread     %7.1f GFLOP/s\n", m.peak_one);
    printf("  FMA peak, %d threads    %7.1f GFLOP/s\n", m.threads, m.peak_all);
    printf("  reading memory         %7.1f GB/s, 1 thread\n", m.bandwidth_one);
    printf("  caches                 L1 %d KiB, L2 %d KiB, L3 %d KiB used\n", caches.L1 >> 10, caches.L2 >> 10,
           caches.L3 >> 10);
    printf("  micro-kernel           %s, blocks MC %d, KC %d, NC %d\n", kernel->name, blocks.MC, blocks.KC, blocks.NC);
    return m;
}

// ---- the ladder -----------------------------------------------------------------------------------------------------
static void show_ladder(const char *out, struct machine m, int seed, bool quick) {
    static const int all[] = {64, 96, 128, 192, 256, 384, 500, 512, 768, 1000, 1024};
    int count = quick ? 2 : COUNT(all);
    struct csv_log log;
    csv_open(&log, out, "ladder_time.csv", "size,naive,loop_order,blocked,packed,vectors,threads,peak_one,peak_all");
    printf("\nC = A B of n x n matrices (form NN), GFLOP/s\n  %6s", "n");
    for (int r = 0; r < RUNGS; r++) printf(" %15s", rungs[r].name);
    printf("\n");
    struct progress p;
    progress_start(&p, "ladder", count, "sizes");
    double last[RUNGS] = {0};
    for (int s = 0; s < count; s++) {
        struct operands o = operands_new(all[s], all[s], all[s], seed);
        printf("  %6d", all[s]);
        for (int r = 0; r < RUNGS; r++) {
            last[r] = rung_gflops(rungs[r].run, MATMUL_NN, &o, quick ? 0.001 : 0.08);
            printf(" %15.2f", last[r]);
        }
        printf("\n");
        csv_row(&log, "%d,%g,%g,%g,%g,%g,%g,%g,%g", all[s], last[0], last[1], last[2], last[3], last[4], last[5],
                m.peak_one, m.peak_all);
        operands_free(&o);
        progress_update(&p, s + 1, "n %d", all[s]);
    }
    progress_end(&p, "done");
    csv_close(&log);
    printf("\nat n = %d\n  %-16s %10s %14s %16s\n", all[count - 1], "rung", "GFLOP/s", "share of peak",
           "times the rung below");
    for (int r = 0; r < RUNGS; r++) {
        double peak = rungs[r].all_threads ? m.peak_all : m.peak_one;
        printf("  %-16s %10.2f %13.1f%%", rungs[r].name, last[r], 100 * last[r] / peak);
        if (r > 0) printf(" %16.1f", last[r] / last[r - 1]);
        printf("\n");
    }
}

static void show_forms(int seed, bool quick) {
    static const char *const names[] = {"NN", "NT", "TN"};
    int n = quick ? 64 : 512;
    struct operands o = operands_new(n, n, n, seed);
    printf("\nthe three forms at n = %d, GFLOP/s\n  %-4s", n, "");
    for (int r = 0; r < RUNGS; r++) printf(" %15s", rungs[r].name);
    printf("\n");
    for (int f = 0; f < 3; f++) {
        printf("  %-4s", names[f]);
        for (int r = 0; r < RUNGS; r++)
            printf(" %15.2f", rung_gflops(rungs[r].run, (enum matmul_form)f, &o, quick ? 0.001 : 0.1));
        printf("\n");
    }
    operands_free(&o);
}

// ---- the roofline ---------------------------------------------------------------------------------------------------
// Products of M rows with one large matrix: the fewer rows, the fewer operations each of its bytes serves.
static void show_roofline(const char *out, struct machine m, int seed, bool quick) {
    int side = quick ? 256 : 4096, largest = quick ? 16 : 256;
    struct csv_log log, roof;
    csv_open(&roof, out, "roof_time.csv", "intensity,attainable");
    for (double intensity = 0.25; intensity <= 1024; intensity *= pow(2, 0.125))
        csv_row(&roof, "%g,%g", intensity, roofline_attainable(m.peak_one, m.bandwidth_one, intensity));
    csv_close(&roof);
    csv_open(&log, out, "roofline_time.csv", "rows,intensity,loop_order,blocked,matmul,attainable");
    printf("\nM rows times a %d x %d matrix (NN, 1 thread), GFLOP/s\n", side, side);
    printf("  %5s %10s %11s %11s %11s %11s %20s\n", "M", "FLOP/byte", "attainable", "loop order", "blocked", "matmul",
           "share of attainable");
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    for (int rows = 1; rows <= largest; rows *= 2) {
        struct operands o = operands_new(rows, side, side, seed);
        double intensity = matmul_flops(rows, side, side) / matmul_bytes(rows, side, side, 0);
        double attainable = roofline_attainable(m.peak_one, m.bandwidth_one, intensity), budget = quick ? 0.001 : 0.1;
        double plain = rung_gflops(matmul_loop_order, MATMUL_NN, &o, budget);
        double blocked = rung_gflops(matmul_blocked, MATMUL_NN, &o, budget);
        double ours = rung_gflops(matmul, MATMUL_NN, &o, budget);
        printf("  %5d %10.2f %11.1f %11.2f %11.2f %11.2f %19.0f%%\n", rows, intensity, attainable, plain, blocked, ours,
               100 * ours / attainable);
        csv_row(&log, "%d,%g,%g,%g,%g,%g", rows, intensity, plain, blocked, ours, attainable);
        operands_free(&o);
    }
    omp_set_num_threads(threads);
    csv_close(&log);
}

// ---- rounding -------------------------------------------------------------------------------------------------------
// One row of A, one column of B, K terms between 0 and 1: all rungs add the same products in different orders.
static double relative_error(matmul_function *run, int K, int seed) {
    enum { SIDE = 8 };
    struct operands o = operands_new(SIDE, SIDE, K, seed);
    for (int i = 0; i < SIDE * K; i++) {
        o.A[i] += 0.5f;
        o.B[i] += 0.5f;
    }
    rung_seconds(run, MATMUL_NN, &o);
    double worst = 0;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < K; k++) sum += (double)o.A[i * K + k] * (double)o.B[k * SIDE + j];
            worst = fmax(worst, fabs((double)o.C[i * SIDE + j] - sum) / sum);
        }
    operands_free(&o);
    return worst;
}

static void show_rounding(const char *out, int seed) {
    struct csv_log log;
    csv_open(&log, out, "rounding.csv", "K,naive,loop_order,blocked,packed,vectors,threads");
    printf("\nlargest relative error of a sum of K products (terms between 0 and 1)\n  %7s", "K");
    for (int r = 0; r < RUNGS; r++) printf(" %15s", rungs[r].name);
    printf("\n");
    for (int K = 64; K <= 65536; K *= 4) {
        double error[RUNGS];
        printf("  %7d", K);
        for (int r = 0; r < RUNGS; r++) printf(" %15.1e", error[r] = relative_error(rungs[r].run, K, seed));
        printf("\n");
        csv_row(&log, "%d,%g,%g,%g,%g,%g,%g", K, error[0], error[1], error[2], error[3], error[4], error[5]);
    }
    csv_close(&log);
}

static void show_same_bits(int seed, bool quick) {
    int n = quick ? 130 : 517, threads = omp_get_max_threads();
    struct operands one = operands_new(n, n + 2, n + 4, seed), all = operands_new(n, n + 2, n + 4, seed);
    omp_set_num_threads(1);
    rung_seconds(matmul, MATMUL_NN, &one);
    omp_set_num_threads(threads < 2 ? 2 : threads);
    rung_seconds(matmul, MATMUL_NN, &all);
    omp_set_num_threads(threads);
    bool same = memcmp(one.C, all.C, sizeof(float) * (size_t)n * (size_t)(n + 2)) == 0;
    printf("\n%d x %d x %d with 1 thread and with %d: %s\n", n, n + 2, n + 4, threads < 2 ? 2 : threads,
           same ? "the same bits" : "DIFFERENT BITS");
    operands_free(&one);
    operands_free(&all);
}

int main(int argc, char **argv) {
    const char *out = "build/lab/09-matmul-cpu";
    int seed = 1;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the figures' data"),
        flag_int("seed", &seed, 0, 1000000, "seed of the random matrices"),
        flag_switch("quick", &quick, "small sizes only, for a check rather than a measurement"),
    };
    flags_parse(argc, argv, "Matrix multiplication, from three loops to the machine's speed.", NULL, flags,
                COUNT(flags));
    struct machine m = measure_machine(quick);
    show_ladder(out, m, seed, quick);
    show_forms(seed, quick);
    show_roofline(out, m, seed, quick);
    show_rounding(out, seed);
    show_same_bits(seed, quick);
    return 0;
}
