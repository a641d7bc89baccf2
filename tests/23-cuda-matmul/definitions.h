// Chapter 23, matrix multiplication on a GPU. Expected values: the definition in double, the chapter's examples worked by
// hand. Matrices are N(0,1) and not square, C is poisoned. The simulator must find nothing. Points for speed are ratios on shapes of
// whole tiles: sectors per request, bytes per operation, wavefronts and requests per multiply-add; never times or totals.
// This file has what the tests of the rungs share.
#pragma once
#include "23-cuda-matmul/sgemm.h"
#include "gpu/gpu.h"

struct rung {
    int number;
    const char *name;
    sgemm_function *run;
    int BM, BN, BK;  // what the chapter gives it as tile of a block and step along k
    bool swizzled;   // rung 7
};

// A product whose C is to be checked.
struct product {
    int M, N, K;
    const float *A, *B;  // on the host
};

static inline struct product random_product(int M, int N, int K) {
    return (struct product){M, N, K, grade_floats(M * K), grade_floats(K * N)};
}

// Terms k0 <= k < k1 of every sum.
static inline double *terms(const struct product *p, int k0, int k1) {
    double *sums = grade_doubles(p->M * p->N);
    for (int i = 0; i < p->M; i++)
        for (int k = k0; k < k1; k++)
            for (int j = 0; j < p->N; j++)
                sums[i * p->N + j] += (double)p->A[i * p->K + k] * (double)p->B[k * p->N + j];
    return sums;
}

// Of square matrices: A or B or both read by columns, or exchanged.
static inline double *square_product(const struct product *p, bool exchange, bool turn_a, bool turn_b) {
    const float *A = exchange ? p->B : p->A, *B = exchange ? p->A : p->B;
    int n = p->N;
    double *sums = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                sums[i * n + j] +=
                    (double)A[turn_a ? k * n + i : i * n + k] * (double)B[turn_b ? j * n + k : k * n + j];
    return sums;
}

static inline void suspect_square(const struct product *p) {
    suspect("this is A times the transpose of B", square_product(p, false, false, true));
    suspect("this is the transpose of A times B", square_product(p, false, true, false));
    suspect("this is B A, not A B", square_product(p, true, false, false));
}

// Rung 7's As read without the swizzle that it was written with: row r of a tile of A has become row r ^ (k % 16 / 4 * 8).
static inline double *unswizzled(const struct product *p) {
    double *sums = grade_doubles(p->M * p->N);
    for (int i = 0; i < p->M; i++)
        for (int k = 0; k < p->K; k++) {
            int row = i ^ (k % 16 / 4 * 8);
            for (int j = 0; j < p->N && row < p->M; j++)
                sums[i * p->N + j] += (double)p->A[row * p->K + k] * (double)p->B[k * p->N + j];
        }
    return sums;
}

static inline void suspect_steps(const struct rung *r, const struct product *p) {
    int whole = p->K / r->BK * r->BK, last = (p->K - 1) / r->BK * r->BK;
    if (whole > 0 && whole < p->K)
        suspect("the last step of k, which is not a whole tile, is left out", terms(p, 0, whole));
    if (whole == 0) suspect("k is shorter than a tile, and its only step is left out", terms(p, 0, 0));
    if (last > 0 && last != whole) suspect("the last step of k is left out", terms(p, 0, last));
    if (p->K > r->BK) suspect("only the first step of k is in the sum", terms(p, 0, r->BK));
    if (p->K > r->BK) suspect("the first step of k is left out", terms(p, r->BK, p->K));
    if (p->K > 1) suspect("only the last k of all is in the sum: = where += is meant", terms(p, p->K - 1, p->K));
}

// With rows of A taken a_row floats apart and rows of B b_row apart; NULL if that leaves the matrices.
static inline double *misread(const struct product *p, int a_row, int b_row) {
    if ((p->M - 1) * a_row > (p->M - 1) * p->K || (p->K - 1) * b_row > (p->K - 1) * p->N) return NULL;
    double *sums = grade_doubles(p->M * p->N);
    for (int i = 0; i < p->M; i++)
        for (int k = 0; k < p->K; k++)
            for (int j = 0; j < p->N; j++)
                sums[i * p->N + j] += (double)p->A[i * a_row + k] * (double)p->B[k * b_row + j];
    return sums;
}

static inline void suspect_rows(const struct product *p) {
    const struct {
        int a_row, b_row;
        const char *why;
    } cases[] = {
        {p->N, p->N, "rows of A are taken N floats apart, they lie K apart: A[row * K + k]"},
        {p->M, p->N, "rows of A are taken M floats apart, they lie K apart: A[row * K + k]"},
        {p->K, p->K, "rows of B are taken K floats apart, they lie N apart: B[k * N + column]"},
        {p->K, p->M, "rows of B are taken M floats apart, they lie N apart: B[k * N + column]"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        if (cases[i].a_row == p->K && cases[i].b_row == p->N) continue;
        double *sums = misread(p, cases[i].a_row, cases[i].b_row);
        if (sums) suspect(cases[i].why, sums);
    }
}

// Every rung is a kernel of its own: no line of another rung's file has moved anything.
static inline void grade_own(const struct rung *r, const char *what) {
    static const char *const files[] = {"01_naive.cu",       "02_coalesced.cu",   "03_shared_tile.cu",
                                        "04_register_1d.cu", "05_register_2d.cu", "06_vectorised.cu",
                                        "07_warp_tile.cu",   "08_async.cu",       "09_persistent.cu"};
    const struct simt_line *lines;
    for (int launch = 0; launch < simt_launch_count(); launch++) {
        int count = simt_lines(launch, &lines);
        for (int i = 0; i < count; i++)
            for (int f = 0; f < COUNT(files); f++)
                grade_true(
                    f == r->number - 1 || !strstr(lines[i].place.file, files[f]),
                    "%s: the work is done by the kernel of %s; each rung is a kernel of its own, in its own file", what,
                    files[f]);
    }
}

// Runs the rung on M x N x K; `shift` floats (0 to 3) stand before A on the device, so that it may begin at no multiple of 16.
static inline void grade_product(const struct rung *r, int M, int N, int K, int shift) {
    struct product p = random_product(M, N, K);
    float *shifted = grade_floats(M * K + shift);
    memcpy(shifted + shift, p.A, sizeof(float) * (size_t)(M * K));
    const float *A = gpu_copy(shifted, M * K + shift) + shift, *B = gpu_copy(p.B, K * N);
    float *C = gpu_output(M * N);
    char what[200];
    snprintf(what, sizeof what, "%s, M %d, N %d, K %d", r->name, M, N, K);
    if (shift) snprintf(what, sizeof what, "%s, M %d, N %d, K %d, A at no multiple of 16 bytes", r->name, M, N, K);
    r->run(C, A, B, M, N, K);
    gpu_launched(what);
    const float *got = gpu_fetch(C, M * N);
    gpu_clean();  // was all of C written?
    grade_own(r, what);
    if (M == N && N == K) suspect_square(&p);
    suspect_steps(r, &p);
    suspect_rows(&p);
    suspect_factor("every product is added twice", 2);
    if (r->swizzled)
        suspect("As is written swizzled and read plainly, or the other way round: read As[k][swizzled(k, row)]",
                unswizzled(&p));
    strcat(what, ": C");
    grade_array(what, got, terms(&p, 0, K), AXES("ij", M, N), 1e-4);
    const float *a = gpu_fetch(A, M * K), *b = gpu_fetch(B, K * N);
    for (int i = 0; i < M * K; i++) grade_true(a[i] == p.A[i], "%s: A was changed, at (i=%d,k=%d)", what, i / K, i % K);
    for (int i = 0; i < K * N; i++) grade_true(b[i] == p.B[i], "%s: B was changed, at (k=%d,j=%d)", what, i / N, i % N);
    gpu_forget();
}

// What every rung must get right. M, N and K that are whole tiles, then each of them not, then everything odd.
static inline void grade_results(const struct rung *r) {
    int BM = r->BM, BN = r->BN, BK = r->BK;
    grade_product(r, 48, 48, 48, 0);  // square: transposed operands are named
    grade_product(r, BM, BN, 2 * BK, 0);
    grade_product(r, BM + 4 * grade_int(1, 3), BN, BK, 0);
    grade_product(r, BM, BN + 4 * grade_int(1, 3), BK, 0);
    grade_product(r, BM, BN, 2 * BK + 4, 0);
    grade_product(r, 1, 1, 1, 0);
    grade_product(r, 33, 65, 17, 0);
    grade_product(r, grade_int(5, 8), grade_int(9, 12), grade_int(2, 3), 0);
    grade_product(r, BM + grade_int(1, 7), 3, BK + grade_int(1, 3), 0);
    grade_product(r, 3, BN + grade_int(1, 7), BK + grade_int(1, 3), 0);
    grade_product(r, BM + grade_int(1, 9), BN + grade_int(1, 9), 2 * BK + grade_int(1, 3), 0);
    grade_product(r, 8, 20, 12, 1);
}

// ---- ratios ---------------------------------------------------------------------------------------------------------
// What a rung may cost at most, on a shape of whole tiles. 0: not asked.
struct limits {
    double wavefronts;  // of shared memory, per multiply-add of a warp (32 lanes), loads and stores
    double reads;       // load requests to shared memory per multiply-add of a warp
    double barriers;    // per step of k and block
    int buffers;        // of each tile; 0: one
    bool wide;          // global memory moves 16 bytes per lane
};

// Runs the rung on `rows` x `columns` tiles and `steps` steps; the counters of this launch alone. C is not looked at.
static inline struct simt_counters count_launch(const struct rung *r, int rows, int columns, int steps) {
    int M = rows * r->BM, N = columns * r->BN, K = steps * r->BK;
    const float *A = gpu_copy(grade_floats(M * K), M * K), *B = gpu_copy(grade_floats(K * N), K * N);
    float *C = gpu_output(M * N);
    gpu_forget();
    r->run(C, A, B, M, N, K);
    gpu_launched(r->name);
    return gpu_counters();
}

// The limits are those of the chapter's tiles. Tiles of half the side, or steps of half the length, are right, too: they may
// load up to twice as much, and meet at a barrier up to twice as often.
static inline double clamped(double x) {
    return x < 1 ? 1 : x > 2 ? 2 : x;
}

// How many times smaller than the chapter's a tile's side is.
static inline double smaller_side(const struct simt_launch *launch, int tiles) {
    return clamped(sqrt((double)launch->grid[0] * launch->grid[1] * launch->grid[2] / tiles));
}

// How many times shorter a step of k is, if shared memory holds `buffers` tiles of A and of B.
static inline double shorter_step(const struct rung *r, const struct simt_launch *launch, double side, int buffers) {
    double bytes = (double)launch->static_shared + (double)launch->dynamic_shared;
    return clamped(4.0 * buffers * r->BK * (r->BM + r->BN) / side / bytes);
}

static inline void grade_traffic(const struct rung *r, struct limits most) {
    const int rows = 2, columns = 2, steps = 4;
    struct simt_counters c = count_launch(r, rows, columns, steps);
    double M = rows * r->BM, N = columns * r->BN, K = steps * r->BK, fmas = M * N * K / 32;
    char what[300];
    snprintf(what, sizeof what, "%s, %.0f x %.0f x %.0f", r->name, M, N, K);
    grade_own(r, what);
    double side = smaller_side(simt_launch(-1), rows * columns);
    static const char *const names[] = {"loads from", "stores to"};
    for (int d = 0; d < 2 && most.wide; d++) {
        double bytes = (double)c.global[d].bytes / (double)c.global[d].lanes;
        grade_true(bytes > 15.9, "%s: %s global memory move %.1f bytes per lane, a float4 moves 16", what, names[d],
                   bytes);
    }
    double written = 32 * (double)c.global[SIMT_STORE].moved / (4 * M * N);
    grade_true(written < 1.01 || c.global[SIMT_STORE].moved > c.global[SIMT_STORE].ideal,
               "%s: C is written %.2f times over; keep the sum in a register until it is complete", what, written);
    gpu_coalesced(what, 1.01);
    double loaded = 32 * (double)c.global[SIMT_LOAD].moved / (2 * M * N * K);
    double needed = side * (2 / (double)r->BM + 2 / (double)r->BN);
    grade_true(
        loaded <= 1.05 * needed,
        "%s: %.3f bytes of global memory are loaded per operation; tiles of %.0f x %.0f, each element of which a block "
        "loads once, need %.3f: is anything read from global memory inside the loop over k, or loaded by two threads?",
        what, loaded, r->BM / side, r->BN / side, needed);
    if (most.wavefronts > 0) gpu_conflict_free(what, 1.02);
    struct simt_traffic shared = gpu_both(c.shared);
    double wavefronts = (double)shared.moved / fmas, reads = (double)c.shared[SIMT_LOAD].requests / fmas;
    grade_true(most.reads == 0 || reads <= most.reads,
               "%s: %.3f reads of shared memory per multiply-add of a warp, %.3f are enough: read what a thread needs "
               "for one k "
               "into registers, four floats at a time where the rung has float4, and use each of them for all results",
               what, reads, most.reads);
    grade_true(most.wavefronts == 0 || wavefronts <= most.wavefronts,
               "%s: %.3f wavefronts of shared memory per multiply-add of a warp, %.3f are enough", what, wavefronts,
               most.wavefronts);
    double shorter = shorter_step(r, simt_launch(-1), side, most.buffers ? most.buffers : 1);
    double barriers = (double)c.barriers / (rows * columns * side * side * steps * shorter);
    grade_true(most.barriers == 0 || barriers <= 1.05 * most.barriers,
               "%s: a block passes %.2f barriers for each step of k; %.2f are enough", what, barriers, most.barriers);
}
