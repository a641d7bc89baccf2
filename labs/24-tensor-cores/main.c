// Chapter 24's demonstration: every rung of the ladder in the simulator; what it reads for each operation, what its threads do
// with shared memory, how many bytes TMA brings, and how far its results are from sums in double. Counts, not times: only a GPU
// can measure those (kernels/gpu).
#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <string.h>

#include "24-tensor-cores/demo.h"
#include "24-tensor-cores/gemm.h"
#include "24-tensor-cores/pictures.h"
#include "common/common.h"
#include "simt/simt.h"

struct rung {
    int number;
    const char *name;
    gemm_function *run;
};

static const struct rung rungs[] = {
    {10, "WMMA", gemm_10},       {11, "mma.sync", gemm_11},     {12, "wgmma and TMA", gemm_12},
    {13, "128 x 128", gemm_13},  {14, "a producer", gemm_14},   {15, "two consumers", gemm_15},
    {16, "persistent", gemm_16}, {17, "few arrivals", gemm_17}, {18, "clusters", gemm_18},
    {19, "no zeroing", gemm_19}, {20, "C by TMA", gemm_20},     {21, "Hilbert's curve", gemm_21},
    {22, "stmatrix", gemm_22},   {23, "all of it", gemm_23},
};
enum { RUNGS = COUNT(rungs) };

// ---- operands -------------------------------------------------------------------------------------------------------
struct operands {
    int M, N, K;
    uint16_t *A, *B;       // on the device, bfloat16
    double *a, *b, *want;  // on the host; want: A B^T
};

static uint16_t *random_matrix(double *exact, int n, struct rng *r) {
    uint16_t *bits = alloc_zeroed((size_t)n, sizeof *bits);
    for (int i = 0; i < n; i++) {
        bits[i] = to_bf16(rng_normal(r));
        exact[i] = from_bf16(bits[i]);
    }
    uint16_t *device = device_copy(bits, (size_t)n * sizeof *bits);
    free(bits);
    return device;
}

// Where k lies: in a row (steps of 1), or rows are k (steps of one row)
struct form {
    const char *name;
    bool a_turned, b_turned;
};

static double *product(const struct operands *o, struct form f) {
    double *sums = alloc_doubles((size_t)o->M * (size_t)o->N);
    for (int i = 0; i < o->M; i++)
        for (int k = 0; k < o->K; k++) {
            double a = f.a_turned ? o->a[k * o->M + i] : o->a[i * o->K + k];
            if (f.b_turned)
                for (int j = 0; j < o->N; j++) sums[i * o->N + j] += a * o->b[k * o->N + j];
            else
                for (int j = 0; j < o->N; j++) sums[i * o->N + j] += a * o->b[j * o->K + k];
        }
    return sums;
}

static struct operands operands_new(int M, int N, int K, int seed) {
    struct operands o = {.M = M, .N = N, .K = K};
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 24);
    o.a = alloc_doubles((size_t)M * (size_t)K);
    o.b = alloc_doubles((size_t)N * (size_t)K);
    o.A = random_matrix(o.a, M * K, &r);
    o.B = random_matrix(o.b, N * K, &r);
    o.want = product(&o, (struct form){"NT", false, false});
    return o;
}

static void operands_free(struct operands *o) {
    must(cudaFree(o->A), "cudaFree");
    must(cudaFree(o->B), "cudaFree");
    free(o->a);
    free(o->b);
    free(o->want);
}

// Runs a product and returns its error; C is poisoned with a number that is none.
static double run_product(gemm_function *run, const char *name, const struct operands *o, const double *want) {
    int n = o->M * o->N;
    uint16_t *bits = alloc_zeroed((size_t)n, sizeof *bits);
    memset(bits, 0xff, (size_t)n * sizeof *bits);
    uint16_t *C = device_copy(bits, (size_t)n * sizeof *bits);
    run(C, o->A, o->B, o->M, o->N, o->K);
    must(cudaDeviceSynchronize(), name);
    must(cudaMemcpy(bits, C, (size_t)n * sizeof *bits, cudaMemcpyDeviceToHost), "fetching C");
    must(cudaFree(C), "cudaFree");
    double *got = alloc_doubles((size_t)n);
    for (int i = 0; i < n; i++) got[i] = from_bf16(bits[i]);
    double error = relative_error(got, want, n);
    free(got);
    free(bits);
    return error;
}

// ---- the ladder -----------------------------------------------------------------------------------------------------
static void show_ladder(const char *out, int seed, bool quick) {
    struct operands o = quick ? operands_new(256, 256, 64, seed) : operands_new(512, 512, 256, seed);
    struct csv_log log;
    csv_open(&log, out, "ladder.csv", "rung,read,landed,written,ahead,wavefronts,wgmmas,arrivals,error");
    printf("C = A B^T in bfloat16, %d x %d x %d, in the simulator\n", o.M, o.N, o.K);
    printf("  %-18s %9s %9s %11s %7s %8s %9s %8s %9s\n", "", "bytes per", "operation", "wavefronts", "boxes", "",
           "arrivals", "relative", "");
    printf("  %-18s %9s %9s %11s %7s %8s %9s %8s %9s\n", "rung", "from L2", "landed", "per product", "ahead", "wgmmas",
           "mbarrier", "error", "findings");
    struct progress p;
    progress_start(&p, "ladder", RUNGS, "rungs");
    for (int i = 0; i < RUNGS; i++) {
        int found = simt_finding_count();
        double error = run_product(rungs[i].run, rungs[i].name, &o, o.want);
        const struct simt_counters *c = &simt_launch(-1)->counters;
        double operations = 2.0 * o.M * o.N * o.K, products = operations / (2 * 16 * 8 * 16);
        double loaded = 32.0 * (double)c->global[SIMT_LOAD].moved;
        double read = (loaded + (double)c->tma_read) / operations,
               landed = (loaded + (double)c->tma_landed) / operations;
        double written = (32.0 * (double)c->global[SIMT_STORE].moved + (double)c->tma_written) / (2.0 * o.M * o.N);
        double wavefronts = (double)(c->shared[SIMT_LOAD].moved + c->shared[SIMT_STORE].moved) / products;
        printf("  %2d %-15s %9.4f %9.4f %11.3f %7lu %8lu %9lu %8.1e %9d\n", rungs[i].number, rungs[i].name, read,
               landed, wavefronts, (unsigned long)c->tma_ahead, (unsigned long)c->wgmmas,
               (unsigned long)c->mbarrier_arrivals, error, simt_finding_count() - found);
        csv_row(&log, "%d,%g,%g,%g,%lu,%g,%lu,%lu,%g", rungs[i].number, read, landed, written,
                (unsigned long)c->tma_ahead, wavefronts, (unsigned long)c->wgmmas, (unsigned long)c->mbarrier_arrivals,
                error);
        fflush(stdout);
        progress_update(&p, i + 1, "%s", rungs[i].name);
    }
    progress_end(&p, "done");
    csv_close(&log);
    operands_free(&o);
}

// ---- the other forms ------------------------------------------------------------------------------------------------
// Rung 23 has two kernels. With two blocks it takes the one whose consumers work on a tile together, else, for a product that
// is small for so many multiprocessors, the one whose consumers take turns.
static void nt_together(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_blocks(C, A, B, M, N, K, 2);
}

static void nn_together(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_nn_blocks(C, A, B, M, N, K, 2);
}

static void tn_together(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_tn_blocks(C, A, B, M, N, K, 2);
}

// A and B as they lie in memory, read as another form's operands.
static void show_forms(int seed, bool quick) {
    static const struct {
        struct form form;
        gemm_function *turns, *together;
    } forms[] = {{{"NT: A B^T", false, false}, gemm_23, nt_together},
                 {{"NN: A B", false, true}, gemm_23_nn, nn_together},
                 {{"TN: A^T B", true, true}, gemm_23_tn, tn_together}};
    struct operands o = quick ? operands_new(200, 136, 264, seed) : operands_new(304, 200, 1032, seed);
    printf("\nthe forms that training needs, by both kernels of rung 23, %d x %d x %d: relative errors\n", o.M, o.N,
           o.K);
    for (int i = 0; i < COUNT(forms); i++) {
        const char *name = forms[i].form.name;
        double *want = product(&o, forms[i].form);
        printf("  %-18s by turns %8.1e", name, run_product(forms[i].turns, name, &o, want));
        printf("   together %8.1e\n", run_product(forms[i].together, name, &o, want));
        free(want);
    }
    operands_free(&o);
}

int main(int argc, char **argv) {
    const char *out = "build/lab/24-tensor-cores";
    int seed = 1;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the figures' data"),
        flag_int("seed", &seed, 0, 1000000, "seed of the random matrices"),
        flag_switch("quick", &quick, "a small product, for a check"),
    };
    flags_parse(argc, argv, "Matrix multiplication on tensor cores, rung by rung, in the simulator.", NULL, flags,
                COUNT(flags));
    write_fragments(out);
    write_swizzle(out);
    show_ladder(out, seed, quick);
    show_forms(seed, quick);
    show_sides(seed);
    write_orders(out);
    write_pipeline(out);
    return 0;
}
