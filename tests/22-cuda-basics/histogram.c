// Tests of histogram.cu.
#include <stdlib.h>

#include "22-cuda-basics/definitions.h"

// n bytes from low..high, each half as likely to be drawn again at `low`: threads meet at one counter.
static unsigned char *random_bytes(int n, int low, int high) {
    const int *values = grade_ints(n, low, high);
    unsigned char *bytes = alloc_zeroed((size_t)n, 1);
    for (int i = 0; i < n; i++) bytes[i] = (unsigned char)(i % 3 == 0 ? low : values[i]);
    return bytes;
}

static void grade_counts(const char *name, int n, int low, int high, int blocks) {
    unsigned char *bytes = random_bytes(n, low, high), *in = NULL;
    int want[BINS] = {0}, no_loop[BINS] = {0};
    for (int i = 0; i < n; i++) {
        want[bytes[i]]++;
        no_loop[bytes[i]] += i < blocks * THREADS;
    }
    cudaMalloc((void **)&in, (size_t)n);
    cudaMemcpy(in, bytes, (size_t)n, cudaMemcpyHostToDevice);
    free(bytes);
    int *counts = gpu_copy_ints(grade_ints(BINS, 5, 99), BINS);  // what was there must not matter
    if (blocks) histogram_shared(counts, in, n, blocks);
    else histogram_global(counts, in, n);
    no_races();
    gpu_launched(name);
    const int *got = gpu_fetch_ints(counts, BINS);
    char what[100];
    snprintf(what, sizeof what, "%s, n = %d: counts", name, n);
    if (blocks) snprintf(what, sizeof what, "%s, n = %d, %d blocks: counts", name, n, blocks);
    bool unlooped = blocks * THREADS < n && memcmp(got, no_loop, sizeof no_loop) == 0;
    grade_true(!blocks || !unlooped,
               "%s\nlooks like: each thread counts one element; the loop over the rest of them is missing", what);
    long sum = 0;
    for (int v = 0; v < BINS; v++) sum += got[v];
    grade_true(sum == n, "%s: they add up to %ld, not to %d", what, sum, n);
    grade_ints_equal(what, got, want, AXES("v", BINS));
}

EXERCISE(histogram_global, .number = "22.12", .points = 3) {
    grade_counts("histogram_global", grade_int(600, 700), 0, 255, 0);
    grade_counts("histogram_global", grade_int(3000, 4000), 97, 122, 0);
    grade_counts("histogram_global", THREADS, 255, 255, 0);  // all the same
    grade_counts("histogram_global", 1, 0, 255, 0);
    gpu_forget();
    grade_counts("histogram_global", 64 * THREADS, 0, 255, 0);
    double atomics = global_atomics() / (64 * THREADS);
    grade_true(
        fabs(atomics - 1) < 0.001,
        "histogram_global: %.2f atomics on global memory for each element; let each thread count one element, by "
        "one atomicAdd",
        atomics);
    lanes_together("histogram_global");
}

EXERCISE(histogram_shared, .number = "22.13", .points = 4) {
    grade_counts("histogram_shared", grade_int(3000, 4000), 0, 255, 3);
    grade_counts("histogram_shared", grade_int(3000, 4000), 97, 122, 4);
    grade_counts("histogram_shared", THREADS, 255, 255, 1);
    grade_counts("histogram_shared", 100, 0, 255, 2);  // a block with nothing to count
    grade_counts("histogram_shared", 1, 0, 255, 1);
    grade_counts("histogram_shared", grade_int(20000, 30000), 32, 126, 8);
}

EXERCISE(histogram_shared_atomics, .number = "22.13", .points = 3, .needs = "histogram_shared") {
    enum { BLOCKS = 4, N = 64 * THREADS * BLOCKS };
    grade_counts("histogram_shared", N, 0, 255, BLOCKS);
    double atomics = global_atomics(), reads = reads_per_element(N), requests = shared_requests_per_block(BLOCKS);
    grade_true(atomics <= BINS * BLOCKS,
               "histogram_shared: %.2f atomics on global memory for each element, where %.3f would do: count in shared "
               "memory, and add each counter once for each block",
               atomics / N, (double)BINS * BLOCKS / N);
    lanes_together("histogram_shared");
    grade_true(atomics >= 0.9 * BINS * BLOCKS,
               "histogram_shared: %.0f atomics on global memory; %d blocks with %d counters each should make %d: does "
               "every block count its share?",
               atomics, BLOCKS, BINS, BINS * BLOCKS);
    grade_true(requests <= 700,
               "histogram_shared: the warps of a block make %.0f requests to shared memory, where 536 would do: each "
               "thread should clear one counter, count its elements, and add one counter at the end",
               requests);
    grade_true(reads <= 1.01 + (double)BINS * BLOCKS / N,
               "histogram_shared reads each element %.1f times; once is enough", reads);
    struct simt_traffic loads = gpu_counters().global[SIMT_LOAD];
    grade_true(
        (double)loads.moved <= 1.05 * (double)loads.ideal + 0.05 * (double)loads.requests,
        "histogram_shared: %.1f sectors for each load request of a warp, where %.1f would do: neighbouring threads "
        "should read neighbouring elements",
        gpu_moved_per_request(loads), gpu_ideal_per_request(loads));
}
