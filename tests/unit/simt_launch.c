// The simulator's launches: what ends one, what is refused, and the errors and names of the host API.
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

#include "unit/simt_kernels.h"

static void pass_barriers(void *unused) {
    (void)unused;
    for (int i = 0; i < 3; i++) simt_barrier(1, 0, 0);
    result[id()]++;
}

// ---- what ends a launch ---------------------------------------------------------------------------------------------
static int *nowhere;

static void write_null(void *unused) {
    (void)unused;
    if (id() == 5) HERE, nowhere[3] = 1;
    result[id()]++;
}

Test(simt_launch, a_null_pointer) {
    cr_assert_eq(launch1(write_null, 2, 32), cudaErrorIllegalAddress);
    const struct simt_finding *f = check_found(SIMT_OUT_OF_BOUNDS);
    cr_assert_eq(f->thread[0], 5);
    cr_assert(strstr(f->what, "0xc"), "%s", f->what);
    cr_assert_eq(result[4], 1);
    cr_assert_eq(result[5] + result[6], 0);
}

Test(simt_launch, nothing_runs_after_a_killed_launch) {
    launch1(write_null, 1, 32);
    const int launches = simt_launch_count();
    launch1(pass_barriers, 1, 32);
    cr_assert_eq(simt_launch_count(), launches);
    cr_assert_eq(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    cr_assert_eq(cudaGetLastError(), cudaErrorIllegalAddress);
    cr_assert_eq(cudaGetLastError(), cudaErrorIllegalAddress, "it stays");
    cudaStream_t stream;
    cr_assert_eq(cudaStreamCreate(&stream), cudaErrorIllegalAddress);
    cr_assert_eq(cudaDeviceReset(), cudaSuccess);
    cr_assert_eq(cudaGetLastError(), cudaSuccess);
    cr_assert_eq(launch1(pass_barriers, 1, 32), cudaSuccess);
}

static double recurse(double x) {
    volatile double big[512];
    for (int i = 0; i < 512; i++) big[i] = x;
    if (x > 1e9) return 0;
    HERE;
    const double rest = recurse(x + 1);  // line[0] + 1
    return rest + big[3];
}

static void overflow(void *unused) {
    (void)unused;
    if (id() == 40) result[0] = (int)recurse(0);
}

Test(simt_launch, a_recursion_without_end) {
    cr_assert_eq(launch1(overflow, 1, 64), cudaErrorHardwareStackError);
    line[0]++;
    const struct simt_finding *f = check_found(SIMT_STACK);
    cr_assert_eq(f->thread[0], 40);
    cr_assert(strstr(f->what, "calls itself"), "%s", f->what);
}

static void fill_stack(void *unused) {
    (void)unused;
    volatile char big[54 << 10];
    for (size_t i = 0; i < sizeof big; i += 512) big[i] = 1;
    simt_barrier(1, 0, 0);
    result[id()] = big[512];
}

Test(simt_launch, a_stack_that_is_large_enough) {
    cr_assert_eq(launch1(fill_stack, 1, 70), cudaSuccess);
    for (int i = 0; i < 70; i++) cr_assert_eq(result[i], 1);
}

static volatile int zero;

static void divide(void *unused) {
    (void)unused;
    HERE, result[0] = 7 / zero;
}

static void trap(void *unused) {
    (void)unused;
    HERE, simt_trap();
}

static void fail(void *unused) {
    (void)unused;
    if (id() == 2) HERE, simt_assert_failed("x > 0", "file.cu", 12);
}

Test(simt_launch, division_by_zero) {
    cr_assert_eq(launch1(divide, 1, 1), cudaErrorLaunchFailure);
    check_found(SIMT_ASSERT);
}

Test(simt_launch, traps) {
    cr_assert_eq(launch1(trap, 1, 1), cudaErrorLaunchFailure);
    check_found(SIMT_ASSERT);
}

Test(simt_launch, assertions) {
    cr_assert_eq(launch1(fail, 1, 4), cudaErrorAssert);
    cr_assert_str_eq(check_found(SIMT_ASSERT)->what, "assertion `x > 0` failed at file.cu:12");
}

static void spin(void *unused) {
    (void)unused;
    HERE;
    while (id() == 3 && !zero) {
    }
}

Test(simt_launch, the_time_limit_without_checks, .timeout = 20) {
    setenv("SIMT_TIMEOUT", "0.1", 1);
    simt_instrumented = false;
    cr_assert_eq(launch1(spin, 1, 32), cudaErrorLaunchTimeout);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert_eq(simt_finding(0)->kind, SIMT_TIMEOUT);
    cr_assert_eq(simt_finding(0)->thread[0], 3);
}

// As compiled with checks: every basic block looks whether the launch is late. The head of the loop is named.
static void spin_checked(void *unused) {
    (void)unused;
    while (id() == 3)
        for (uint32_t block = 100; block < 110; block++)
            if (simt_late) simt_late_at(block);
}

Test(simt_launch, the_time_limit_with_checks, .timeout = 20) {
    setenv("SIMT_TIMEOUT", "0.1", 1);
    simt_instrumented = true;
    cr_assert_eq(launch1(spin_checked, 1, 32), cudaErrorLaunchTimeout);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert(finding_known(SIMT_TIMEOUT, 100, 0) || simt_finding(0)->kind == SIMT_TIMEOUT);
    cr_assert_eq(simt_finding(0)->thread[0], 3);
}

static void barriers_for_ever(void *unused) {
    (void)unused;
    for (;;) simt_barrier(1, 0, 0);
}

Test(simt_launch, barriers_without_end, .timeout = 20) {
    setenv("SIMT_TIMEOUT", "0.1", 1);
    cr_assert_eq(launch1(barriers_for_ever, 1, 32), cudaErrorLaunchTimeout);
    cr_assert_eq(simt_finding(0)->kind, SIMT_TIMEOUT);
}

static void gap(void *unused) {
    (void)unused;
    if (id() == 1) simt_todo("22.1 vector_add");
}

Test(simt_launch, a_gap_ends_the_program, .exit_code = 1) {
    launch1(gap, 1, 32);
}

Test(simt_launch, host_code_touches_device_memory, .exit_code = 3) {
    result[0] = *(volatile int *)(HEAP_BASE + 8192);
}

static void nested(void *unused) {
    (void)unused;
    launch1(pass_barriers, 1, 1);
}

Test(simt_launch, a_kernel_launches_a_kernel) {
    cr_assert_eq(launch1(nested, 1, 1), cudaErrorNotSupported);
    cr_assert_eq(simt_finding(0)->kind, SIMT_UNSUPPORTED);
}

static void look_at_clock(void *unused) {
    (void)unused;
    const long long before = simt_clock();
    cr_assert_gt(simt_clock(), before);
    result[0] = (int)before;
}

Test(simt_launch, the_clock_grows_and_begins_anew) {
    launch1(look_at_clock, 1, 1);
    const int first = result[0];
    launch1(look_at_clock, 1, 1);
    cr_assert_eq(result[0], first);
}

// ---- configurations -------------------------------------------------------------------------------------------------
static void do_nothing(void *unused) {
    (void)unused;
    counted[0]++;
}

static int try_config(struct simt_config config, enum simt_kind *kind) {
    simt_quiet(true);
    simt_forget();
    counted[0] = 0;
    simt_run("kernel", &config, do_nothing, NULL);
    *kind = simt_finding_count() ? simt_finding(0)->kind : SIMT_KINDS;
    return cudaGetLastError();
}

static void check_refused(struct simt_config config, int error) {
    enum simt_kind kind;
    cr_assert_eq(try_config(config, &kind), error, "(%u,%u,%u) (%u,%u,%u) %zu", config.grid.x, config.grid.y,
                 config.grid.z, config.block.x, config.block.y, config.block.z, config.shared);
    cr_assert_eq(kind, SIMT_LAUNCH);
    cr_assert_eq(counted[0], 0);
    cr_assert_eq(simt_launch(-1)->error, error);
}

static void check_accepted(struct simt_config config) {
    enum simt_kind kind;
    cr_assert_eq(try_config(config, &kind), cudaSuccess);
    cr_assert_eq(kind, SIMT_KINDS);
    cr_assert_gt(counted[0], 0);
}

Test(simt_launch, blocks_and_grids) {
    const struct uint3 one = {1, 1, 1};
    check_refused((struct simt_config){.grid = one, .block = {0, 1, 1}}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = one, .block = {1025, 1, 1}}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = one, .block = {32, 33, 1}}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = one, .block = {65536, 65536, 1}}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = one, .block = {1, 1, 65}}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = {0, 1, 1}, .block = one}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = {1, 65536, 1}, .block = one}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = {1, 1, 65536}, .block = one}, cudaErrorInvalidConfiguration);
    check_refused((struct simt_config){.grid = {0x80000000, 1, 1}, .block = one}, cudaErrorInvalidConfiguration);
    check_accepted((struct simt_config){.grid = one, .block = {1024, 1, 1}});
    check_accepted((struct simt_config){.grid = one, .block = {1, 16, 64}});
    check_accepted((struct simt_config){.grid = {70000, 1, 1}, .block = one});
}

Test(simt_launch, dynamic_shared_memory) {
    const struct uint3 one = {1, 1, 1};
    check_accepted((struct simt_config){.grid = one, .block = one, .shared = 48 << 10});
    check_refused((struct simt_config){.grid = one, .block = one, .shared = (48 << 10) + 1}, cudaErrorInvalidValue);
    cr_assert_eq(cudaFuncSetAttribute((const void *)1, cudaFuncAttributeMaxDynamicSharedMemorySize, 100 << 10),
                 cudaSuccess);
    check_accepted((struct simt_config){.grid = one, .block = one, .shared = 100 << 10});
    check_refused((struct simt_config){.grid = one, .block = one, .shared = (100 << 10) + 1}, cudaErrorInvalidValue);
    check_refused((struct simt_config){.grid = one, .block = one, .shared = 228 << 10}, cudaErrorInvalidValue);
    cr_assert_eq(cudaFuncSetAttribute((const void *)1, cudaFuncAttributeMaxDynamicSharedMemorySize, 228 << 10),
                 cudaErrorInvalidValue);
}

Test(simt_launch, streams_of_launches) {
    const struct uint3 one = {1, 1, 1};
    cudaStream_t stream;
    cr_assert_eq(cudaStreamCreate(&stream), cudaSuccess);
    check_accepted((struct simt_config){.grid = one, .block = one, .stream = stream});
    check_accepted((struct simt_config){.grid = one, .block = one, .stream = cudaStreamPerThread});
    cr_assert_eq(cudaStreamDestroy(stream), cudaSuccess);
    check_refused((struct simt_config){.grid = one, .block = one, .stream = stream}, cudaErrorInvalidResourceHandle);
}

// ---- the host API ---------------------------------------------------------------------------------------------------
Test(simt_launch, a_failed_launch_is_told_once) {
    launch1(do_nothing, 0, 32);
    cr_assert_eq(cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
    cr_assert_eq(cudaGetLastError(), cudaErrorInvalidConfiguration);
    cr_assert_eq(cudaGetLastError(), cudaSuccess);
    cr_assert_eq(cudaDeviceSynchronize(), cudaSuccess);
    cr_assert_str_eq(cudaGetErrorName(cudaErrorInvalidConfiguration), "cudaErrorInvalidConfiguration");
    cr_assert_str_eq(cudaGetErrorString(cudaErrorInvalidConfiguration), "invalid configuration argument");
    cr_assert_str_eq(cudaGetErrorString((cudaError_t)12345), "unrecognized error code");
}

static int wanted_unchecked;

static void check_unchecked(void) {
    int unchecked = 0;
    for (int i = 0; i < simt_finding_count(); i++)
        if (simt_finding(i)->kind == SIMT_UNCHECKED) unchecked += simt_finding(i)->place.line == line[0] ? 1 : 100;
    _exit(unchecked == wanted_unchecked ? 42 : 0);
}

Test(simt_launch, nobody_asked, .exit_code = 42) {
    wanted_unchecked = 1;
    atexit(check_unchecked);  // runs after the runtime's own
    simt_quiet(true);
    const struct simt_config config = {.grid = {0, 1, 1}, .block = {1, 1, 1}};
    HERE, simt_run("kernel", &config, do_nothing, NULL);
    exit(0);
}

Test(simt_launch, somebody_asked, .exit_code = 42) {
    atexit(check_unchecked);
    launch1(do_nothing, 0, 1);
    cudaGetLastError();
    exit(0);
}

Test(simt_launch, events) {
    simt_quiet(true);
    cudaEvent_t a, b;
    float ms = -1;
    cr_assert_eq(cudaEventCreate(&a), cudaSuccess);
    cr_assert_eq(cudaEventCreate(&b), cudaSuccess);
    cr_assert_eq(cudaEventElapsedTime(&ms, a, b), cudaErrorInvalidResourceHandle);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert_eq(simt_finding(0)->kind, SIMT_API);
    cudaEventRecord(a, NULL);
    launch1(pass_barriers, 20, 256);
    cudaEventRecord(b, NULL);
    cr_assert_eq(cudaEventSynchronize(b), cudaSuccess);
    cr_assert_eq(cudaEventElapsedTime(&ms, a, b), cudaSuccess);
    cr_assert(ms > 0 && ms < 60e3f, "%g ms", (double)ms);
    cr_assert_eq(cudaEventDestroy(a), cudaSuccess);
    cr_assert_eq(cudaEventRecord(a, NULL), cudaErrorInvalidResourceHandle);
    cr_assert_eq(simt_finding_count(), 2);
}

Test(simt_launch, streams) {
    simt_quiet(true);
    cudaStream_t stream;
    cr_assert_eq(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    cr_assert_eq(cudaStreamSynchronize(stream), cudaSuccess);
    cr_assert_eq(cudaStreamDestroy(stream), cudaSuccess);
    check_none();
    cr_assert_eq(cudaStreamSynchronize(stream), cudaErrorInvalidResourceHandle);
    cr_assert_eq(cudaStreamDestroy(stream), cudaErrorInvalidResourceHandle);
    cr_assert_eq(simt_finding_count(), 2);
}

Test(simt_launch, the_device) {
    simt_quiet(true);
    int n = 0, value = 0;
    struct cudaDeviceProp p;
    cr_assert(cudaGetDeviceCount(&n) == cudaSuccess && n == 1);
    cr_assert_eq(cudaGetDeviceProperties(&p, 0), cudaSuccess);
    cr_assert(p.major == 9 && p.warpSize == 32 && p.maxThreadsPerBlock == 1024 && p.totalGlobalMem > 1 << 20);
    cr_assert_eq(cudaDeviceGetAttribute(&value, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0), cudaSuccess);
    cr_assert_eq(value, 227 << 10);
    cr_assert_eq(cudaSetDevice(0), cudaSuccess);
    check_none();
    cr_assert_eq(cudaSetDevice(1), cudaErrorInvalidDevice);
    cr_assert_eq(cudaGetLastError(), cudaErrorInvalidDevice);
}

static void *ask(void *unused) {
    (void)unused;
    (void)cudaGetLastError();
    (void)cudaDeviceSynchronize();
    return NULL;
}

Test(simt_launch, one_host_thread_calls, .exit_code = 1) {
    pthread_t second;
    ask(NULL);
    cr_assert_eq(pthread_create(&second, NULL, ask, NULL), 0);
    pthread_join(second, NULL);
}
