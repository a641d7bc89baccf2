// What graded tests of CUDA chapters have besides grade/grade.h: arrays on the (simulated) device, and what the simulator
// found and counted. A test runs in a process of its own, so it starts without allocations, launches and findings.
//
//     EXERCISE(vector_add, .number = "22.1", .points = 8) {
//         int n = grade_int(200, 400);
//         float *a = grade_floats(n), *b = grade_floats(n);
//         float *device_out = gpu_output(n);
//         vector_add(device_out, gpu_copy(a, n), gpu_copy(b, n), n);
//         gpu_clean();
//         grade_array("out", gpu_fetch(device_out, n), want, AXES("i", n), 1e-6);
//     }
#pragma once
#include <cuda_runtime_api.h>

#include "grade/grade.h"
#include "simt/simt.h"

// ---- arrays on the device: freed with the test's process ------------------------------------------------------------
float *gpu_copy(const float *host, int n);
int *gpu_copy_ints(const int *host, int n);
float *gpu_output(
    int n);  // no one has written it yet: fetching an element that no kernel wrote is a finding (gpu_clean)
int *gpu_output_ints(int n);
float *gpu_zeros(int n);
int *gpu_zero_ints(int n);
// A host copy of a device array, freed at the test's end. Call gpu_clean before looking at it: what no kernel wrote is anything.
float *gpu_fetch(const float *device, int n);
int *gpu_fetch_ints(const int *device, int n);

// ---- what the simulator saw -----------------------------------------------------------------------------------------
// Waits for the device. Fails the test if there is a finding, with the first one in words (kernel, block, thread, line, what to
// do), or if a launch failed.
void gpu_clean(void);
// As gpu_clean, for a launch that a wrong kernel may make look right: call it before looking at results, so that the
// message names the cause and not the symptom. Fails with this message if no kernel was launched since the test's start.
void gpu_launched(const char *what);

// Launches since the test's start, or since gpu_forget. Their counters added up.
struct simt_counters gpu_counters(void);
void gpu_forget(void);

// Ratios of one direction's traffic; 0 where there was none.
double gpu_moved_per_request(struct simt_traffic traffic);  // sectors or wavefronts
double gpu_ideal_per_request(struct simt_traffic traffic);
struct simt_traffic gpu_both(const struct simt_traffic traffic[2]);  // loads and stores together

// Fails unless moved <= slack * ideal, with a message that says what it means: "what: 32.0 sectors for each request of a warp, where
// 4.0 would do (loads, line 12 of transpose.cu): neighbouring threads should ..."
void gpu_coalesced(const char *what, double slack);      // global loads and stores of all launches, each by itself
void gpu_conflict_free(const char *what, double slack);  // shared memory: wavefronts against ideal
