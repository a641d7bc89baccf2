// Chapter 23's demonstration: every rung of the ladder in the simulator; what it moves for each operation; what a
// multiprocessor can hold of it; and what the simplest model makes of that for one H200. The model is a prediction, not
// a measurement.
#include <cuda_runtime_api.h>
#include <math.h>
#include <stdlib.h>

#include "23-cuda-matmul/registers.h"
#include "23-cuda-matmul/sgemm.h"
#include "common/common.h"
#include "simt/simt.h"

struct rung {
    const char *name;
    sgemm_function *run;
    int BM, BN, BK;           // tile of a block; rungs 1 and 2 share nothing, their blocks are 32 x 32
    const char *header_says;  // the limiter that the file's header predicts
};

static const struct rung rungs[] = {
    {"1 naive", sgemm_01, 32, 32, 1, "L1 traffic"},
    {"2 coalesced", sgemm_02, 32, 32, 1, "loads"},
    {"3 shared tile", sgemm_03, 32, 32, 32, "shared memory"},
    {"4 column of 8", sgemm_04, 64, 64, 8, "shared memory"},
    {"5 square of 8 x 8", sgemm_05, 128, 128, 8, "instructions"},
    {"6 float4", sgemm_06, 128, 128, 8, "waiting"},
    {"7 warp tile", sgemm_07, 128, 128, 16, "waiting"},
    {"8 cp.async", sgemm_08, 128, 256, 16, "arithmetic"},
    {"9 persistent", sgemm_09, 128, 256, 16, "arithmetic"},
};
enum { RUNGS = COUNT(rungs) };

// What the simulator counted, for one multiply-add of a warp (32 lanes: 64 operations) unless said otherwise. C is left
// out.
struct counted {
    double bytes;                                   // of global memory, per operation
    double sectors_per_request, ideal_per_request;  // of global memory
    double wavefronts, shared_requests, conflicts;  // of shared memory; conflicts in all
    double global_requests, sectors;
    double worst_error;
};

// ---- one run --------------------------------------------------------------------------------------------------------
static void must(int error, const char *what) {
    if (error != cudaSuccess) die("%s: %s", what, cudaGetErrorString((cudaError_t)error));
}

struct operands {
    int M, N, K;
    float *A, *B, *C;                       // on the host
    float *device_A, *device_B, *device_C;  // and on the device
};

static float *device_matrix(const float *host, size_t count) {
    void *device = NULL;
    must(cudaMalloc(&device, count * sizeof *host), "memory for a matrix");
    must(cudaMemcpy(device, host, count * sizeof *host, cudaMemcpyHostToDevice), "copying a matrix");
    return device;
}

static struct operands operands_new(int M, int N, int K, int seed) {
    struct operands o = {.M = M, .N = N, .K = K};
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 23);
    o.A = alloc_floats((size_t)M * (size_t)K);
    o.B = alloc_floats((size_t)K * (size_t)N);
    o.C = alloc_floats((size_t)M * (size_t)N);
    for (int i = 0; i < M * K; i++) o.A[i] = rng_normal(&r);
    for (int i = 0; i < K * N; i++) o.B[i] = rng_normal(&r);
    for (int i = 0; i < M * N; i++) o.C[i] = NAN;
    o.device_A = device_matrix(o.A, (size_t)M * (size_t)K);
    o.device_B = device_matrix(o.B, (size_t)K * (size_t)N);
    o.device_C = device_matrix(o.C, (size_t)M * (size_t)N);
    return o;
}

static void operands_free(struct operands *o) {
    must(cudaFree(o->device_A), "cudaFree");
    must(cudaFree(o->device_B), "cudaFree");
    must(cudaFree(o->device_C), "cudaFree");
    free(o->A);
    free(o->B);
    free(o->C);
}

// The largest difference from sums in double; infinite if an element is not a number.
static double worst_error(const struct operands *o) {
    double worst = 0;
    double *sum = alloc_doubles((size_t)o->N);
    for (int i = 0; i < o->M; i++) {
        for (int j = 0; j < o->N; j++) sum[j] = 0;
        for (int k = 0; k < o->K; k++)
            for (int j = 0; j < o->N; j++) sum[j] += (double)o->A[i * o->K + k] * (double)o->B[k * o->N + j];
        for (int j = 0; j < o->N; j++) {
            double error = fabs((double)o->C[i * o->N + j] - sum[j]);
            worst = isnan(error) ? INFINITY : fmax(worst, error);
        }
    }
    free(sum);
    return worst;
}

static struct counted run_rung(const struct rung *r, struct operands *o) {
    size_t bytes = sizeof(float) * (size_t)o->M * (size_t)o->N;
    for (int i = 0; i < o->M * o->N; i++) o->C[i] = NAN;
    must(cudaMemcpy(o->device_C, o->C, bytes, cudaMemcpyHostToDevice), "poisoning C");
    r->run(o->device_C, o->device_A, o->device_B, o->M, o->N, o->K);
    must(cudaDeviceSynchronize(), r->name);
    must(cudaMemcpy(o->C, o->device_C, bytes, cudaMemcpyDeviceToHost), "fetching C");
    const struct simt_counters *c = &simt_launch(-1)->counters;
    double fmas = (double)o->M * o->N * o->K / 32;
    const struct simt_traffic *loads = &c->global[SIMT_LOAD], *reads = &c->shared[SIMT_LOAD],
                              *writes = &c->shared[SIMT_STORE];
    return (struct counted){
        .bytes = 32 * (double)loads->moved / (64 * fmas),
        .sectors_per_request = (double)loads->moved / (double)loads->requests,
        .ideal_per_request = (double)loads->ideal / (double)loads->requests,
        .wavefronts = (double)(reads->moved + writes->moved) / fmas,
        .shared_requests = (double)(reads->requests + writes->requests) / fmas,
        .conflicts = (double)(reads->moved + writes->moved) - (double)(reads->ideal + writes->ideal),
        .global_requests = (double)loads->requests / fmas,
        .sectors = (double)loads->moved / fmas,
        .worst_error = worst_error(o),
    };
}

static void count_ladder(struct counted counted[RUNGS], int seed, bool quick) {
    struct operands o = quick ? operands_new(128, 256, 32, seed) : operands_new(256, 512, 128, seed);
    printf("C = A B, %d x %d x %d, in the simulator\n", o.M, o.N, o.K);
    printf("  %-18s %10s %10s %16s %11s %11s %10s %8s\n", "", "bytes per", "operations", "sectors per", "wavefronts",
           "shared reads", "bank", "largest");
    printf("  %-18s %10s %10s %16s %11s %11s %10s %8s\n", "rung", "operation", "per byte", "request (ideal)", "per FMA",
           "+ writes/FMA", "conflicts", "error");
    struct progress p;
    progress_start(&p, "ladder", RUNGS, "rungs");
    for (int i = 0; i < RUNGS; i++) {
        struct counted c = counted[i] = run_rung(&rungs[i], &o);
        printf("  %-18s %10.4f %10.2f %9.2f (%4.1f) %11.3f %12.4f %10.0f %8.1e\n", rungs[i].name, c.bytes, 1 / c.bytes,
               c.sectors_per_request, c.ideal_per_request, c.wavefronts, c.shared_requests, c.conflicts, c.worst_error);
        fflush(stdout);
        progress_update(&p, i + 1, "%s", rungs[i].name);
    }
    progress_end(&p, "done");
    operands_free(&o);
}

// ---- what fits ------------------------------------------------------------------------------------------------------
static void show_occupancy(void) {
    printf(
        "\nwhat a multiprocessor of Hopper holds (registers: nvcc for sm_90, chapters/23-cuda-matmul/registers.md)\n");
    printf("  %-18s %8s %10s %14s %7s %12s  %s\n", "rung", "threads", "registers", "shared bytes", "blocks",
           "warps of 64", "limit");
    for (int i = 0; i < RUNGS; i++) {
        struct simt_occupancy o;
        simt_occupancy(&o, "sm_90", rung_size[i].threads, rung_size[i].registers, (size_t)rung_size[i].shared);
        int blocks = blocks_per_sm(rung_size[i].threads, rung_size[i].registers, rung_size[i].shared);
        printf("  %-18s %8d %10d %14d %7d %12d  %s\n", rungs[i].name, rung_size[i].threads, rung_size[i].registers,
               rung_size[i].shared, blocks, o.warps, o.limit);
    }
}

// ---- the simplest model ---------------------------------------------------------------------------------------------
// One multiprocessor of an H200, per cycle. 132 multiprocessors at 1.98 GHz give the 67 TFLOP/s of NVIDIA's data sheet.
//     arithmetic     4 multiply-adds of a warp (128 lanes)
//     instructions   4, one for each scheduler
//     shared memory  1 wavefront, of 32 banks of 4 bytes (CUDA C++ Programming Guide); L1 the same 128 bytes, 4 sectors
//                    ("Unexpected shared memory bank conflict", second post, NVIDIA's developer forum), but 1 request at
//                    most, for there are 32 load/store units (NVIDIA's H100 white paper)
//     L2             5120 bytes for all multiprocessors together: NVIDIA's A100 white paper; for Hopper it names no number
//     memory         4.8 TB/s (data sheet of the H200), if each matrix of 4096 x 4096 passes once
// A copy by cp.async counts as two instructions, a load and a store.
// Each unit needs some cycles for one multiply-add of a warp. The busiest one sets the pace, if nobody ever waits.
enum unit { ARITHMETIC, INSTRUCTIONS, SHARED, L1, L2, MEMORY, UNITS };
static const char *const unit_names[] = {"arithmetic", "instructions", "shared memory", "L1", "L2", "memory"};
static const double MULTIPROCESSORS = 132, CLOCK = 1.98e9, L2_BYTES = 5120, MEMORY_BYTES = 4.8e12;
enum { MODEL_SIDE = 4096 };

static double peak_tflops(void) {
    return MULTIPROCESSORS * 128 * 2 * CLOCK / 1e12;
}

struct prediction {
    double cycles[UNITS];
    enum unit limiter;
    double share;  // of the peak
};

// shared: the blocks keep their tiles in shared memory. If not (rungs 1 and 2), the model lets L1 catch what a block
// reads twice.
static struct prediction predict(const struct rung *r, const struct counted *c, bool shared) {
    double l2_bytes = 64 * (shared ? c->bytes : 1 / tile_intensity(r->BM, r->BN));
    double memory_bytes = 64 * 3 * 4.0 / (2.0 * MODEL_SIDE);
    struct prediction p = {.cycles = {
                               [ARITHMETIC] = 0.25,
                               [INSTRUCTIONS] = (1 + c->shared_requests + c->global_requests) / 4,
                               [SHARED] = c->wavefronts,
                               [L1] = fmax(c->global_requests, c->sectors / 4),
                               [L2] = l2_bytes / (L2_BYTES / MULTIPROCESSORS),
                               [MEMORY] = memory_bytes / (MEMORY_BYTES / CLOCK / MULTIPROCESSORS),
                           }};
    for (int u = 0; u < UNITS; u++)
        if (p.cycles[u] > p.cycles[p.limiter]) p.limiter = (enum unit)u;
    p.share = p.cycles[ARITHMETIC] / p.cycles[p.limiter];
    return p;
}

static void show_predictions(const char *out, const struct counted counted[RUNGS]) {
    struct csv_log log;
    csv_open(
        &log, out, "ladder.csv",
        "rung,name,bytes,intensity,sectors,ideal,wavefronts,requests,conflicts,arithmetic,instructions,shared,l1,l2,"
        "memory,share,tflops");
    printf(
        "\na prediction for one H200 at %d^3, from these counters (cycles per multiply-add of a warp; nobody ever "
        "waits)\n",
        MODEL_SIDE);
    printf("  %-18s", "rung");
    for (int u = 0; u < UNITS; u++) printf(" %13s", unit_names[u]);
    printf(" %14s %14s\n", "at most", "header says");
    for (int i = 0; i < RUNGS; i++) {
        const struct counted *c = &counted[i];
        struct prediction p = predict(&rungs[i], c, i >= 2);
        printf("  %-18s", rungs[i].name);
        for (int u = 0; u < UNITS; u++) printf(" %12.4f%s", p.cycles[u], u == (int)p.limiter ? "*" : " ");
        printf(" %6.1f%% of peak %14s\n", 100 * p.share, rungs[i].header_says);
        csv_row(&log, "%d,%s,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g", i + 1, rungs[i].name, c->bytes,
                1 / c->bytes, c->sectors_per_request, c->ideal_per_request, c->wavefronts, c->shared_requests,
                c->conflicts, p.cycles[ARITHMETIC], p.cycles[INSTRUCTIONS], p.cycles[SHARED], p.cycles[L1],
                p.cycles[L2], p.cycles[MEMORY], 100 * p.share, p.share * peak_tflops());
    }
    csv_close(&log);
    csv_open(&log, out, "roof.csv", "intensity,l1,l2,memory,peak");
    double l1 = 128 * MULTIPROCESSORS * CLOCK / 1e12, l2 = L2_BYTES * CLOCK / 1e12,
           memory = MEMORY_BYTES / 1e12;  // Tbyte/s
    for (double intensity = 1.0 / 32; intensity <= 128; intensity *= exp2(1.0 / 16))
        csv_row(&log, "%g,%g,%g,%g,%g", intensity, fmin(peak_tflops(), l1 * intensity),
                fmin(peak_tflops(), l2 * intensity), fmin(peak_tflops(), memory * intensity), peak_tflops());
    csv_close(&log);
}

// ---- figures --------------------------------------------------------------------------------------------------------
// Which lane of warp 0 of rung 7 owns each piece of 4 x 4.
static void write_owners(const char *out) {
    struct csv_log log;
    csv_open(&log, out, "owners.csv", "row,column,lane");
    for (int lane = 0; lane < 32; lane++)
        for (int i = 0; i < 8; i += 4)
            for (int j = 0; j < 8; j += 4) {
                struct element e = element_07(lane, i, j);
                csv_row(&log, "%d,%d,%d", e.row, e.column, lane);
            }
    csv_close(&log);
    csv_open(&log, out, "order.csv", "row,column,tile,grouped");
    enum { ROWS = 8, COLUMNS = 8, GROUP = 4 };
    for (int tile = 0; tile < ROWS * COLUMNS; tile++) {
        struct element e = tile_order(tile, ROWS, COLUMNS, GROUP);
        csv_row(&log, "%d,%d,%d,%d", e.row, e.column, e.row * COLUMNS + e.column, tile);
    }
    csv_close(&log);
}

// Two tiles of four steps each on one multiprocessor, in cycles. A copy takes LATENCY until it has landed (assumed, for
// the picture); a step's arithmetic and the stores of C take what the peak and 128 bytes a cycle allow.
struct timeline {
    struct csv_log *log;
    int rung;
    double compute, store;  // cycles
    int stages;             // buffers; 1: copy, then compute
    bool persistent;
};

static double draw_timeline(struct timeline t) {
    enum { TILES = 2, STEPS = 4, LATENCY = 1000 };
    double now = 0, begin = 0, started[TILES * STEPS];
    for (int n = 0; n < TILES * STEPS; n++) {
        int into = t.persistent ? n : n % STEPS, ahead = t.stages - 1;  // steps since the pipeline began
        if (into == 0) begin = now;
        double asked = ahead == 0 ? now : into < ahead ? begin : started[n - ahead];
        started[n] = fmax(now, asked + LATENCY);
        now = started[n] + t.compute;
        csv_row(t.log, "%d,copy,%d,%g,%g", t.rung, n, asked, asked + LATENCY);
        csv_row(t.log, "%d,multiply,%d,%g,%g", t.rung, n, started[n], now);
        if (n % STEPS < STEPS - 1) continue;
        csv_row(t.log, "%d,store,%d,%g,%g", t.rung, n, now, now + t.store);
        now += t.store;
    }
    return TILES * STEPS * t.compute / now;
}

static void write_pipeline(const char *out) {
    struct csv_log log;
    csv_open(&log, out, "pipeline.csv", "rung,what,step,begin,end");
    printf("\ntwo tiles of 4 steps (K = 64) on one multiprocessor, one block at a time, if a copy takes 1000 cycles\n");
    for (int i = 6; i < RUNGS; i++) {
        const struct rung *r = &rungs[i];
        double tile = (double)r->BM * r->BN;
        double busy =
            draw_timeline((struct timeline){&log, i + 1, tile * r->BK / 128, 4 * tile / 128, i == 6 ? 1 : 4, i == 8});
        printf("  %-18s multiplies %4.1f%% of the time\n", r->name, 100 * busy);
    }
    csv_close(&log);
}

int main(int argc, char **argv) {
    const char *out = "build/lab/23-cuda-matmul";
    int seed = 1;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the figures' data"),
        flag_int("seed", &seed, 0, 1000000, "seed of the random matrices"),
        flag_switch("quick", &quick, "a small product, for a check"),
    };
    flags_parse(argc, argv, "Matrix multiplication on a GPU, rung by rung, in the simulator.", NULL, flags,
                COUNT(flags));
    struct counted counted[RUNGS];
    count_ladder(counted, seed, quick);
    show_occupancy();
    show_predictions(out, counted);
    write_owners(out);
    write_pipeline(out);
    return 0;
}
