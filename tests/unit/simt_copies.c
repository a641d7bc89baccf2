// cp.async's counters: how many copies have landed, how many of them while their thread had something else to do, and
// how many a wait left under way.
#include "unit/simt_kernel.h"

static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_copies, .init = setup, .timeout = 20);

static void start_copy(float *tile, int place) {
    simt_cp_async(&tile[4 * (32 * place + tid())], &x[4 * tid()], 16, 16);
    simt_cp_async_commit();
}

static void waits_at_once(void *unused) {
    (void)unused;
    float *tile = shared(0, 256);
    start_copy(tile, 0);
    simt_cp_async_wait(0);
    BARRIER();
    for (int i = 0; i < 50; i++) LOAD(&tile[i]);
}

static void reads_first(void *unused) {
    (void)unused;
    float *tile = shared(0, 256);
    start_copy(tile, 0);
    for (int i = 0; i < 50; i++) LOAD(&x[i]);
    simt_cp_async_wait(0);
}

static void one_step_ahead(void *unused) {
    (void)unused;
    float *tile = shared(0, 256);
    start_copy(tile, 0);
    start_copy(tile, 1);
    simt_cp_async_wait(1);  // the first: nothing was done since
    BARRIER();
    simt_cp_async_wait(0);  // the second: past a barrier
}

static void check_copies(void (*kernel)(void *), unsigned copies, unsigned ahead, unsigned left) {
    cr_assert_eq(run(kernel, 2, 32), cudaSuccess);
    check_none("copies");
    cr_assert_eq(simt_launch(-1)->counters.copies, copies);
    cr_assert_eq(simt_launch(-1)->counters.copies_ahead, ahead);
    cr_assert_eq(simt_launch(-1)->counters.copies_left, left);
}

Test(simt_copies, that_are_waited_for) {
    check_copies(waits_at_once, 64, 0, 0);
}

Test(simt_copies, while_others_are_read) {
    check_copies(reads_first, 64, 64, 0);
}

Test(simt_copies, past_a_barrier) {
    check_copies(one_step_ahead, 128, 64, 1);
}
