// Tests of stencil.cu.
#include "22-cuda-basics/definitions.h"

// out[i] with in[j] taken from `edge`: 0 zeros outside in, 1 the edge repeated, 2 zeros outside the block's own elements,
// 3 the weights reversed, 4 one place to the right, 5 without the last weight, 6 RADIUS places to the right, 7 and 8 with
// the first weight or the first two alone
static double at(const float *in, const float *weights, int n, int i, int edge) {
    double sum = 0;
    for (int d = -RADIUS; d <= RADIUS; d++) {
        int j = i + d + (edge == 4 ? 1 : edge == 6 ? RADIUS : 0), w = edge == 3 ? RADIUS - d : RADIUS + d;
        if (edge == 1) j = j < 0 ? 0 : j >= n ? n - 1 : j;
        if ((edge == 5 && d == RADIUS) || (edge == 7 && d > -RADIUS) || (edge == 8 && d > 1 - RADIUS)) continue;
        if (edge == 2 && (j < 0 || j / THREADS != i / THREADS)) continue;
        if (j >= 0 && j < n) sum += (double)weights[w] * (double)in[j];
    }
    return sum;
}

static void grade_stencil(int n) {
    const float *in = grade_floats(n), *weights = grade_floats(2 * RADIUS + 1);
    double *want[9];
    for (int edge = 0; edge < 9; edge++) {
        want[edge] = grade_doubles(n);
        for (int i = 0; i < n; i++) want[edge][i] = at(in, weights, n, i, edge);
    }
    float *out = gpu_output(n);
    stencil(out, gpu_copy(in, n), weights, n);
    char what[60];
    snprintf(what, sizeof what, "stencil, n = %d: out", n);
    float *got = fetched("stencil", out, n);
    suspect("outside, the first or last element is repeated; there are zeros", want[1]);
    if (n > THREADS) suspect("the halo is missing: at a block's edge its neighbours' elements count as zeros", want[2]);
    suspect("the weights are the wrong way round", want[3]);
    suspect("the window is one place too far to the right", want[4]);
    if (n > RADIUS) {
        suspect("the last of the 2 * RADIUS + 1 weights is left out", want[5]);
        suspect("the window begins at its element; it should have it in the middle", want[6]);
        for (int first = 7; first <= 8; first++)
            suspect(
                "only the first weights have arrived: cudaMemcpyToSymbol counts bytes, 28 for 7 floats (the sizeof of "
                "a "
                "pointer is 8)",
                want[first]);
    }
    grade_array(what, got, want[0], AXES("i", n), 1e-5);
}

EXERCISE(stencil, .number = "22.16", .points = 4) {
    const int sizes[] = {2 * THREADS, grade_int(600, 700),  1, 2, 5, THREADS - 1, THREADS,
                         THREADS + 1, grade_int(5000, 6000)};
    for (int s = 0; s < COUNT(sizes); s++) grade_stencil(sizes[s]);
}

EXERCISE(stencil_traffic, .number = "22.16", .points = 2, .needs = "stencil") {
    enum { N = 32 * THREADS };
    grade_stencil(N);
    double reads = reads_per_element(N), sectors = (double)gpu_counters().global[SIMT_LOAD].moved / (N / 8);
    grade_true(
        reads <= 1.1,
        "stencil reads each element %.1f times from global memory, where %.2f would do: fetch the block's elements "
        "and its halo once, into shared memory; the weights have their place in constant memory",
        reads, 1 + 2.0 * RADIUS / THREADS);
    grade_true(sectors <= 1.5,
               "stencil moves %.1f times as many sectors as in has: neighbouring threads should read "
               "neighbouring elements",
               sectors);
    gpu_conflict_free("stencil", 1.02);
    lanes_together("stencil");
}
