// The numbers of chapter 09: our matmul beside OpenBLAS, in one process and turn by turn, so that whatever else the
// machine does hits both; and every rung against the FMA peak. OpenBLAS is looked for at run time and is no dependency.
#include <dlfcn.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "09-matmul-cpu/rungs.h"
#include "common/common.h"
#include "tools/fma_peak.h"

// ---- the peer -------------------------------------------------------------------------------------------------------
enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };  // as in cblas.h
typedef void sgemm_function(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *,
                            int);
static sgemm_function *sgemm;

static void peer(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                 int ldb, float beta, float *C, int ldc) {
    sgemm(ROW_MAJOR, form == MATMUL_TN ? TRANS : NO_TRANS, form == MATMUL_NT ? TRANS : NO_TRANS, M, N, K, alpha, A, lda,
          B, ldb, beta, C, ldc);
}

// Returns false where OpenBLAS is not installed. POSIX: a pointer from dlsym is copied into a function pointer.
static bool open_peer(int threads) {
    void *library = dlopen("libopenblas.so.0", RTLD_NOW), *symbol = NULL;
    if (!library) return false;
    symbol = dlsym(library, "cblas_sgemm");
    if (!symbol) return false;
    memcpy(&sgemm, &symbol, sizeof symbol);
    void (*set_threads)(int) = NULL;
    symbol = dlsym(library, "openblas_set_num_threads");
    memcpy(&set_threads, &symbol, sizeof symbol);
    if (set_threads) set_threads(threads);
    char *(*config)(void) = NULL;
    symbol = dlsym(library, "openblas_get_config");
    memcpy(&config, &symbol, sizeof symbol);
    if (config) fprintf(stderr, "peer: %s\n", config());
    return true;
}

// ---- shapes ---------------------------------------------------------------------------------------------------------
struct shape {
    int M, N, K;
    const char *what;
};
// Besides the square, what a small GPT asks for: B*T = 768 rows, C = 384 channels, a vocabulary of 65.
static const struct shape shapes[] = {
    {1024, 1024, 1024, "square"},
    {512, 512, 512, "square"},
    {256, 256, 256, "square"},
    {768, 1536, 384, "MLP, up"},
    {768, 384, 1536, "MLP, down"},
    {768, 384, 384, "attention output"},
    {1536, 384, 768, "a weight's gradient"},
    {768, 65, 384, "logits"},
};

// Best of `repeats` turns each, ours and theirs in alternation.
static void race(double *ours, double *theirs, const struct shape *s, enum matmul_form form, int repeats) {
    struct operands o = operands_new(s->M, s->N, s->K, 1);
    double best[2] = {1e30, 1e30};
    for (int r = 0; r < repeats; r++) {
        double seconds = rung_seconds(matmul, form, &o);
        if (seconds < best[0]) best[0] = seconds;
        if (!sgemm) continue;
        seconds = rung_seconds(peer, form, &o);
        if (seconds < best[1]) best[1] = seconds;
    }
    double flops = matmul_flops(s->M, s->N, s->K) * 1e-9;
    *ours = flops / best[0];
    *theirs = flops / best[1];
    operands_free(&o);
}

static void write_races(FILE *f, double peak, int repeats, int threads) {
    static const char *const names[] = {"NN", "NT", "TN"};
    fprintf(f, "| M × N × K | form | ours, GFLOP/s | share of the FMA peak%s |\n",
            sgemm ? " | OpenBLAS | ours / OpenBLAS" : "");
    fprintf(f, "|---|---|---|---%s|\n", sgemm ? "|---|---" : "");
    for (int s = 0; s < COUNT(shapes); s++)
        for (int form = 0; form < 3; form++) {
            double ours, theirs;
            int turns =
                (int)(repeats * matmul_flops(1024, 1024, 1024) / matmul_flops(shapes[s].M, shapes[s].N, shapes[s].K));
            race(&ours, &theirs, &shapes[s], (enum matmul_form)form, turns < 400 ? turns : 400);
            fprintf(f, "| %d × %d × %d, %s | %s | %.1f | %.0f%%", shapes[s].M, shapes[s].N, shapes[s].K, shapes[s].what,
                    names[form], ours, 100 * ours / peak);
            if (sgemm) fprintf(f, " | %.1f | %.2f", theirs, ours / theirs);
            fprintf(f, " |\n");
            fflush(f);
        }
    fprintf(f, "\n%d thread%s, FMA peak %.1f GFLOP/s; best of %d turns at 1024, more for smaller products.\n", threads,
            threads > 1 ? "s" : "", peak, repeats);
}

static void write_ladder(FILE *f, int threads) {
    struct operands o = operands_new(1024, 1024, 1024, 1);
    double peak_one = fma_peak_gflops(1), peak_all = fma_peak_gflops(threads);
    fprintf(f, "\n| rung, 1024 × 1024 × 1024 NN | threads | GFLOP/s | share of the FMA peak |\n|---|---|---|---|\n");
    for (int r = 0; r < RUNGS; r++) {
        double peak = rungs[r].all_threads ? peak_all : peak_one;
        double gflops = rung_gflops(rungs[r].run, MATMUL_NN, &o, 1);
        fprintf(f, "| %s | %d | %.1f | %.1f%% |\n", rungs[r].name, rungs[r].all_threads ? threads : 1, gflops,
                100 * gflops / peak);
    }
    operands_free(&o);
}

static void write_tables(FILE *f, int repeats, int threads) {
    write_races(f, fma_peak_gflops(threads), repeats, threads);
    write_ladder(f, threads);
}

int main(int argc, char **argv) {
    const char *table = "";
    int repeats = 20, threads = omp_get_max_threads();
    struct flag flags[] = {
        flag_int("repeats", &repeats, 1, 10000, "turns of each at 1024 x 1024 x 1024"),
        flag_int("threads", &threads, 1, 1024, "threads of both"),
        flag_string("table", &table, "a folder: write bench.md there too"),
    };
    flags_parse(argc, argv, "Times matmul beside OpenBLAS, and every rung of the ladder.", NULL, flags, COUNT(flags));
    omp_set_num_threads(threads);
    if (!open_peer(threads)) printf("OpenBLAS not installed: apt-get install libopenblas0-openmp\n\n");
    if (!*table) {
        write_tables(stdout, repeats, threads);
        return 0;
    }
    struct out_file file;
    out_open(&file, table, "bench.md");
    write_tables(file.f, repeats, threads);
    out_close(&file);
    printf("wrote %s/bench.md\n", table);
    return 0;
}
