// The simulator's races: found with both lines; and what is in order is left in peace.
#include <stdio.h>

#include "unit/simt_kernel.h"

static int answer;
static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_races, .init = setup, .timeout = 20);

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

// plain reads beside compare-and-swap; volatile ones beside any atomic
static void compare_and_swap(void *unused) {
    (void)unused;
    int old = LOAD(counter);
    do {
        simt_atomic_cas(counter, 4);
        if (*counter == old) break;
        old = *counter;
    } while (true);
    *counter = old + 1;
    ADD((int *)&y[9], 1);
    __tsan_volatile_read4(&y[9]);
}

Test(simt_races, correct_kernels_have_no_findings) {
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
        {"compare and swap", compare_and_swap, 3, 64},
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

Test(simt_races, races_are_found) {
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

Test(simt_races, a_race_names_both_lines_and_the_barrier_between) {
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
