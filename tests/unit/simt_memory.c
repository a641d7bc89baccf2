// The simulator's memory, as kernels use it: addresses that are wrong, and bytes that nobody wrote.
#include <stdlib.h>

#include "unit/simt_kernel.h"

static int answer;
static volatile int after;  // is changed after a hook, so that no compiler makes a jump of the call
static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_memory, .init = setup, .timeout = 20);

// ---- out of bounds and other wrong addresses ----------------------------------------------------------------------------
static void past_the_end(void *unused) {
    (void)unused;
    const int i = bid() * 256 + tid();
    STORE(&x[i], LOAD(&y[i]));
}
static void before_the_start(void *unused) {
    (void)unused;
    LOAD(&x[tid() - 1]);
}
static void far_past_the_end(void *unused) {
    (void)unused;
    LOAD(&x[2 * N + tid()]);
}
static void past_shared(void *unused) {
    (void)unused;
    float *s = shared(0, 272), *t = shared(1, 272);
    STORE(&s[tid() * 17], 1);
    STORE(&t[tid()], 2);
}
static void dynamic_of_no_bytes(void *unused) {
    (void)unused;
    float *s = simt_dynamic_shared(4, "part");
    STORE(&s[tid()], 1);
}
static void half_outside(void *unused) {
    (void)unused;
    __tsan_read16(&x[N - 4 + tid() * 4]);
    __tsan_read_range(&x[N - 1], 8);
}

Test(simt_memory, accesses_out_of_bounds_say_how_far) {
    cr_assert_eq(run(past_the_end, 4, 256), 0);
    const struct simt_finding *f = check_found(SIMT_OUT_OF_BOUNDS, "write of 4 bytes, 0 bytes past the end of");
    check_found(SIMT_OUT_OF_BOUNDS, "read of 4 bytes, 0 bytes past the end of");
    check_found(SIMT_OUT_OF_BOUNDS, "element 1000, the last is 999");
    cr_assert(strstr(f->what, "the 4000-byte cudaMalloc of line"), "%s", f->what);
    cr_assert_eq(f->count, 24);
    cr_assert_eq(f->block[0], 3);
    cr_assert_eq(f->thread[0], 232);
    run(before_the_start, 1, 8);
    check_found(SIMT_OUT_OF_BOUNDS, "4 bytes before");
    run(far_past_the_end, 1, 8);
    check_found(SIMT_OUT_OF_BOUNDS, "4000 bytes past the end of");
    run(past_shared, 1, 17);
    check_found(SIMT_OUT_OF_BOUNDS, "0 bytes past the end of tile (1088 bytes of shared memory)");
    run(dynamic_of_no_bytes, 1, 1);
    f = check_found(SIMT_OUT_OF_BOUNDS, "past the end of part (0 bytes of shared memory)");
    cr_assert(strstr(f->fix, "<<<blocks, threads, bytes>>>"), "%s", f->fix);
    run(half_outside, 1, 2);
    check_found(SIMT_OUT_OF_BOUNDS, "read of 16 bytes, 0 bytes past the end of");
    check_found(SIMT_OUT_OF_BOUNDS, "read of 4 bytes, 0 bytes past the end of");
    for (int k = 0; k < simt_finding_count(); k++) cr_assert_eq(simt_finding(k)->kind, SIMT_OUT_OF_BOUNDS);
}

static float *wrong_pointer;
static void use_wrong_pointer(void *unused) {
    (void)unused;
    LOAD(&wrong_pointer[tid()]);
    after++;
}
static void write_wrong_pointer(void *unused) {
    (void)unused;
    STORE(&wrong_pointer[tid()], 1);
    after++;
}

Test(simt_memory, a_freed_array_is_known_as_such) {
    wrong_pointer = y;
    cudaFree(y);
    cr_assert_eq(run(use_wrong_pointer, 1, 4), 0);
    const struct simt_finding *f = check_found(SIMT_USE_AFTER_FREE, "of y, the 4000-byte cudaMalloc of line");
    cr_assert(strstr(f->what, "freed"), "%s", f->what);
    float host[4];
    cr_assert_eq(cudaMemcpy(host, wrong_pointer, sizeof host, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    cr_assert_eq(simt_finding_count(), 2);
}

Test(simt_memory, a_host_pointer_ends_the_launch) {
    wrong_pointer = malloc(64);
    cr_assert_eq(run(use_wrong_pointer, 1, 4), cudaErrorIllegalAddress);
    check_found(SIMT_HOST_POINTER, "read of 4 bytes from host memory");
    free(wrong_pointer);
}

Test(simt_memory, a_null_pointer_ends_the_launch) {
    wrong_pointer = NULL;
    cr_assert_eq(run(write_wrong_pointer, 1, 4), cudaErrorIllegalAddress);
    check_found(SIMT_OUT_OF_BOUNDS, "through a null pointer");
}

Test(simt_memory, a_misaligned_vector_ends_the_launch) {
    wrong_pointer = x + 1;
    void misaligned(void *unused);
    cr_assert_eq(run(misaligned, 1, 4), cudaErrorMisalignedAddress);
    check_found(SIMT_MISALIGNED, "read of 16 bytes at an address that is no multiple of 16: offset 4 of");
}
void misaligned(void *unused) {
    (void)unused;
    __tsan_unaligned_read8(wrong_pointer);  // a struct of floats: by words
    __tsan_read16(wrong_pointer);
    after++;
}

static float *of_thread_0;
static void others_stack(void *unused) {
    (void)unused;
    float mine = 1;
    if (tid() == 0) of_thread_0 = &mine;
    BARRIER();
    if (tid() == 1) LOAD(of_thread_0);
    BARRIER();
    after = mine > 0;
}
Test(simt_memory, local_variables_of_other_threads_are_not_to_be_used) {
    run(others_stack, 1, 2);
    check_found(SIMT_OUT_OF_BOUNDS, "from a local variable of thread (0,0,0)");
}

// ---- never written ------------------------------------------------------------------------------------------------------
static void uninitialised_shared(void *unused) {
    (void)unused;
    float *s = shared(0, 64);
    if (tid() < 32) STORE(&s[tid()], 1);
    BARRIER();
    const float got = LOAD(&s[tid()]);
    if (tid() >= 32 && got == got) answer++;
}
static void double_all(void *unused) {
    (void)unused;
    const int i = bid() * 32 + tid();
    STORE(&wrong_pointer[i], LOAD(&x[i]));
}
Test(simt_memory, reads_of_what_nobody_wrote_are_found) {
    run(uninitialised_shared, 2, 64);
    const struct simt_finding *f = check_found(SIMT_UNINITIALISED, "element 32 (offset 128) of tile");
    cr_assert_eq(f->count, 64);
    cr_assert_eq(answer, 0, "an unwritten float is to be NaN");
    simt_forget();
    cudaMalloc((void **)&wrong_pointer, N * sizeof(float));
    run(use_wrong_pointer, 1, 8);
    check_found(SIMT_UNINITIALISED, "reads element 0 (offset 0) of wrong_pointer, the 4000-byte cudaMalloc");
}

Test(simt_memory, a_copy_of_what_the_grid_missed_is_found) {
    static float host[N];
    cudaMalloc((void **)&wrong_pointer, N * sizeof(float));
    cudaMemcpy(host, wrong_pointer, sizeof host, cudaMemcpyDeviceToHost);
    check_found(SIMT_NEVER_WRITTEN, "copies 4000 bytes that nobody ever wrote");
    simt_forget();
    run(double_all, N / 32, 32);
    cudaMemcpy(host, wrong_pointer, sizeof host, cudaMemcpyDeviceToHost);
    check_found(SIMT_NEVER_WRITTEN, "8 of 1000 elements were never written, the first is element 992 (offset 3968)");
    simt_forget();
    cudaMemcpy(host, wrong_pointer, 992 * sizeof(float), cudaMemcpyDeviceToHost);
    cudaMemset(wrong_pointer + 992, 0, 32);
    cudaMemcpy(host, wrong_pointer, sizeof host, cudaMemcpyDeviceToHost);
    check_none("all is written");
}

// ---- variables of the program -------------------------------------------------------------------------------------------
static int on_device[4] __attribute__((section("simt_device"), used, aligned(256)));
static int besides[4] __attribute__((section("simt_device"), used, aligned(256)));
static int constant[4] __attribute__((section("simt_constant"), used));
static int of_host[4] = {1};
static const int fixed[4] = {1, 2, 3, 4};

static void use_variables(void *unused) {
    (void)unused;
    LOAD(&constant[tid()]);
    __tsan_read4((void *)&fixed[tid()]);
    STORE(&on_device[tid()], tid());
    LOAD(&on_device[tid()]);
}
static void past_variables(void *unused) {
    (void)unused;
    int *first =
        (uintptr_t)on_device < (uintptr_t)besides ? on_device : besides;  // what lies behind the other is unknown
    LOAD(&first[tid() + 1]);
}
static void write_constant(void *unused) {
    (void)unused;
    STORE(&constant[1], 1);
}
static void write_fixed(void *unused) {
    (void)unused;
    __tsan_write4((void *)&fixed[1]);
    after++;
}
static void use_of_host(void *unused) {
    (void)unused;
    STORE(&of_host[1], LOAD(&of_host[0]));
}

Test(simt_memory, device_variables_are_watched_as_arrays_are) {
    const int in[4] = {5, 6, 7, 8};
    int out[4];
    cr_assert_eq(cudaMemcpyToSymbol(constant, in, sizeof in, 0, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(run(use_variables, 1, 4), 0);
    cr_assert_eq(cudaMemcpyFromSymbol(out, on_device, sizeof out, 0, cudaMemcpyDeviceToHost), cudaSuccess);
    cr_assert_eq(out[3], 3);
    check_none("variables");
    cr_assert_eq(cudaMemcpyToSymbol(constant, in, sizeof in, 8, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "copies 16 bytes into constant (16 bytes), not from its start");
    cr_assert_eq(cudaMemcpyToSymbol(of_host, in, sizeof in, 0, cudaMemcpyHostToDevice), cudaErrorInvalidSymbol);
    run(past_variables, 1, 4);
    check_found(SIMT_OUT_OF_BOUNDS, "(16 bytes, __device__): element 4, the last is 3");
    cr_assert_eq(run(write_constant, 1, 1), cudaErrorIllegalAddress);
    check_found(SIMT_READ_ONLY, "element 1 (offset 4) of constant (16 bytes, __constant__)");
}

Test(simt_memory, constants_of_the_program_are_not_written) {
    cr_assert_eq(run(write_fixed, 1, 1), cudaErrorIllegalAddress);
    check_found(SIMT_READ_ONLY, "write of 4 bytes to the program's constant fixed");
}

Test(simt_memory, variables_of_the_host_are_named) {
    cr_assert_eq(run(use_of_host, 1, 1), cudaErrorIllegalAddress);
    check_found(SIMT_HOST_POINTER, "write of 4 bytes to the host's variable of_host");
}

// ---- cp.async -----------------------------------------------------------------------------------------------------------
static void never_waits(void *unused) {
    (void)unused;
    float *s = shared(0, 64);
    __tsan_write4(&s[tid()]);
    shadow_pending((uintptr_t)&s[tid()], 4, 1);
    if (tid() == 5) LOAD(&s[5]);
}
static void waits(void *unused) {
    (void)unused;
    float *s = shared(0, 64);
    __tsan_write4(&s[tid()]);
    shadow_pending((uintptr_t)&s[tid()], 4, 1);
    s[tid()] = 1;
    shadow_landed((uintptr_t)&s[tid()], 4, 1);
    LOAD(&s[tid()]);
    BARRIER();
    LOAD(&s[63 - tid()]);
}
Test(simt_memory, bytes_on_their_way_are_not_to_be_touched) {
    run(never_waits, 1, 64);
    check_found(SIMT_ASYNC,
                "reads element 5 (offset 20) of tile (256 bytes of shared memory) while the asynchronous copy");
    cr_assert_eq(simt_finding_count(), 1);
    simt_forget();
    run(waits, 2, 64);
    check_none("what never landed is forgotten, and who waits is right");
}
