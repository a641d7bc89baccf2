// Chapter 24, tensor cores. Expected values: the definition in double of numbers that were rounded to bfloat16 before, the
// chapter's examples worked by hand, and what the instructions do with data whose numbers say where they are (probes.h). Matrices
// are N(0,1) and not square, C is poisoned. The simulator must find nothing. Points for speed are counts on shapes of whole tiles:
// operations of tensor cores, bytes that TMA brings, conflicts in shared memory; never times.
// This file has what the tests of the rungs share; products.h what is to come out.
#pragma once
#include "24-tensor-cores/probes.h"
#include "24-tensor-cores/products.h"
#include "gpu/gpu.h"

// Every rung is a kernel of its own: no other kernel has worked.
static inline void grade_own(const struct rung *r, const char *what) {
    for (int launch = 0; launch < simt_launch_count(); launch++)
        grade_true(strcmp(simt_launch(launch)->kernel, r->kernel) == 0,
                   "%s: the work is done by the kernel %s; each rung is a kernel of its own, and this one's is %s",
                   what, simt_launch(launch)->kernel, r->kernel);
}

// Runs the rung on fresh matrices of M x N x K, and compares.
static inline void grade_product(const struct rung *r, int M, int N, int K) {
    struct product p = random_product(M, N, K);
    const uint16_t *A = gpu_copy_bf16(p.A, M * K), *B = gpu_copy_bf16(p.B, N * K);
    uint16_t *C = (uint16_t *)gpu_output(M * N / 2);
    char what[200];
    snprintf(what, sizeof what, "%s, M %d, N %d, K %d", r->name, M, N, K);
    r->run(C, A, B, M, N, K);
    gpu_launched(what);
    const uint16_t *bits = gpu_fetch_bf16(C, M * N);
    gpu_clean();  // was all of C written?
    grade_own(r, what);
    float *got = grade_output(M * N);
    for (int i = 0; i < M * N; i++) got[i] = (float)from_bf16(bits[i]);
    if (M == N && N == K) suspect_square(&p);
    suspect_steps(r, &p);
    suspect_factor("every product is added twice", 2);
    strcat(what, ": C");
    grade_array(what, got, weighed(&p, always, 0), AXES("ij", M, N), 1.0 / 200);
    const uint16_t *a = gpu_fetch_bf16(A, M * K), *b = gpu_fetch_bf16(B, N * K);
    for (int i = 0; i < M * K; i++) grade_true(a[i] == p.A[i], "%s: A was changed, at (i=%d,k=%d)", what, i / K, i % K);
    for (int i = 0; i < N * K; i++) grade_true(b[i] == p.B[i], "%s: B was changed, at (j=%d,k=%d)", what, i / K, i % K);
    gpu_forget();
}

// What every rung must get right: one whole tile and several steps, then M, N and K that are not whole tiles, then small ones.
static inline void grade_results(const struct rung *r) {
    grade_product(r, 64, 64, 64);  // square: exchanged operands are named
    grade_product(r, r->BM, r->BN, 3 * r->BK);
    grade_product(r, 1, 8, 8);
    grade_product(r, r->BM + grade_int(1, r->BM - 1), 8 * grade_int(1, 7), r->BK + 8 * grade_int(1, 7));
    grade_product(r, grade_int(2, r->BM - 1), r->BN + 8 * grade_int(1, 7), 8 * grade_int(9, 15));
}

// ---- counts -----------------------------------------------------------------------------------------------------------
// Runs the rung on `rows` x `columns` tiles and `steps` steps; the counters of this launch alone. C is not looked at.
static inline struct simt_counters count_launch(const struct rung *r, int rows, int columns, int steps) {
    int M = rows * r->BM, N = columns * r->BN, K = steps * r->BK;
    const uint16_t *A = gpu_copy_bf16(random_bf16(M * K), M * K), *B = gpu_copy_bf16(random_bf16(N * K), N * K);
    uint16_t *C = (uint16_t *)gpu_output(M * N / 2);
    gpu_forget();
    r->run(C, A, B, M, N, K);
    gpu_launched(r->name);
    struct simt_counters c = gpu_counters();
    double operations = 2.0 * M * N * K;
    grade_true((double)c.tensor_flops >= operations,
               "%s: the tensor cores do %.0f operations of %.0f; no multiplication of A and B is left to other units",
               r->name, (double)c.tensor_flops, operations);
    grade_true((double)c.tensor_flops <= 1.01 * operations,
               "%s: the tensor cores do %.2f times the operations that a product of %d x %d x %d needs; is anything "
               "multiplied "
               "twice?",
               r->name, (double)c.tensor_flops / operations, M, N, K);
    grade_true((double)c.flops <= 0.01 * operations,
               "%s: %.0f additions and multiplications by ordinary arithmetic; sums are what the tensor cores make",
               r->name, (double)c.flops);
    return c;
}

// Rungs 10 and 11: what warps read of the tiles in shared memory: for 64 x 64 sums and 16 k, 64 rows of A and of B.
// more: bytes for C.
static inline void grade_fragments(const struct rung *r, const struct simt_counters *c, double products, double more) {
    double bytes = products / (64 * 64 * 16) * (64 + 64) * 16 * sizeof(uint16_t) + more;
    struct simt_traffic read = c->shared[SIMT_LOAD];
    grade_true((double)read.bytes <= 1.05 * bytes,
               "%s: warps read %.2f times the bytes of their fragments from shared memory; for each 16 k a warp reads "
               "its 64 rows of A and of B once, and makes all its products of them",
               r->name, (double)read.bytes / bytes);
}

// Rungs 10 and 11: threads load A and B. A block loads its tiles once. bytes_for_c: read from shared memory, for a number of C.
static inline void grade_loads(const struct rung *r, double bytes_for_c) {
    const int rows = 2, columns = 1, steps = 6;
    struct simt_counters c = count_launch(r, rows, columns, steps);
    double M = rows * r->BM, N = columns * r->BN, K = steps * r->BK;
    double needed = 2 * (M * N / r->BN * K + M / r->BM * N * K), loaded = 32.0 * (double)c.global[SIMT_LOAD].moved;
    grade_true((double)c.global[SIMT_LOAD].moved <= 1.01 * (double)c.global[SIMT_LOAD].ideal,
               "%s: %.1f sectors of 32 bytes for each load of a warp from global memory, where %.1f would do: "
               "neighbouring threads "
               "should read neighbouring pieces of 16 bytes",
               r->name, gpu_moved_per_request(c.global[SIMT_LOAD]), gpu_ideal_per_request(c.global[SIMT_LOAD]));
    grade_true(loaded <= 1.02 * needed,
               "%s: %.0f bytes are loaded from global memory, the blocks' tiles are %.0f: is anything loaded "
               "twice?",
               r->name, loaded, needed);
    grade_fragments(r, &c, M * N * K, bytes_for_c * M * N);
}

// Rungs from 12 on: TMA brings A and B, whole tiles and no byte twice, and wgmma multiplies. copies: blocks that share a tile of B.
static inline struct simt_counters grade_tma(const struct rung *r, int rows, int columns, int steps, int share) {
    struct simt_counters c = count_launch(r, rows, columns, steps);
    double K = steps * r->BK, tiles = (double)rows * columns, needed = 2 * tiles * K * (r->BM + (double)r->BN / share);
    grade_true(c.wgmmas > 0, "%s: no wgmma was executed", r->name);
    grade_true(c.tma_loads > 0, "%s: nothing was loaded by TMA", r->name);
    grade_true(c.global[SIMT_LOAD].bytes == 0,
               "%s: threads load %lu bytes of global memory themselves; A and B come by TMA", r->name,
               (unsigned long)c.global[SIMT_LOAD].bytes);
    grade_true(
        (double)c.tma_read <= 1.01 * needed, "%s: TMA reads %lu bytes of A and B, %.0f are enough%s", r->name,
        (unsigned long)c.tma_read, needed,
        share > 1
            ? ": the blocks of a cluster have the same tile of B, and each loads half of it for all (or one loads "
              "it): tma_multicast_2d"
            : ": is anything loaded twice?");
    grade_true((double)c.tma_read >= 0.99 * needed,
               "%s: TMA reads %lu bytes of A and B, but tiles of %d x %d need %.0f", r->name, (unsigned long)c.tma_read,
               r->BM, r->BN, needed);
    return c;
}
