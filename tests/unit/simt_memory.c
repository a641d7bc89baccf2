// The simulator's memory: what is wrong is found, with the line and the array; and what is right is left in peace.
// Kernels are C functions here, and call what a compiler and the headers of a .cu file call.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

void __tsan_init(void);
void __tsan_read1(void *p), __tsan_read2(void *p), __tsan_read4(void *p), __tsan_read8(void *p), __tsan_read16(void *p);
void __tsan_write1(void *p), __tsan_write2(void *p), __tsan_write4(void *p), __tsan_write16(void *p);
void __tsan_volatile_read4(void *p), __tsan_volatile_write4(void *p);
void __tsan_unaligned_read8(void *p), __tsan_read_range(void *p, size_t size);

enum { N = 1000 };
static float *x, *y;  // device arrays of N floats
static int *counter;  // one on the device
static int answer;
static volatile int after;  // is changed after a hook, so that no compiler makes a jump of the call

static int tid(void) {
    return (int)simt_thread_index().x;
}
static int bid(void) {
    return (int)simt_block_index().x;
}

static float *shared(int id, size_t floats) {
    return simt_shared_variable("tile.cu", 7, id, 4 * floats, 4, id ? "other" : "tile");
}

// ---- accesses, each with its hook before it -----------------------------------------------------------------------------
#define LOAD(p) (__tsan_read4(p), *(volatile __typeof__(*(p)) *)(p))
#define STORE(p, value) (__tsan_write4(p), *(p) = (value))
#define ADD(p, value) (simt_atomic(p, 4), (*(p) += (value)) - (value))
#define BARRIER() simt_barrier(__LINE__, 0, 0)

static void setup(void) {
    __tsan_init();
    simt_quiet(true);
    static const float zero[N];
    static const int none;
    cudaMalloc((void **)&x, sizeof zero);
    cudaMalloc((void **)&y, sizeof zero);
    cudaMalloc((void **)&counter, sizeof none);
    cudaMemcpy(x, zero, sizeof zero, cudaMemcpyHostToDevice);
    cudaMemcpy(y, zero, sizeof zero, cudaMemcpyHostToDevice);
    cudaMemcpy(counter, &none, sizeof none, cudaMemcpyHostToDevice);
}
TestSuite(simt_memory, .init = setup, .timeout = 20);

static int run(void (*kernel)(void *), unsigned blocks, unsigned threads) {
    const struct simt_config config = {{blocks, 1, 1}, {threads, 1, 1}, 0, NULL};
    simt_run("kernel", &config, kernel, NULL);
    return simt_launch(-1)->error;
}

static void check_none(const char *what) {
    cr_assert_eq(simt_finding_count(), 0, "%s: %s", what,
                 simt_finding_count() ? simt_finding(simt_finding_count() - 1)->what : "");
}

// Some finding of this kind says `words`.
static const struct simt_finding *check_found(enum simt_kind kind, const char *words) {
    for (int i = 0; i < simt_finding_count(); i++) {
        const struct simt_finding *f = simt_finding(i);
        if (f->kind == kind && strstr(f->what, words)) return f;
    }
    cr_assert_fail("no %s with \"%s\", but %d: %s", simt_kind_name(kind), words, simt_finding_count(),
                   simt_finding_count() ? simt_finding(0)->what : "");
    return NULL;
}

// ---- right: nothing is found --------------------------------------------------------------------------------------------
static void bytes_beside_bytes(void *unused) {
    (void)unused;
    unsigned char *s = (unsigned char *)shared(0, 64), *g = (unsigned char *)x;
    __tsan_write1(&s[tid()]), s[tid()] = 1;
    __tsan_write1(&g[tid()]), g[tid()] = 2;
    __tsan_read1(&g[tid()]);
    BARRIER();
    __tsan_read1(&s[(tid() + 1) % 256]);
}

static void halves_beside_halves(void *unused) {
    (void)unused;
    unsigned short *s = (unsigned short *)shared(0, 128), *g = (unsigned short *)x;
    __tsan_write2(&s[tid()]), s[tid()] = 1;
    __tsan_write2(&g[tid()]), g[tid()] = 2;
    BARRIER();
    __tsan_read4(&s[tid() & ~1]);
}

// four floats at once, then one by one by others, in both directions
static void vectors_and_floats(void *unused) {
    (void)unused;
    float *s = shared(0, 1024);
    __tsan_write16(&s[4 * tid()]), memset(&s[4 * tid()], 0, 16);
    BARRIER();
    for (int i = 0; i < 4; i++) LOAD(&s[tid() + 256 * i]);
    BARRIER();
    for (int i = 0; i < 4; i++) STORE(&s[tid() + 256 * i], 1);
    BARRIER();
    __tsan_read16(&s[4 * tid()]);
    if (tid() % 2) __tsan_write16(&s[4 * tid()]);
    else
        for (int i = 0; i < 4; i++) STORE(&s[4 * tid() + i], 2);
}

static void warp_reduction(void *unused) {
    (void)unused;
    float *s = shared(0, 256);
    const int warp = tid() / 32 * 32, lane = tid() % 32;
    STORE(&s[tid()], 1);
    simt_syncwarp(~0u);
    for (int step = 16; step; step /= 2) {
        float sum = lane < step ? LOAD(&s[warp + lane + step]) : 0;
        simt_syncwarp(~0u);
        if (lane < step) STORE(&s[tid()], s[tid()] + sum);
        simt_syncwarp(~0u);
    }
    if (LOAD(&s[warp]) != 32) answer++;
}

// halves of a warp that meet by themselves
static void tiles_of_16(void *unused) {
    (void)unused;
    float *s = shared(0, 64);
    const int lane = tid() % 16;
    const unsigned mask = tid() % 32 < 16 ? 0xffff : 0xffff0000;
    STORE(&s[tid()], 1);
    simt_syncwarp(mask);
    LOAD(&s[tid() - lane + (lane + 5) % 16]);
    simt_syncwarp(mask);
    STORE(&s[tid()], 2);
}

static void atomics_then_reads(void *unused) {
    (void)unused;
    int *s = (int *)shared(0, 16);
    if (tid() < 16) STORE(&s[tid()], 0);
    BARRIER();
    ADD(&s[tid() % 16], 1);
    BARRIER();
    if (LOAD(&s[tid() % 16]) != 16) answer++;
    if (tid() == 0) ADD(counter, LOAD(&s[3]));
}

// every block adds up its part; the last one adds up the parts
static void last_block(void *fence) {
    (void)fence;
    int *last = (int *)shared(1, 1);
    if (tid() == 0) {
        STORE(&x[bid()], 1);
        simt_fence();
        STORE(last, ADD(counter, 1) == (int)simt_grid_size().x - 1);
    }
    BARRIER();
    if (!LOAD(last)) return;
    float sum = 0;
    for (int i = 0; i < (int)simt_grid_size().x; i++) sum += LOAD(&x[i]);
    if (tid() == 0) STORE(&y[0], sum);
    if (tid() == 0) STORE(counter, 0);
}

// all threads fence what they wrote, one says so
static void all_fence(void *unused) {
    (void)unused;
    int *last = (int *)shared(1, 1);
    STORE(&x[bid() * 64 + tid()], 1);
    simt_fence();
    BARRIER();
    if (tid() == 0) STORE(last, ADD(counter, 1) == (int)simt_grid_size().x - 1);
    BARRIER();
    if (LOAD(last))
        for (int i = 0; i < (int)simt_grid_size().x; i++) LOAD(&x[i * 64 + (tid() + 1) % 64]);
}

// one after another by a lock: in a block and across blocks
static void locked(void *unused) {
    (void)unused;
    for (bool done = false; !done;) {
        simt_atomic(counter, 4);
        if (*counter != 0) continue;
        *counter = 1;
        simt_fence();
        STORE(&x[0], LOAD(&x[0]) + 1);
        simt_fence();
        simt_atomic(counter, 4), *counter = 0;
        done = true;
    }
}

static void same_value(void *unused) {
    (void)unused;
    float *s = shared(0, 1);
    STORE(s, 5);
    STORE(&x[7], 3);
    BARRIER();
    LOAD(s);
}

struct padded {
    char c;
    double d;
};
static void padding(void *unused) {
    (void)unused;
    struct padded *g = (struct padded *)x + tid(), *s = (struct padded *)shared(0, 1024) + tid();
    __tsan_write1(&g->c), g->c = 1;
    __tsan_write1(&s->c), s->c = 1;
    __tsan_write4(&g->d), __tsan_write4((char *)&g->d + 4), g->d = 2;
    __tsan_write4(&s->d), __tsan_write4((char *)&s->d + 4), s->d = 2;
    __tsan_read8(g), __tsan_read8(&g->d);
    __tsan_read8(s), __tsan_read8(&s->d);
    BARRIER();
    __tsan_read16(s), __tsan_read16(g);
}

static void broadcast(void *unused) {
    (void)unused;
    float *s = shared(0, 256);
    for (int round = 0; round < 3; round++) {
        STORE(&s[tid()], LOAD(&x[tid()]));
        BARRIER();
        for (int i = 0; i < 256; i += 17) LOAD(&s[i]);
        BARRIER();
    }
}

static void own_element(void *unused) {
    (void)unused;
    float *p = &x[bid() * 100 + tid()];
    for (int i = 0; i < 5; i++) STORE(p, LOAD(p) + 1);
    char local[16] = {0};
    simt_touch(local, 1, 1);
    float *s = shared(0, 128);
    for (int i = 0; i < 5; i++) STORE(&s[tid()], (float)i), LOAD(&s[tid()]);
}

// flags that one block sets and later ones look at
static void volatile_flags(void *unused) {
    (void)unused;
    int *flag = (int *)y;
    if (tid() != 0) return;
    if (bid() > 0) {
        __tsan_volatile_read4(&flag[bid() - 1]);
        LOAD(&x[bid() - 1]);
    }
    STORE(&x[bid()], 1);
    simt_fence();
    __tsan_volatile_write4(&flag[bid()]), flag[bid()] = 1;
}

Test(simt_memory, correct_kernels_have_no_findings) {
    static const struct {
        const char *name;
        void (*kernel)(void *);
        unsigned blocks, threads;
    } right[] = {
        {"bytes", bytes_beside_bytes, 1, 256},
        {"halves", halves_beside_halves, 1, 256},
        {"vectors", vectors_and_floats, 2, 256},
        {"warp reduction", warp_reduction, 2, 256},
        {"tiles of 16", tiles_of_16, 2, 64},
        {"atomics", atomics_then_reads, 3, 256},
        {"last block", last_block, 20, 64},
        {"all fence", all_fence, 8, 64},
        {"lock", locked, 4, 96},
        {"same value", same_value, 4, 64},
        {"padding", padding, 1, 200},
        {"broadcast", broadcast, 3, 256},
        {"own element", own_element, 8, 100},
        {"volatile flags", volatile_flags, 9, 32},
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        cudaMemset(counter, 0, sizeof *counter);
        cr_assert_eq(run(right[i].kernel, right[i].blocks, right[i].threads), 0, "%s", right[i].name);
        check_none(right[i].name);
        run(right[i].kernel, right[i].blocks, right[i].threads);  // what an earlier launch did is in order
        check_none(right[i].name);
    }
    float sum;
    cudaMemcpy(&sum, x, sizeof sum, cudaMemcpyDeviceToHost);
    cr_assert_eq(answer, 0);
    check_none("copy back");
}

// ---- races --------------------------------------------------------------------------------------------------------------
static void read_without_barrier(void *unused) {
    (void)unused;
    float *s = shared(0, 128);
    STORE(&s[tid()], (float)tid());
    LOAD(&s[127 - tid()]);
}
static void write_without_barrier(void *unused) {
    (void)unused;
    float *s = shared(0, 64);
    STORE(&s[tid()], 1);
    BARRIER();
    LOAD(&s[(tid() + 32) % 64]);
    STORE(&s[tid()], 2);
}
static void write_over_write(void *unused) {
    (void)unused;
    STORE(&x[3], (float)tid());
}
static void no_syncwarp(void *unused) {
    (void)unused;
    float *s = shared(0, 32);
    STORE(&s[tid()], 1);
    if (tid() < 16) STORE(&s[tid()], LOAD(&s[tid() + 16]) + s[tid()]);
}
static void wrong_half_meets(void *unused) {
    (void)unused;
    float *s = shared(0, 32);
    STORE(&s[tid()], 1);
    simt_syncwarp(tid() < 16 ? 0xffff : 0xffff0000);
    LOAD(&s[(tid() + 16) % 32]);
}
static void atomic_and_plain(void *unused) {
    (void)unused;
    if (tid() == 40) STORE(counter, 9);
    else ADD(counter, 1);
}
static void between_blocks(void *unused) {
    (void)unused;
    STORE(&x[tid()], (float)bid());
}
static void reads_other_block(void *unused) {
    (void)unused;
    STORE(&x[bid()], (float)bid() + 1);
    if (bid()) LOAD(&x[bid() - 1]);
}
static void writes_what_others_read(void *unused) {
    (void)unused;
    LOAD(&y[(bid() + 1) % 4]);
    BARRIER();
    LOAD(&y[(bid() + 1) % 4]);
    STORE(&y[bid()], (float)bid() + 1);
}
static void last_block_without_fence(void *unused) {
    (void)unused;
    STORE(&x[bid()], (float)bid() + 1);
    if (ADD(counter, 1) != (int)simt_grid_size().x - 1) return;
    for (int i = 0; i < (int)simt_grid_size().x; i++) LOAD(&x[i]);
}
static void bytes_race(void *unused) {
    (void)unused;
    unsigned char *s = (unsigned char *)shared(0, 64);
    __tsan_write1(&s[tid() / 2]), s[tid() / 2] = (unsigned char)tid();
}

Test(simt_memory, races_are_found) {
    static const struct {
        void (*kernel)(void *);
        unsigned blocks, threads;
        const char *words;
    } wrong[] = {
        {read_without_barrier, 1, 128,
         "writes element 64 (offset 256) of tile (512 bytes of shared memory), which thread (63,0,0) has read already, "
         "with no barrier between them"},
        {write_without_barrier, 1, 64, "reads element 0 (offset 0) of tile (256 bytes of shared memory)"},
        {write_over_write, 1, 32, "writes element 3 (offset 12) of x, the 4000-byte cudaMalloc"},
        {no_syncwarp, 1, 32, "thread (0,0,0) of the same warp"},
        {wrong_half_meets, 1, 32, "of the same warp wrote with no barrier"},
        {atomic_and_plain, 1, 64, "counter, the 4-byte cudaMalloc"},
        {between_blocks, 2, 8, "which another block wrote in the same launch"},
        {reads_other_block, 4, 1, "which another block wrote in the same launch"},
        {writes_what_others_read, 4, 1, "which another block read in the same launch"},
        {last_block_without_fence, 4, 1, "which another block wrote in the same launch"},
        {bytes_race, 1, 64, "writes element 0 (offset 0) of tile"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        simt_forget();
        cudaMemset(counter, 0, sizeof *counter);
        run(wrong[i].kernel, wrong[i].blocks, wrong[i].threads);
        check_found(SIMT_RACE, wrong[i].words);
        for (int k = 0; k < simt_finding_count(); k++)
            cr_assert(simt_finding(k)->kind == SIMT_RACE || simt_finding(k)->kind == SIMT_UNINITIALISED, "%s",
                      simt_finding(k)->what);
    }
}

Test(simt_memory, a_race_names_both_lines_and_the_barrier_between) {
    run(read_without_barrier, 1, 128);
    const struct simt_finding *f = check_found(
        SIMT_RACE,
        "element 64 (offset 256) of tile (512 bytes of shared memory), which thread (63,0,0) has read already");
    cr_assert_eq(f->thread[0], 64);
    cr_assert_eq(f->other.line, f->place.line + 1, "lines %d and %d", f->place.line, f->other.line);
    char fix[120];
    snprintf(fix, sizeof fix, "put __syncthreads() between the write of line %d and the read of line %d", f->place.line,
             f->other.line);
    cr_assert_str_eq(f->fix, fix);
    cr_assert_eq(f->count, 128, "64 times in each direction");
}

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

// ---- the host's calls ---------------------------------------------------------------------------------------------------
Test(simt_memory, copies_that_do_not_fit_are_refused_in_words) {
    static float host[2 * N];
    cr_assert_eq(cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "copies 8000 bytes into x, the 4000-byte cudaMalloc of line");
    cr_assert_eq(cudaMemcpy(host, x + 500, N * sizeof(float), cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "copies 4000 bytes out of x, the 4000-byte cudaMalloc");
    cr_assert_eq(cudaMemcpy(host, x, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "it goes from device to host memory: that is cudaMemcpyDeviceToHost");
    cr_assert_eq(cudaMemcpy(x, host, 16, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "that is cudaMemcpyHostToDevice");
    cr_assert_eq(cudaMemcpy(x + 1, x, 16, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "overlap: 4 bytes");
    cr_assert_eq(cudaMemcpy(NULL, host, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "null pointer as destination");
    cr_assert_eq(cudaMemset(host, 0, 16), cudaErrorInvalidValue);
    check_found(SIMT_MEMCPY, "on host memory");
    cr_assert_eq(simt_finding_count(), 7);
    cr_assert_eq(cudaMemcpy(x, host, 16, cudaMemcpyDefault), cudaSuccess);
    cr_assert_eq(cudaMemcpy(y, x, 4000, cudaMemcpyDeviceToDevice), cudaSuccess);
    cr_assert_eq(cudaMemcpy(y, x, 0, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(simt_finding_count(), 7);
}

Test(simt_memory, rectangles_are_copied_by_their_rows) {
    float in[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}, out[3][2] = {{0}};
    void *pitched;
    size_t pitch;
    cr_assert_eq(cudaMallocPitch(&pitched, &pitch, 16, 3), cudaSuccess);
    cr_assert(pitch >= 16 && pitch % 256 == 0);
    cr_assert_eq(cudaMemcpy2D(pitched, pitch, in, 16, 16, 3, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(cudaMemcpy2D(out, 8, (char *)pitched + 4, pitch, 8, 3, cudaMemcpyDeviceToHost), cudaSuccess);
    cr_assert_eq(out[2][1], 11);
    check_none("rectangles");
    cr_assert_eq(cudaMemcpy2D(out, 4, pitched, pitch, 8, 3, cudaMemcpyDeviceToHost), cudaErrorInvalidPitchValue);
    cr_assert_eq(cudaMemcpy2D(pitched, pitch, in, 16, 16, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    cudaFree(pitched);
}

Test(simt_memory, arrays_are_freed_once_and_by_their_start) {
    cr_assert_eq(cudaFree(NULL), cudaSuccess);
    cr_assert_eq(cudaFree(x + 1), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree of a pointer 4 bytes into x, the 4000-byte cudaMalloc");
    cr_assert_eq(cudaFree(x), cudaSuccess);
    cr_assert_eq(cudaFree(x), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree a second time of x, the 4000-byte cudaMalloc");
    int host;
    cr_assert_eq(cudaFree(&host), cudaErrorInvalidValue);
    check_found(SIMT_API, "cudaFree of a pointer to host memory");
    void *pinned;
    cr_assert_eq(cudaMallocHost(&pinned, 100), cudaSuccess);
    memset(pinned, 1, 100);
    cr_assert_eq(cudaMemcpy(y, pinned, 100, cudaMemcpyHostToDevice), cudaSuccess);
    cr_assert_eq(cudaFree(pinned), cudaErrorInvalidValue);
    check_found(SIMT_API, "it is to go to cudaFreeHost");
    cr_assert_eq(cudaFreeHost(pinned), cudaSuccess);
    cr_assert_eq(simt_finding_count(), 4);
}

Test(simt_memory, what_is_not_freed_leaks) {
    cudaFree(x);
    heap_leaks();
    cr_assert_eq(simt_finding_count(), 2);
    check_found(SIMT_LEAK, "4000 bytes of y, the 4000-byte cudaMalloc");
    cudaFree(y), cudaFree(counter);
    simt_forget();
    heap_leaks();
    check_none("all is freed");
    cr_assert_eq(simt_live_allocations(), 0);
}

Test(simt_memory, the_device_has_an_end_and_free_addresses_after_it) {
    size_t free_bytes, total;
    void *p;
    cr_assert_eq(cudaMemGetInfo(&free_bytes, &total), cudaSuccess);
    cr_assert_eq(free_bytes, total - 8004);
    cr_assert_eq(cudaMalloc(&p, total), cudaErrorMemoryAllocation);
    for (int i = 0; i < 100; i++) {  // far more than there are addresses
        cr_assert_eq(cudaMalloc(&p, (size_t)3 << 30), cudaSuccess, "round %d", i);
        cr_assert_eq((uintptr_t)p % 256, 0);
        cr_assert_eq(cudaFree(p), cudaSuccess);
    }
    cr_assert_eq(run(own_element, 8, 100), 0);
    check_none("arrays that lived all the time");
}
