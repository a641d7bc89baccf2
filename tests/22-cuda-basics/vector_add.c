// Tests of vector_add.cu and saxpy.cu.
#include "22-cuda-basics/definitions.h"

static void grade_vector_add(int n) {
    const float *a = grade_floats(n), *b = grade_floats(n);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = (double)a[i] + (double)b[i];
    float *out = gpu_output(n);
    gpu_forget();
    vector_add(out, gpu_copy(a, n), gpu_copy(b, n), n);
    char what[60];
    snprintf(what, sizeof what, "vector_add, n = %d: out", n);
    const float *got = fetched("vector_add", out, n);
    double reads = read_per_element(n, sizeof *a);
    grade_true(reads <= 2.01,
               "vector_add, n = %d: %.2f numbers are read for each sum; it has two: a thread adds one pair", n, reads);
    grade_array(what, got, want, AXES("i", n), 1e-6);
    grade_true(reads >= 1.99, "vector_add, n = %d: the kernel reads %.2f numbers for each sum; it has two", n, reads);
    const struct simt_launch *launch = simt_launch(-1);
    double threads = (double)launch->grid[0] * launch->block[0];
    grade_true(4 * threads >= n, "vector_add, n = %d: %.0f threads were launched: there should be one for each element",
               n, threads);
    grade_true(
        launch->block[0] % LANES == 0,
        "vector_add, n = %d: launched as <<<%u, %u>>>: the number of blocks comes first, then the threads of each, "
        "here THREADS",
        n, launch->grid[0], launch->block[0]);
}

EXERCISE(vector_add, .number = "22.1", .points = 4) {
    grade_vector_add(1000);  // section 22.1: three blocks that are full, and one that is not
    grade_vector_add(grade_int(600, 700));
    grade_vector_add(2 * THREADS);
    grade_vector_add(2 * THREADS + 1);
    grade_vector_add(grade_int(33000, 40000));
    grade_vector_add(1);
    grade_vector_add(32 * THREADS);
    gpu_coalesced("vector_add", 1.05);
    lanes_together("vector_add");
}

static void grade_saxpy(int n, int blocks, int threads) {
    float a = (float)grade_int(2, 9) / 4, *x = grade_floats(n), *y = grade_floats(n);
    double *want = grade_doubles(n), *no_y = grade_doubles(n), *no_loop = grade_doubles(n), *once = grade_doubles(n);
    double *a_on_y = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        no_y[i] = (double)a * (double)x[i];
        want[i] = no_y[i] + (double)y[i];
        no_loop[i] = i < blocks * threads ? want[i] : (double)y[i];
        once[i] = i < threads ? want[i] : (double)y[i];
        a_on_y[i] = (double)x[i] + (double)a * (double)y[i];
    }
    float *device = gpu_copy(y, n);
    saxpy(device, a, gpu_copy(x, n), n, blocks, threads);
    char what[90];
    snprintf(what, sizeof what, "saxpy, n = %d, %d blocks of %d threads: y", n, blocks, threads);
    suspect("y is not added", no_y);
    suspect("y is multiplied by a; x is to be", a_on_y);
    if (blocks * threads < n) {
        suspect("each thread takes one element; the loop over the rest of them is missing", no_loop);
        suspect("only the first block's threads found their elements", once);
    }
    const float *got = fetched("saxpy", device, n);
    const struct simt_launch *launch = simt_launch(-1);
    grade_true(launch->grid[0] == (unsigned)blocks && launch->block[0] == (unsigned)threads,
               "saxpy was to launch %d blocks of %d threads, not %u of %u: the loop makes any grid do", blocks, threads,
               launch->grid[0], launch->block[0]);
    grade_array(what, got, want, AXES("i", n), 1e-5);
}

EXERCISE(saxpy, .number = "22.2", .points = 3) {
    grade_saxpy(1000, 3, 64);
    grade_saxpy(grade_int(700, 900), 2, grade_int(33, 95));
    grade_saxpy(grade_int(1000, 2000), 1, 1);
    grade_saxpy(100, 8, 256);  // more threads than elements
    grade_saxpy(1, 2, 32);
    grade_saxpy(grade_int(33000, 40000), 5, 128);
}

EXERCISE(saxpy_coalesced, .number = "22.2", .points = 3, .needs = "saxpy") {
    grade_saxpy(64 * THREADS, 2, THREADS);
    gpu_coalesced("saxpy", 1.05);
    lanes_together("saxpy");
    double reads = reads_per_element(64 * THREADS);
    grade_true(reads <= 2.1, "saxpy reads %.1f floats for each element, where x[i] and y[i] would do", reads);
}
