// The simulator's engine: who runs when, and what the threads of a block and the lanes of a warp tell each other.
// Kernels are C functions here, and call what the headers of a .cu file call.
#include "unit/simt_kernels.h"

static volatile int after;  // is changed after a call that is to be named: so no compiler makes a jump of it

// ---- threads and blocks ---------------------------------------------------------------------------------------------
static void count_threads(void *unused) {
    (void)unused;
    const struct uint3 b = simt_block_index(), n = simt_grid_size();
    const int block = (int)(b.x + n.x * (b.y + n.y * b.z));
    counted[block * 24 + id()]++;
}

Test(simt_engine, every_thread_of_every_block_runs_once) {
    cr_assert_eq(launch(count_threads, (struct uint3){5, 3, 2}, (struct uint3){4, 3, 2}), cudaSuccess);
    for (int i = 0; i < 5 * 3 * 2 * 24; i++) cr_assert_eq(counted[i], 1, "thread %d", i);
    cr_assert_eq(counted[5 * 3 * 2 * 24], 0);
    const struct simt_launch *l = simt_launch(-1);
    cr_assert_str_eq(l->kernel, "kernel");
    cr_assert(l->grid[0] == 5 && l->grid[1] == 3 && l->grid[2] == 2 && l->block[0] == 4 && l->block[2] == 2);
    check_none();
}

static double depth(int n) {
    volatile double here = n;
    return n == 0 ? here : here + depth(n - 1);
}

// Numbers that a compiler keeps in registers are still there after other threads have run.
static void keep_locals(void *unused) {
    (void)unused;
    double x = id(), y = 2 * x, z = 3 * x;
    for (int i = 0; i < 3; i++) {
        simt_barrier(1, 0, 0);
        x += 1, y += depth(20), z *= 2;
    }
    result[id()] = (int)(x + y + z);
}

Test(simt_engine, threads_keep_their_locals) {
    cr_assert_eq(launch1(keep_locals, 2, 1000), cudaSuccess);
    for (int i = 0; i < 1000; i++) cr_assert_eq(result[i], i + 3 + 2 * i + 3 * 210 + 24 * i, "thread %d", i);
    cr_assert_eq(simt_launch(-1)->counters.barriers, 6);
}

// ---- barriers -------------------------------------------------------------------------------------------------------
static void rotate(void *unused) {
    (void)unused;
    const int n = (int)simt_block_size().x, t = id();
    for (int i = 0; i < 10; i++) {
        counted[t] = t + i;
        simt_barrier(1, 0, 0);
        result[t] = counted[(t + 1) % n];
        simt_barrier(2, 0, 0);
        cr_assert_eq(result[t], (t + 1) % n + i);
    }
}

Test(simt_engine, nobody_passes_a_barrier_early) {
    cr_assert_eq(launch1(rotate, 1, 77), cudaSuccess);
    cr_assert_eq(simt_launch(-1)->counters.barriers, 20);
    check_none();
}

static void vote_at_barriers(void *unused) {
    (void)unused;
    const int n = (int)simt_block_size().x;
    cr_assert_eq(simt_barrier(1, 1, id() % 3 == 0), (n + 2) / 3);
    cr_assert_eq(simt_barrier(2, 2, id() >= 0), 1);
    cr_assert_eq(simt_barrier(3, 2, id() != 5), 0);
    cr_assert_eq(simt_barrier(4, 3, id() == 99), 1);
    cr_assert_eq(simt_barrier(5, 3, 0), 0);
    cr_assert_eq(simt_barrier(6, 1, 1024), n);
}

Test(simt_engine, barriers_count) {
    cr_assert_eq(launch1(vote_at_barriers, 2, 100), cudaSuccess);
}

static void two_barriers(void *unused) {
    (void)unused;
    if (id() < 40) HERE, simt_barrier(1, 0, 0);
    else THERE, simt_barrier(2, 0, 0);
    result[id()]++;
}

Test(simt_engine, barriers_of_two_branches) {
    cr_assert_eq(launch1(two_barriers, 1, 64), cudaSuccess);
    const struct simt_finding *f = check_found(SIMT_DIVERGENT_BARRIER);
    cr_assert_str_eq(f->what, "40 of the block's 64 threads wait at this __syncthreads, 24 at another");
    for (int i = 0; i < 64; i++) cr_assert_eq(result[i], 1);
}

static void early_return(void *unused) {
    (void)unused;
    if (id() >= 50) return;
    HERE, simt_barrier(1, 0, 0);
    after++;
    simt_barrier(2, 0, 0);  // nothing new: no second finding
    after++;
}

Test(simt_engine, barrier_after_a_return) {
    cr_assert_eq(launch1(early_return, 3, 64), cudaSuccess);
    const struct simt_finding *f = check_found(SIMT_DIVERGENT_BARRIER);
    cr_assert_eq(f->count, 3);
    cr_assert(f->block[0] == 0 && f->thread[0] == 0);
    cr_assert(strstr(f->what, "14 have ended"), "%s", f->what);
}

// ---- shuffles -------------------------------------------------------------------------------------------------------
static int shuffled(unsigned mask, int value, int mode, int argument, int width) {
    simt_shuffle(mask, &value, sizeof value, mode, argument, width);
    return value;
}

static void shuffle_everything(void *unused) {
    (void)unused;
    const int lane = id() % WARP;
    for (int width = 1; width <= WARP; width *= 2)
        for (int by = 0; by < WARP; by++) {
            const int first = lane / width * width, place = lane % width;
            const int index = shuffled(~0u, lane, 0, by, width), up = shuffled(~0u, lane, 1, by, width);
            const int down = shuffled(~0u, lane, 2, by, width), crossed = shuffled(~0u, lane, 3, by, width);
            cr_assert_eq(index, first + by % width);
            cr_assert_eq(up, place >= by ? lane - by : lane);
            cr_assert_eq(down, place + by < width ? lane + by : lane);
            cr_assert_eq(crossed, (lane ^ by) < first + width ? lane ^ by : lane);
        }
    for (unsigned size = 1; size <= 16; size++) {
        unsigned char value[16], want[16];
        for (int i = 0; i < 16; i++) {
            value[i] = (unsigned char)(lane * 16 + i);
            want[i] = (unsigned char)(((unsigned)i < size ? (lane + 1) % WARP : lane) * 16 + i);
        }
        simt_shuffle(~0u, value, size, 0, lane + 1, WARP);
        cr_assert_arr_eq(value, want, 16, "%u bytes", size);
    }
}

Test(simt_engine, shuffles) {
    cr_assert_eq(launch1(shuffle_everything, 1, 64), cudaSuccess);
    check_none();
    cr_assert_eq(simt_launch(-1)->counters.warp_calls, 2 * (6 * 32 * 4 + 16));
}

// The lower half of a warp adds up; what its upper lanes read from outside the mask is not used.
static void sum_of_16(void *unused) {
    (void)unused;
    if (id() >= 16) return;
    int v = id();
    for (int by = 8; by > 0; by /= 2) v += shuffled(0xffff, v, 2, by, WARP);
    if (id() == 0) result[0] = v;
}

static void sum_of_short_block(void *unused) {
    (void)unused;
    int v = id();
    for (int by = 4; by > 0; by /= 2) v += shuffled(~0u, v, 2, by, WARP);
    if (id() == 0) result[0] = v;
}

Test(simt_engine, lanes_that_nobody_needs_are_no_finding) {
    cr_assert_eq(launch1(sum_of_16, 1, 32), cudaSuccess);
    cr_assert_eq(result[0], 120);
    cr_assert_eq(launch1(sum_of_short_block, 1, 8), cudaSuccess);
    cr_assert_eq(result[0], 28);
    check_none();
}

static void read_ended_lane(void *unused) {
    (void)unused;
    if (id() >= 20) return;
    int v = id();
    HERE, simt_shuffle(~0u, &v, sizeof v, 2, 16, WARP);
}

Test(simt_engine, shuffle_from_a_lane_that_has_ended) {
    cr_assert_eq(launch1(read_ended_lane, 1, 32), cudaSuccess);
    const struct simt_finding *f = check_found(SIMT_WARP_MASK);
    cr_assert_str_eq(f->what, "lane 4 reads lane 20 by __shfl_down_sync, but that lane has ended");
    cr_assert_eq(f->thread[0], 4);
    cr_assert_eq(f->count, 12);
}

static void read_lane_outside_mask(void *unused) {
    (void)unused;
    int v = id();
    if (id() < 8) HERE, simt_shuffle(0xff, &v, sizeof v, 0, 9, WARP);
}

Test(simt_engine, shuffle_from_outside_the_mask) {
    cr_assert_eq(launch1(read_lane_outside_mask, 1, 32), cudaSuccess);
    cr_assert(strstr(check_found(SIMT_WARP_MASK)->what, "the mask 0x000000ff does not name"));
}

static void read_lane_that_is_not(void *unused) {
    (void)unused;
    int v = id();
    HERE, simt_shuffle(~0u, &v, sizeof v, 3, 16, WARP);
}

Test(simt_engine, shuffle_in_a_warp_that_is_not_whole) {
    cr_assert_eq(launch1(read_lane_that_is_not, 1, 52), cudaSuccess);
    const struct simt_finding *f = check_found(SIMT_WARP_MASK);
    cr_assert(strstr(f->what, "lane 4 reads lane 20") && strstr(f->what, "only 20 lanes"), "%s", f->what);
    cr_assert_eq(f->thread[0], 36);
}

static void odd_width(void *unused) {
    (void)unused;
    int v = 1;
    HERE, simt_shuffle(~0u, &v, sizeof v, 0, 0, 12);
}

Test(simt_engine, shuffle_with_a_width_of_12) {
    cr_assert_eq(launch1(odd_width, 1, 32), cudaSuccess);
    check_found(SIMT_WARP_MASK);
}

// ---- votes, matches, collectives ------------------------------------------------------------------------------------
static void vote(void *unused) {
    (void)unused;
    const int lane = id() % WARP;
    cr_assert_eq(simt_vote(~0u, lane % 2, 0), 0xaaaaaaaa);
    cr_assert_eq(simt_vote(~0u, lane == 7, 1), 1);
    cr_assert_eq(simt_vote(~0u, lane == 7, 2), 0);
    cr_assert_eq(simt_vote(~0u, lane >= 0, 2), 1);
    if (lane < 4) cr_assert_eq(simt_vote(0xf, lane > 1, 0), 0xc);
    else cr_assert_eq(simt_vote(0xfffffff0, lane == 4, 0), 0x10);
    const long value = lane / 4;
    int pred;
    cr_assert_eq(simt_match(~0u, &value, sizeof value, 0, NULL), 0xfu << lane / 4 * 4);
    cr_assert_eq(simt_match(~0u, &value, sizeof value, 1, &pred), 0);
    cr_assert_eq(pred, 0);
    const char same = 'x';
    cr_assert_eq(simt_match(~0u, &same, 1, 1, &pred), ~0u);
    cr_assert_eq(pred, 1);
}

Test(simt_engine, votes_and_matches) {
    cr_assert_eq(launch1(vote, 2, 64), cudaSuccess);
    check_none();
}

// Lanes that have ended do not count, as the programming guide has it.
static void vote_after_return(void *unused) {
    (void)unused;
    if (id() % 2) return;
    cr_assert_eq(simt_vote(~0u, 1, 0), 0x55555555);
    cr_assert_eq(simt_vote(~0u, 1, 2), 1);
    simt_syncwarp(~0u);
}

Test(simt_engine, lanes_that_have_ended_do_not_vote) {
    cr_assert_eq(launch1(vote_after_return, 1, 32), cudaSuccess);
    check_none();
}

static void active(void *unused) {
    (void)unused;
    const int lane = id() % WARP;
    unsigned mask = 0;
    if (lane % 3 == 0) mask = simt_active_mask();
    else if (lane % 3 == 1) cr_assert_eq(simt_active_mask(), 0x92492492);
    if (lane % 3 == 0) cr_assert_eq(mask, 0x49249249);
    simt_syncwarp(~0u);
    cr_assert_eq(simt_active_mask(), ~0u);
}

Test(simt_engine, active_masks) {
    cr_assert_eq(launch1(active, 1, 32), cudaSuccess);
    check_none();
}

static void add_all(void **arguments, unsigned lanes) {
    cr_assert_null(simt_self);
    int sum = 0;
    for (int i = 0; i < WARP; i++) {
        cr_assert_eq(arguments[i] != NULL, lanes >> i & 1);
        if (arguments[i]) sum += *(int *)arguments[i];
    }
    for (int i = 0; i < WARP; i++)
        if (arguments[i]) *(int *)arguments[i] = sum;
}

static void collective(void *unused) {
    (void)unused;
    const int lane = id() % WARP;
    int v = lane;
    simt_collective(~0u, "sum", &v, add_all);
    cr_assert_eq(v, 496);
    v = lane;
    if (lane < 16) simt_collective(0xffff, "sum", &v, add_all);
    else simt_collective(0xffff0000, "sum", &v, add_all);
    cr_assert_eq(v, lane < 16 ? 120 : 376);
}

Test(simt_engine, collectives) {
    cr_assert_eq(launch1(collective, 1, 96), cudaSuccess);
    cr_assert_eq(simt_launch(-1)->counters.warp_calls, 9);
    check_none();
}

// ---- lanes that wait in vain ----------------------------------------------------------------------------------------
static void not_in_mask(void *unused) {
    (void)unused;
    HERE, simt_syncwarp(0x7fffffff);
    after++;
}

Test(simt_engine, mask_without_the_caller) {
    cr_assert_eq(launch1(not_in_mask, 1, 32), cudaSuccess);
    cr_assert_eq(check_found(SIMT_WARP_MASK)->thread[0], 31);
}

static void masks_differ(void *unused) {
    (void)unused;
    if (id() == 0) HERE, simt_syncwarp(~0u);
    else THERE, simt_syncwarp(0xfffffffe | (id() == 3));
    after++;
}

Test(simt_engine, masks_that_differ) {
    cr_assert_eq(launch1(masks_differ, 1, 32), cudaErrorLaunchTimeout);
    check_found(SIMT_WARP_MASK);
}

static void other_call(void *unused) {
    (void)unused;
    if (id() < 3) HERE, simt_syncwarp(~0u);
    else THERE, simt_vote(~0u, 1, 0);
    after++;
}

Test(simt_engine, lanes_at_another_call) {
    cr_assert_eq(launch1(other_call, 1, 32), cudaErrorLaunchTimeout);
    cr_assert_str_eq(check_found(SIMT_WARP_MASK)->what,
                     "lane 0 waits in __syncwarp for lane 3, which waits in __ballot_sync");
}

static void lane_at_barrier(void *unused) {
    (void)unused;
    if (id() % WARP < 30) HERE, simt_syncwarp(~0u);
    THERE, simt_barrier(1, 0, 0);
    after++;
}

Test(simt_engine, lanes_at_a_barrier) {
    cr_assert_eq(launch1(lane_at_barrier, 1, 64), cudaErrorLaunchTimeout);
    check_found(SIMT_DEADLOCK);
}

// ---- waiting for a value --------------------------------------------------------------------------------------------
static volatile int flag, lock;

__attribute__((noinline)) static void look(const volatile int *p) {
    simt_poll((const void *)p, sizeof *p, (uint32_t)(uintptr_t)__builtin_return_address(0));
}

static void wait_for_last_warp(void *unused) {
    (void)unused;
    if (id() == 127) flag = 1;
    for (; !flag; look(&flag)) {
    }
    result[id()]++;
}

Test(simt_engine, a_warp_waits_for_another) {
    cr_assert_eq(launch1(wait_for_last_warp, 1, 128), cudaSuccess);
    for (int i = 0; i < 128; i++) cr_assert_eq(result[i], 1);
    check_none();
}

// The lane that has the lock lets others run before it gives the lock back.
static void locked(void *unused) {
    (void)unused;
    for (;; look(&lock))
        if (!lock) break;
    lock = 1;
    const int before = counted[0];
    simt_pause();
    counted[0] = before + 1;
    lock = 0;
}

Test(simt_engine, a_lock) {
    cr_assert_eq(launch1(locked, 3, 100), cudaSuccess);
    cr_assert_eq(counted[0], 300);
    check_none();
}

static void wait_for_next_block(void *unused) {
    (void)unused;
    if (simt_block_index().x == 1) flag = 1;
    for (; !flag; HERE, look(&flag)) {
    }
    result[simt_block_index().x]++;
}

Test(simt_engine, a_block_waits_for_the_next) {
    cr_assert_eq(launch1(wait_for_next_block, 2, 64), cudaErrorLaunchTimeout);
    const struct simt_finding *f = check_found(SIMT_DEADLOCK);
    cr_assert(strstr(f->what, "64 threads of the block wait in a loop"), "%s", f->what);
    cr_assert_eq(result[0] + result[1], 0);
}

static void ticket(void *unused) {
    (void)unused;
    const int block = (int)simt_block_index().x;
    if (id() == 0)
        for (; flag < block; look(&flag)) {
        }
    simt_barrier(1, 0, 0);
    if (id() == 0) flag = flag + 1;
}

Test(simt_engine, a_block_waits_for_those_before) {
    cr_assert_eq(launch1(ticket, 20, 40), cudaSuccess);
    cr_assert_eq(flag, 20);
}
