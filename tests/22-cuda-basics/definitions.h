// What the tests of this chapter share.
#pragma once
#include "22-cuda-basics/basics.h"
#include "gpu/gpu.h"

// Fails with the first data race, if there is one: it explains what else was found.
static inline void no_races(void) {
    cudaDeviceSynchronize();
    for (int i = 0; i < simt_finding_count(); i++) {
        char text[1024];
        simt_describe(text, sizeof text, simt_finding(i));
        grade_true(simt_finding(i)->kind != SIMT_RACE, "the simulator found: %s", text);
    }
}

// Waits, looks for findings, fetches, and looks again: elements that nobody wrote are found as they are copied.
static inline float *fetched(const char *what, const float *device, int n) {
    no_races();
    gpu_launched(what);
    float *host = gpu_fetch(device, n);
    gpu_clean();
    return host;
}

// 1, 2, ... n: the examples that can be checked with a pencil.
static inline float *one_to(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] = (float)(i + 1);
    return x;
}

static inline int ceil_div(int n, int d) {
    return (n + d - 1) / d;
}

// The lanes of all atomics on global memory since the last gpu_forget.
static inline double global_atomics(void) {
    double lanes = 0;
    for (int i = 0; i < simt_launch_count(); i++) {
        const struct simt_line *lines;
        int count = simt_lines(i, &lines);
        for (int j = 0; j < count; j++)
            if (lines[j].atomic && !lines[j].shared) lanes += (double)lines[j].traffic.lanes;
    }
    return lanes;
}

// Barriers for each block of the launches since the last gpu_forget.
static inline double barriers_per_block(void) {
    double blocks = 0;
    for (int i = 0; i < simt_launch_count(); i++) {
        const unsigned *grid = simt_launch(i)->grid;
        blocks += (double)grid[0] * grid[1] * grid[2];
    }
    return (double)gpu_counters().barriers / blocks;
}

// Requests of warps to shared memory, loads and stores, for each of `blocks` blocks.
static inline double shared_requests_per_block(int blocks) {
    struct simt_counters c = gpu_counters();
    return (double)(c.shared[SIMT_LOAD].requests + c.shared[SIMT_STORE].requests) / blocks;
}

// How often each of n elements was read from global memory.
static inline double reads_per_element(double n) {
    return (double)gpu_counters().global[SIMT_LOAD].lanes / n;
}

// How many of n elements' worth of floats or bytes the kernels read from global memory, in elements of `size` bytes; wide
// loads count by what they bring.
static inline double read_per_element(double n, double size) {
    return (double)gpu_counters().global[SIMT_LOAD].bytes / size / n;
}

// A request of one lane alone counts as well coalesced: what is wrong with it is that 31 lanes do nothing.
static inline void lanes_together(const char *what) {
    struct simt_traffic t = gpu_both(gpu_counters().global);
    double lanes = t.requests ? (double)t.lanes / (double)t.requests : 0;
    grade_true(lanes >= LANES / 2,
               "%s: of the %d lanes of a warp %.1f take part in a request to global memory: let every thread do its "
               "share of the elements",
               what, LANES, lanes);
}

static inline void no_atomics(const char *what) {
    grade_true(gpu_counters().atomics == 0,
               "%s: %.0f requests of warps are atomics, and there should be none: threads that add to one number wait "
               "for each other; add in pairs, as section 22.5 does",
               what, (double)gpu_counters().atomics);
}
