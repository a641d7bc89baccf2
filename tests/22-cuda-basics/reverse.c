// Tests of reverse.cu.
#include "22-cuda-basics/definitions.h"

static void grade_reverse(const float *x, int n) {
    double *want = grade_doubles(n), *whole = grade_doubles(n), *same = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        int first = i / THREADS * THREADS, count = n - first < THREADS ? n - first : THREADS;
        want[i] = (double)x[first + count - 1 - (i - first)];
        whole[i] = (double)x[n - 1 - i];
        same[i] = (double)x[i];
    }
    float *device = gpu_copy(x, n);
    reverse_blocks(device, n);
    char what[60];
    snprintf(what, sizeof what, "reverse_blocks, n = %d: x", n);
    float *got = fetched("reverse_blocks", device, n);
    if (n > THREADS) suspect("all of x is reversed; each run of THREADS elements is to be, by itself", whole);
    if (n > 1) suspect("nothing is reversed", same);
    grade_array(what, got, want, AXES("i", n), 0);
}

EXERCISE(reverse_blocks, .number = "22.3", .points = 4) {
    grade_reverse(one_to(THREADS), THREADS);  // section 22.4
    grade_reverse(grade_floats(2 * THREADS), 2 * THREADS);
    grade_reverse(one_to(6), 6);
    const int sizes[] = {1, THREADS - 1, THREADS, THREADS + 1, grade_int(1000, 2000)};
    for (int s = 0; s < COUNT(sizes); s++) grade_reverse(grade_floats(sizes[s]), sizes[s]);
    gpu_forget();
    grade_reverse(grade_floats(16 * THREADS), 16 * THREADS);
    gpu_coalesced("reverse_blocks", 1.05);
    lanes_together("reverse_blocks");
    double reads = reads_per_element(16 * THREADS), barriers = barriers_per_block();
    grade_true(reads <= 1.01, "reverse_blocks reads each element %.1f times from global memory; once is enough", reads);
    grade_true(
        gpu_both(gpu_counters().shared).requests > 0 && barriers > 0,
        "reverse_blocks is right, but its threads exchange nothing through shared memory, with a barrier: that is "
        "what this exercise is about");
    grade_true(barriers <= 1, "reverse_blocks has %.1f barriers in each block; one is enough", barriers);
}
