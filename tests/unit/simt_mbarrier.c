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

// ---- engines --------------------------------------------------------------------------------------------------------
static uintptr_t tile_of(int floats) {
    return (uintptr_t)shared(0, (size_t)floats);
}

// Thread 0 has 256 bytes brought to the tile, and lets them land at once.
static void bring(uintptr_t to, uint64_t *full) {
    simt_mbarrier_arrive(full, 256, 1);
    if (mbarrier_for_engine((uintptr_t)full, "a copy", 7)) engine_write(to, 256, "a copy", 7);
    engine_landed(to, 256, simt_self->id, 7, mbarrier_message((uintptr_t)full));
    memset((void *)to, 0, 256);
    mbarrier_complete((uintptr_t)full, 256, simt_self->id, 7);
}

static bool waits_for_it, other_barrier;
static void landed(void *unused) {
    (void)unused;
    float *tile = (float *)tile_of(64);
    uint64_t *full = begin(2, 1);
    if (tid() == 0) bring((uintptr_t)tile, full);
    if (tid() == 0 && other_barrier) simt_mbarrier_arrive(full + 1, 0, 0);
    if (waits_for_it) simt_mbarrier_wait(full + other_barrier, 0);
    if (tid() < 64) LOAD(&tile[tid()]);
}
Test(simt_mbarrier, who_waits_for_a_copy_may_read_it) {
    waits_for_it = true;
    run(landed, 2, 64);
    check_none("landed");
}
Test(simt_mbarrier, a_copy_that_has_landed_is_still_not_known_to_who_did_not_wait) {
    run(landed, 1, 64);
    check_found(SIMT_MBARRIER, "this thread has not waited for that");
}
Test(simt_mbarrier, to_wait_for_another_barrier_does_not_help) {
    waits_for_it = other_barrier = true;
    run(landed, 1, 64);
    check_found(SIMT_MBARRIER, "for bar[0], and this thread has not waited for that");
}

// Warpgroup 0 has its tile read by an engine; a thread of another warp writes there.
static bool reads_end, hears, tells, writer_waits;
static void overwritten(void *unused) {
    (void)unused;
    float *tile = (float *)tile_of(64);
    uint64_t *full = begin(2, 1), *empty = full + 1;
    static uint64_t ended;
    if (tid() == 0) {
        bring((uintptr_t)tile, full);
        simt_mbarrier_wait(full, 0);
        engine_read((uintptr_t)tile, 256, 0, "wgmma", 9);
        if (tells && !hears) simt_mbarrier_arrive(empty, 0, 0);
        if (reads_end) engine_read_end((uintptr_t)tile, 256, 0);
        ended = clock_now();
        if (hears) engine_heard(0, ended);
        if (tells && hears) simt_mbarrier_arrive(empty, 0, 0);
    }
    if (tid() != 128) return;
    simt_mbarrier_wait(full, 0);
    if (writer_waits) simt_mbarrier_wait(empty, 0);
    STORE(&tile[3], 1);
}
static void run_overwritten(bool end, bool hear, bool tell, bool wait) {
    reads_end = end, hears = hear, tells = tell, writer_waits = wait;
    run(overwritten, 1, 160);
}
Test(simt_mbarrier, who_was_told_that_a_tile_was_read_may_write_there) {
    run_overwritten(true, true, true, true);
    check_none("overwritten");
}
Test(simt_mbarrier, a_tile_that_is_being_read_must_not_be_written) {
    run_overwritten(false, false, false, false);
    check_found(SIMT_RACE, "which wgmma of");
}
Test(simt_mbarrier, a_tile_that_was_read_must_not_be_written_by_who_does_not_know) {
    run_overwritten(true, true, true, false);
    check_found(SIMT_RACE, "nobody has told this thread that it is over");
}
Test(simt_mbarrier, to_arrive_before_the_reads_are_over_tells_nothing) {
    run_overwritten(true, false, true, true);
    check_found(SIMT_RACE, "nobody has told this thread that it is over");
}

// ---- proxies --------------------------------------------------------------------------------------------------------
enum { NO_FENCE, BEFORE, EACH, READER_AFTER, READER_BEFORE };
static int fence;
static void proxies(void *unused) {
    (void)unused;
    float *tile = (float *)tile_of(64);
    if (fence == BEFORE) simt_fence_proxy_async();
    STORE(&tile[tid()], 1);
    if (fence == EACH || (fence == READER_BEFORE && tid() == 0)) simt_fence_proxy_async();
    BARRIER();
    if (tid() != 0) return;
    if (fence == READER_AFTER) simt_fence_proxy_async();
    engine_read((uintptr_t)tile, 256, NO_TEAM, "a store", 9);
    engine_read_end((uintptr_t)tile, 256, NO_TEAM);
}
Test(simt_mbarrier, fences_that_are_right) {
    for (int b = 1; b <= 2; b++) {
        fence = EACH, run(proxies, (unsigned)b, 64);
        fence = READER_AFTER, run(proxies, (unsigned)b, 64);
    }
    check_none("fenced");
}
static void check_unfenced(int which, const char *words) {
    fence = which;
    run(proxies, 1, 64);
    check_found(SIMT_PROXY_FENCE, words);
}
Test(simt_mbarrier, no_fence) {
    check_unfenced(NO_FENCE, "a store reads element 0");
}
Test(simt_mbarrier, a_fence_before_the_write) {
    check_unfenced(BEFORE, "a store reads element 0");
}
Test(simt_mbarrier, a_fence_of_one_thread_counts_for_what_it_knows) {
    check_unfenced(READER_BEFORE, "a store reads element 1");
}

// ---- ticks ----------------------------------------------------------------------------------------------------------
// More messages than there are ticks in an epoch: some races may be missed then, but none invented, and no fence is forgotten.
static void many_messages(void *unused) {
    (void)unused;
    float *tile = (float *)tile_of(64);
    uint64_t *b = begin(2, 1);
    STORE(&tile[32 + tid()], 1);
    simt_fence_proxy_async();
    for (int i = 0; i < 40000; i++) {
        uint64_t *mine = &b[tid()], *other = &b[1 - tid()];
        if (tid() == 1) simt_mbarrier_wait(other, i & 1);
        STORE(&tile[0], (float)(2 * i + tid()));
        simt_mbarrier_arrive(mine, 0, 0);
        if (tid() == 0) simt_mbarrier_wait(other, i & 1);
    }
    if (tid() == 0) {
        engine_read((uintptr_t)&tile[32], 16, NO_TEAM, "a store", 9);
        engine_read_end((uintptr_t)&tile[32], 16, NO_TEAM);
    }
}
Test(simt_mbarrier, more_messages_than_ticks) {
    run(many_messages, 1, 2);
    for (int i = 0; i < simt_finding_count(); i++)
        cr_assert_eq(simt_finding(i)->kind, SIMT_UNINITIALISED, "%s", simt_finding(i)->what);
}

// ---- wrong use ------------------------------------------------------------------------------------------------------
static void not_initialised(void *unused) {
    (void)unused;
    simt_mbarrier_wait(bars(1), 0);
}
static void invalidated(void *unused) {
    (void)unused;
    uint64_t *b = begin(1, 1);
    if (tid() == 0) simt_mbarrier_invalidate(b), simt_mbarrier_arrive(b, 0, 0);
}
static void no_arrivals(void *unused) {
    (void)unused;
    begin(1, 0);
}
static void in_global(void *unused) {
    (void)unused;
    if (tid() == 0) simt_mbarrier_init((uint64_t *)x, 1);
}
static void for_ever(void *unused) {
    (void)unused;
    uint64_t *b = begin(1, 3);
    if (tid() == 0) simt_mbarrier_arrive(b, 512, 1);
    simt_mbarrier_wait(b, 0);
}
static void asks_for_ever(void *unused) {
    (void)unused;
    uint64_t *b = begin(1, 3);
    while (!simt_mbarrier_test(b, 0)) {
    }
}
static void too_many_bytes(void *unused) {
    (void)unused;
    uint64_t *b = begin(1, 1);
    if (tid() == 0) simt_mbarrier_expect(b, 1 << 20);
}
Test(simt_mbarrier, wrong_uses_are_named) {
    cudaMalloc((void **)&x, 64);
    const struct {
        void (*kernel)(void *);
        enum simt_kind kind;
        const char *words;
    } wrong[] = {{not_initialised, SIMT_MBARRIER, "mbarrier_wait on bar, which nobody in this block has initialised"},
                 {invalidated, SIMT_MBARRIER, "which is invalidated already"},
                 {no_arrivals, SIMT_MBARRIER, "with 0 arrivals: it takes 1 to 1048575"},
                 {in_global, SIMT_MBARRIER, "an mbarrier lies in shared memory"},
                 {too_many_bytes, SIMT_MBARRIER, "expects 1048576 bytes in one phase"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        simt_forget();
        run(wrong[i].kernel, 1, 32);
        check_found(wrong[i].kind, wrong[i].words);
    }
}
Test(simt_mbarrier, a_deadlock_says_what_is_missing) {
    run(for_ever, 1, 32);
    check_found(SIMT_DEADLOCK, "1 of 3 arrivals have come, and 512 of 512 expected bytes are missing");
}
Test(simt_mbarrier, who_asks_for_ever_is_a_deadlock_too) {
    run(asks_for_ever, 1, 32);
    check_found(SIMT_DEADLOCK,
                "asks again and again for phase 0 (parity 0) of bar, which never ends: 0 of 3 arrivals have come");
}
