// The simulator's mbarriers: phases, who knows of whom by them, what engines do meanwhile, and what is said when they are wrong.
#include <stdio.h>

#include "unit/simt_kernel.h"

#include "simt/hopper.h"

static void setup(void) {
    __tsan_init();
    simt_quiet(true);
}
TestSuite(simt_mbarrier, .init = setup, .timeout = 20);

static uint64_t *bars(int n) {
    return simt_shared_variable("ring.cu", 5, 9, 8 * (size_t)n, 8, "bar");
}

// Thread 0 sets up n barriers of `arrivals`, and all meet.
static uint64_t *begin(int n, unsigned arrivals) {
    uint64_t *b = bars(n);
    if (tid() == 0) {
        for (int i = 0; i < n; i++) simt_mbarrier_init(&b[i], arrivals);
        simt_fence_mbarrier_init();
    }
    BARRIER();
    return b;
}

// ---- phases ---------------------------------------------------------------------------------------------------------
static int seen[8];
static void phases(void *unused) {
    (void)unused;
    uint64_t *b = begin(1, 3);
    if (tid() != 0) return;
    seen[0] = simt_mbarrier_test(b, 1), seen[1] = simt_mbarrier_test(b, 0);
    simt_mbarrier_wait(b, 1);
    simt_mbarrier_arrive(b, 0, 0);
    simt_mbarrier_arrive(b, 0, 0);
    seen[2] = simt_mbarrier_test(b, 0);
    simt_mbarrier_arrive(b, 0, 0);
    seen[3] = simt_mbarrier_test(b, 0), seen[4] = simt_mbarrier_test(b, 1);
    for (int i = 0; i < 3; i++) simt_mbarrier_arrive(b, 0, 0);
    seen[5] = simt_mbarrier_test(b, 0), seen[6] = simt_mbarrier_test(b, 1);
    seen[7] = (int)mbarrier_phase((uintptr_t)b);
}
Test(simt_mbarrier, a_phase_ends_with_its_last_arrival_and_parities_alternate) {
    run(phases, 1, 32);
    const int expected[8] = {1, 0, 0, 1, 0, 0, 1, 2};
    for (int i = 0; i < 8; i++) cr_assert_eq(seen[i], expected[i], "answer %d is %d", i, seen[i]);
    check_none("phases");
    cr_assert_eq(simt_launch(-1)->counters.mbarrier_arrivals, 6);
}

// ---- rings ----------------------------------------------------------------------------------------------------------
enum { STAGES = 3, STEPS = 20, CONSUMERS = 64, STAGE = 64 };
static bool skip_empty, skip_full, one_arrival;
static float sum;

// Warp 2 fills a stage of 64 floats, warps 0 and 1 read it: each of them all of it.
static void ring(void *unused) {
    (void)unused;
    float *tile = shared(0, STAGES * STAGE);
    uint64_t *full = bars(2 * STAGES), *empty = full + STAGES;
    if (tid() == 0)
        for (int i = 0; i < STAGES; i++) {
            simt_mbarrier_init(&full[i], 32);
            simt_mbarrier_init(&empty[i], one_arrival ? CONSUMERS / 2 : CONSUMERS);
        }
    BARRIER();
    for (int step = 0; step < STEPS; step++) {
        const int s = step % STAGES, round = step / STAGES;
        float *stage = tile + s * STAGE;
        if (tid() >= CONSUMERS) {
            if (!skip_empty) simt_mbarrier_wait(&empty[s], (round & 1) ^ 1);
            for (int i = tid() % 32; i < STAGE; i += 32) STORE(&stage[i], (float)step);
            simt_mbarrier_arrive(&full[s], 0, 0);
        } else {
            if (!skip_full) simt_mbarrier_wait(&full[s], round & 1);
            for (int i = 0; i < STAGE; i++) sum += LOAD(&stage[i]);
            if (!one_arrival || tid() < CONSUMERS / 2) simt_mbarrier_arrive(&empty[s], 0, 0);
        }
    }
}

Test(simt_mbarrier, a_ring_of_stages_is_in_order) {
    sum = 0;
    run(ring, 3, CONSUMERS + 32);
    check_none("ring");
    cr_assert_float_eq(sum, 3.0f * CONSUMERS * STAGE * STEPS * (STEPS - 1) / 2, 1, "%g", sum);
}
Test(simt_mbarrier, a_producer_that_does_not_wait_runs_away) {
    skip_empty = true;
    run(ring, 1, CONSUMERS + 32);
    check_found(SIMT_DEADLOCK, "0 of 32 arrivals have come");
}
Test(simt_mbarrier, consumers_that_do_not_wait_read_nothing) {
    skip_full = true;
    run(ring, 1, CONSUMERS + 32);
    check_found(SIMT_UNINITIALISED, "tile");
}
Test(simt_mbarrier, readers_that_do_not_arrive_race) {
    one_arrival = true;
    run(ring, 1, CONSUMERS + 32);
    check_found(SIMT_RACE, "which thread (63,0,0) read");
}
