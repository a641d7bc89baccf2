// Device arrays for tests, and what the simulator found and counted.
#define _POSIX_C_SOURCE 200112L  // setenv
#include "gpu/gpu.h"

#include <stdlib.h>

static void *device_bytes(size_t size) {
    void *the_tests_array = NULL;  // findings name arrays as the call of cudaMalloc does
    if (cudaMalloc(&the_tests_array, size ? size : 1) != cudaSuccess)
        cr_assert_fail("the test could not allocate %zu bytes", size);
    simt_quiet(true);
    return the_tests_array;
}

static void *device_copy(const void *host, size_t size) {
    void *p = device_bytes(size);
    cudaMemcpy(p, host, size, cudaMemcpyHostToDevice);
    return p;
}

static void *device_zeros(size_t size) {
    void *p = device_bytes(size);
    cudaMemset(p, 0, size);
    return p;
}

float *gpu_copy(const float *host, int n) {
    return device_copy(host, n * sizeof *host);
}

int *gpu_copy_ints(const int *host, int n) {
    return device_copy(host, n * sizeof *host);
}

float *gpu_output(int n) {
    return device_bytes(n * sizeof(float));
}

int *gpu_output_ints(int n) {
    return device_bytes(n * sizeof(int));
}

float *gpu_zeros(int n) {
    return device_zeros(n * sizeof(float));
}

int *gpu_zero_ints(int n) {
    return device_zeros(n * sizeof(int));
}

float *gpu_fetch(const float *device, int n) {
    float *host = grade_output(n);
    cudaMemcpy(host, device, n * sizeof *host, cudaMemcpyDeviceToHost);
    return host;
}

int *gpu_fetch_ints(const int *device, int n) {
    int *host = grade_ints(n, -1, -1);
    cudaMemcpy(host, device, n * sizeof *host, cudaMemcpyDeviceToHost);
    return host;
}

// ---- findings -------------------------------------------------------------------------------------------------------
void gpu_clean(void) {
    cudaError_t error = cudaDeviceSynchronize();
    if (simt_finding_count()) {
        char text[1024];
        simt_describe(text, sizeof text, simt_finding(0));
        int more = simt_finding_count() - 1;
        grade_true(false, more ? "the simulator found: %s (and %d more)" : "the simulator found: %s", text, more);
    }
    grade_true(error == cudaSuccess, "the launch failed: %s", cudaGetErrorString(error));
}

void gpu_launched(const char *what) {
    gpu_clean();
    grade_true(simt_launch_count() > 0, "%s launched no kernel", what);
}

// What CUDA_CHECK (labs/common/cuda_check.cuh) calls in a grader.
void cuda_check_failed(const char *why);
void cuda_check_failed(const char *why) {
    gpu_clean();
    grade_true(false, "%s", why);
}

// What the simulator calls where host code reads or writes device memory.
void simt_host_fault(void);
void simt_host_fault(void) {
    gpu_clean();
}

// A kernel that never ends is to be named, by its line, before the test's own time is over. Seconds of one launch.
__attribute__((constructor)) static void limit_launches(void) {
    setenv("SIMT_TIMEOUT", "2", 0);
}

// ---- counters -------------------------------------------------------------------------------------------------------
static void add_traffic(struct simt_traffic *sum, const struct simt_traffic *t) {
    sum->requests += t->requests;
    sum->lanes += t->lanes;
    sum->bytes += t->bytes;
    sum->moved += t->moved;
    sum->ideal += t->ideal;
}

struct simt_counters gpu_counters(void) {
    struct simt_counters sum = {0};
    for (int i = 0; i < simt_launch_count(); i++) {
        const struct simt_counters *c = &simt_launch(i)->counters;
        for (int d = 0; d < 2; d++) {
            add_traffic(&sum.global[d], &c->global[d]);
            add_traffic(&sum.shared[d], &c->shared[d]);
        }
        sum.atomics += c->atomics;
        sum.flops += c->flops;
        sum.special += c->special;
        sum.tensor_flops += c->tensor_flops;
        sum.barriers += c->barriers;
        sum.warp_calls += c->warp_calls;
        sum.copies += c->copies;
        sum.copies_ahead += c->copies_ahead;
        if (c->copies_left > sum.copies_left) sum.copies_left = c->copies_left;
        sum.tma_loads += c->tma_loads;
        if (c->tma_ahead > sum.tma_ahead) sum.tma_ahead = c->tma_ahead;
        sum.tma_stores += c->tma_stores;
        sum.tma_read += c->tma_read;
        sum.tma_landed += c->tma_landed;
        sum.tma_written += c->tma_written;
        sum.wgmmas += c->wgmmas;
        sum.mbarrier_arrivals += c->mbarrier_arrivals;
    }
    return sum;
}

void gpu_forget(void) {
    simt_forget();
}

double gpu_moved_per_request(struct simt_traffic traffic) {
    return traffic.requests ? (double)traffic.moved / traffic.requests : 0;
}

double gpu_ideal_per_request(struct simt_traffic traffic) {
    return traffic.requests ? (double)traffic.ideal / traffic.requests : 0;
}

struct simt_traffic gpu_both(const struct simt_traffic traffic[2]) {
    struct simt_traffic sum = traffic[SIMT_LOAD];
    add_traffic(&sum, &traffic[SIMT_STORE]);
    return sum;
}

// The line that moves the most beyond its ideal; NULL where there is none.
static const struct simt_line *worst_line(bool shared, int direction) {
    const struct simt_line *worst = NULL;
    for (int i = 0; i < simt_launch_count(); i++) {
        const struct simt_line *lines;
        int count = simt_lines(i, &lines);
        for (int j = 0; j < count; j++) {
            if (lines[j].shared != shared || lines[j].direction != direction) continue;
            uint64_t extra = lines[j].traffic.moved - lines[j].traffic.ideal;
            if (!worst || extra > worst->traffic.moved - worst->traffic.ideal) worst = &lines[j];
        }
    }
    return worst;
}

static void check_traffic(const char *what, bool shared, double slack) {
    struct simt_counters sum = gpu_counters();
    for (int d = SIMT_LOAD; d <= SIMT_STORE; d++) {
        struct simt_traffic t = shared ? sum.shared[d] : sum.global[d];
        if (t.moved <= slack * t.ideal) continue;
        const struct simt_line *line = worst_line(shared, d);
        grade_true(false,
                   "%s: %.1f %s for each request of a warp to %s memory, where %.1f would do (%s, most of them at line "
                   "%d of %s): %s",
                   what, gpu_moved_per_request(t), shared ? "passes over the banks" : "sectors of 32 bytes",
                   shared ? "shared" : "global", gpu_ideal_per_request(t), d == SIMT_LOAD ? "loads" : "stores",
                   line ? line->place.line : 0, line ? line->place.file : "?",
                   shared ? "the lanes of a warp meet in the same bank"
                          : "neighbouring threads should touch neighbouring addresses");
    }
}

void gpu_coalesced(const char *what, double slack) {
    check_traffic(what, false, slack);
}

void gpu_conflict_free(const char *what, double slack) {
    check_traffic(what, true, slack);
}
