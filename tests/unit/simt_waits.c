// What threads of a block wait for besides their warp and __syncthreads: events, named barriers, registers; and what is said when
// nobody can go on. Kernels are C functions here.
#include "simt/hopper.h"
#include "unit/simt_kernels.h"

static volatile int after;  // is changed after a call that is to be named: so no compiler makes a jump of it

// ---- events ---------------------------------------------------------------------------------------------------------
static bool is_open[2];
static int asked, explained;

static bool over(struct thread *t) {
    asked++;
    return *(const bool *)t->awaited;
}
static void explain(struct thread *t) {
    cr_assert_eq(t, simt_self);
    explained++;
    finding_add(SIMT_DEADLOCK, t->pc, 0, NULL, "nobody opens it for thread %d", t->id);
}
static const struct waiting until_open = {.over = over, .explain = explain};

static void wait_for_last(void *unused) {
    (void)unused;
    if (id() == 63) is_open[0] = true;
    else simt_wait(&until_open, &is_open[0], 1);
    cr_assert(is_open[0]);
    simt_syncwarp(~0u);
    result[id()]++;
}

Test(simt_waits, waits_end_by_events) {
    cr_assert_eq(launch1(wait_for_last, 1, 64), cudaSuccess);
    for (int i = 0; i < 64; i++) cr_assert_eq(result[i], 1);
    cr_assert_eq(asked, 63, "once, as no warp could go on");
    cr_assert_eq(explained, 0);
}

static void wait_for_ever(void *unused) {
    (void)unused;
    if (id() < 40) simt_wait(&until_open, &is_open[1], 77);
    if (id() < 64) simt_syncwarp(~0u);
    HERE, simt_barrier(1, 0, 0);
    after++;
}

Test(simt_waits, a_deadlock_explains_each_kind_of_waiter_once) {
    cr_assert_eq(launch1(wait_for_ever, 1, 96), cudaErrorLaunchTimeout);
    cr_assert_eq(explained, 1);
    bool warp = false, block_waits = false;
    for (int i = 0; i < simt_finding_count(); i++) {
        const struct simt_finding *f = simt_finding(i);
        warp |= strstr(f->what, "lane 8 waits in __syncwarp for lane 0, which waits for something") != NULL;
        block_waits |= f->place.line == line[0] && strstr(f->what, "32 of the block's 96 threads") != NULL;
    }
    cr_assert(warp && block_waits && simt_finding_count() == 3);
}

static void spin(void *unused) {
    (void)unused;
    int *flag = simt_shared_variable("c.cu", 1, 0, sizeof *flag, 4, "flag");
    *flag = 0;
    if (id() < 32) {
        while (*(volatile int *)flag == 0) simt_poll(flag, sizeof *flag, 5);
    } else {
        simt_wait(&until_open, &is_open[1], 77);
    }
}

Test(simt_waits, who_polls_and_who_waits) {
    cr_assert_eq(launch1(spin, 1, 64), cudaErrorLaunchTimeout);
    cr_assert_eq(explained, 1);
    cr_assert_eq(simt_finding_count(), 2);
    cr_assert(strstr(simt_finding(0)->what, "32 threads of the block wait in a loop"));
    cr_assert(strstr(simt_finding(0)->fix, "let a thread of the block change it"));
}

// ---- named barriers -------------------------------------------------------------------------------------------------
static void hand_over(void *unused) {
    (void)unused;
    const int t = id() % 64;
    for (int i = 0; i < 8; i++) {
        if (id() < 64) {
            if (i > 0) simt_named_barrier(2, 128, 1);
            counted[t] = i;
            simt_named_barrier(1, 128, 0);
        } else {
            simt_named_barrier(1, 128, 1);
            cr_assert_eq(counted[63 - t], i);
            if (i < 7) simt_named_barrier(2, 128, 0);
        }
    }
}

Test(simt_waits, a_buffer_goes_to_and_fro) {
    cr_assert_eq(launch1(hand_over, 2, 128), cudaSuccess);
    check_none();
    cr_assert_eq(launch_clusters(hand_over, 2, 128, 2, 0), cudaSuccess, "each block has its own sixteen");
    check_none();
}

static int name, threads;

static void come_once(void *unused) {
    (void)unused;
    HERE, simt_named_barrier(name, (unsigned)threads, 1);
    after++;
}

static void check_named(int id_, int threads_, int error, const char *words) {
    name = id_, threads = threads_;
    simt_forget();
    cr_assert_eq(launch1(come_once, 1, 64), error);
    cr_assert(strstr(check_found(SIMT_DEADLOCK)->what, words), "%s", simt_finding(0)->what);
}

Test(simt_waits, wrong_named_barriers) {
    check_named(16, 64, cudaSuccess, "has 16");
    check_named(0, 64, cudaSuccess, "__syncthreads");
    check_named(1, 40, cudaSuccess, "whole warps");
    check_named(1, 96, cudaSuccess, "the block has 64");
    check_named(1, 0, cudaSuccess, "whole warps");
}

// ---- registers ------------------------------------------------------------------------------------------------------
static int give, take;

static void give_and_take(void *unused) {
    (void)unused;
    if (id() < 128) simt_set_registers((unsigned)give, 0);
    else HERE, simt_set_registers((unsigned)take, 1);
    counted[0]++;
}

static int registers(int give_, int take_) {
    give = give_, take = take_, counted[0] = 0;
    simt_forget();
    cudaDeviceReset();
    return launch1(give_and_take, 1, 384);
}

Test(simt_waits, registers_that_add_up) {
    cr_assert_eq(registers(40, 232), cudaSuccess);
    cr_assert_eq(registers(24, 240), cudaSuccess);
    cr_assert_eq(registers(168, 168), cudaSuccess);
    check_none();
}

Test(simt_waits, registers_that_do_not) {
    cr_assert_eq(registers(48, 232), cudaErrorLaunchTimeout);
    const char *what = check_found(SIMT_REGISTERS)->what;
    cr_assert(strstr(what, "needs 65536 registers, and it began with 64512 (384 threads of 168)"), "%s", what);
    cr_assert_lt(counted[0], 384);
}

static void dec_and_inc(void *unused) {
    (void)unused;
    HERE, simt_set_registers((unsigned)give, 0);
    after++;
}

Test(simt_waits, registers_that_nobody_has) {
    give = 176;
    cr_assert_eq(launch1(dec_and_inc, 1, 384), cudaSuccess);
    cr_assert(strstr(check_found(SIMT_REGISTERS)->what, "begins with 168"));
    give = 20;
    simt_forget();
    cr_assert_eq(launch1(dec_and_inc, 1, 384), cudaSuccess);
    check_found(SIMT_REGISTERS);
    give = 44;
    simt_forget();
    cr_assert_eq(launch1(dec_and_inc, 1, 384), cudaSuccess);
    check_found(SIMT_REGISTERS);
}

static void three_warps_give(void *unused) {
    (void)unused;
    if (id() < 96) HERE, simt_set_registers(40, 0);
    after++;
}

Test(simt_waits, a_warpgroup_gives_as_one) {
    cr_assert_eq(launch1(three_warps_give, 1, 256), cudaSuccess);
    check_found(SIMT_REGISTERS);
}

static void three_warps_take(void *unused) {
    (void)unused;
    if (id() >= 128) simt_set_registers(24, 0);
    else if (id() < 96) HERE, simt_set_registers(256, 1);
    after++;
}

Test(simt_waits, a_warpgroup_takes_as_one) {
    cr_assert_eq(launch1(three_warps_take, 1, 384), cudaErrorLaunchTimeout);
    cr_assert(strstr(check_found(SIMT_REGISTERS)->what, "3 of the warpgroup's 4 warps have come"));
}
