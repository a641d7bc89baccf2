// Tests of reduce_tree.cu and reduce_shuffle.cu.
#include "22-cuda-basics/definitions.h"

typedef void reduce_function(float *sums, const float *in, int n);
typedef void reduce_grid_function(float *sums, const float *in, int n, int blocks);

// ---- a block for each THREADS elements ------------------------------------------------------------------------------
static void grade_block_sums(const char *name, reduce_function *reduce, const float *in, int n) {
    int blocks = ceil_div(n, THREADS);
    double *want = grade_doubles(blocks), *even = grade_doubles(blocks), *half = grade_doubles(blocks);
    double *first = grade_doubles(blocks), *warp = grade_doubles(blocks);
    for (int i = 0; i < n; i++) {
        int b = i / THREADS, t = i % THREADS;
        double value = (double)in[i];
        want[b] += value;
        if (t % 2 == 0) even[b] += value;
        if (t < THREADS / 2) half[b] += value;
        if (t == 0) first[b] = value;
        if (t < LANES) warp[b] += value;
    }
    float *sums = gpu_output(blocks);
    reduce(sums, gpu_copy(in, n), n);
    char what[80];
    snprintf(what, sizeof what, "%s, n = %d: sums", name, n);
    float *got = fetched(name, sums, blocks);
    if (n >= THREADS) {
        suspect("every other element is missing: a round with step 1 is left out", even);
        suspect("the upper half of the block is missing: a round with step THREADS/2 is left out", half);
        suspect("the block's first element alone: nothing is added", first);
        suspect("the block's first 32 elements alone", warp);
    }
    grade_array(what, got, want, AXES("b", blocks), 2e-5);
}

static void grade_reduce(const char *name, reduce_function *reduce) {
    grade_block_sums(name, reduce, one_to(THREADS), THREADS);  // section 22.5: 32,896
    const int sizes[] = {3 * THREADS, grade_int(1000, 3000), 1, THREADS - 1, THREADS + 1, grade_int(10000, 20000)};
    for (int s = 0; s < COUNT(sizes); s++) grade_block_sums(name, reduce, grade_floats(sizes[s]), sizes[s]);
}

EXERCISE(reduce_strided, .number = "22.4", .points = 2) {
    enum { BLOCKS = 12 };
    grade_reduce("reduce_strided", reduce_strided);
    gpu_forget();
    grade_block_sums("reduce_strided", reduce_strided, grade_floats(BLOCKS * THREADS), BLOCKS * THREADS);
    double requests = shared_requests_per_block(BLOCKS);
    no_atomics("reduce_strided");
    lanes_together("reduce_strided");
    grade_true(requests <= 60,  // 8 to fill s, 12 times 2 loads and a store, 1 to read the sum
               "reduce_strided: the warps of a block make %.0f requests to shared memory, where 45 would do: one "
               "thread adds too much, or the lanes that work are spread over too many warps. Thread t should work at "
               "2*step*t",
               requests);
}

EXERCISE(reduce_sequential, .number = "22.5", .points = 3) {
    grade_reduce("reduce_sequential", reduce_sequential);
}

EXERCISE(reduce_sequential_banks, .number = "22.5", .points = 2, .needs = "reduce_sequential") {
    enum { BLOCKS = 12 };
    grade_block_sums("reduce_sequential", reduce_sequential, grade_floats(BLOCKS * THREADS), BLOCKS * THREADS);
    no_atomics("reduce_sequential");
    gpu_conflict_free("reduce_sequential", 1.02);
    lanes_together("reduce_sequential");
    double requests = shared_requests_per_block(BLOCKS), barriers = barriers_per_block();
    grade_true(
        requests <= 60,
        "reduce_sequential: the warps of a block make %.0f requests to shared memory, where 45 would do: in each round "
        "the first `step` threads should add one word each",
        requests);
    grade_true(barriers <= 9, "reduce_sequential: %.0f barriers in each block, where 8 would do", barriers);
}

// ---- a grid of any size ---------------------------------------------------------------------------------------------
static void grade_grid_sums(const char *name, reduce_grid_function *reduce, const float *in, int n, int blocks) {
    double *want = grade_doubles(blocks), *no_loop = grade_doubles(blocks), *runs = grade_doubles(blocks);
    double *warp = grade_doubles(blocks), *all = grade_doubles(blocks), *even = grade_doubles(blocks);
    double *low = grade_doubles(blocks), *four = grade_doubles(blocks);
    int run = ceil_div(n, blocks);
    for (int i = 0; i < n; i++) {
        int b = i / THREADS % blocks;
        double value = (double)in[i];
        want[b] += value;
        four[b] += 4 * value;
        if (i % LANES < LANES / 2) low[b] += value;
        if (i < blocks * THREADS) no_loop[b] += value;
        runs[i / run] += value;
        if (i % THREADS < LANES) warp[b] += value;
        if (i % 2 == 0 && i / LANES % 2 == 0) even[b] += value;
        for (int k = 0; k < blocks && k * THREADS <= i; k++) all[k] += value;
    }
    float *sums = gpu_output(blocks);
    reduce(sums, gpu_copy(in, n), n, blocks);
    char what[100];
    snprintf(what, sizeof what, "%s, n = %d, %d blocks: sums", name, n, blocks);
    float *got = fetched(name, sums, blocks);
    if (n >= THREADS) {
        suspect("the sum of the first warp alone: those of the other seven are not added", warp);
        suspect("the upper 16 lanes of every warp are missing: a round with step 16 is left out", low);
        suspect("each warp's sum is added four times: there are 8, and lanes 8 to 31 must take 0", four);
        suspect("every other lane and every other warp is missing: a round with step 1 is left out", even);
    }
    if (n > blocks * THREADS) {
        suspect("each thread takes one element; the loop over the rest of them is missing", no_loop);
        suspect("each block takes a run of elements in a row; they are to be a grid's width apart", runs);
        suspect("the loop's step is one block's width, so that the blocks add the same elements again", all);
    }
    grade_array(what, got, want, AXES("b", blocks), 5e-5);
}

static void grade_random(const char *name, reduce_grid_function *reduce, int n, int blocks) {
    grade_grid_sums(name, reduce, grade_floats(n), n, blocks);
}

static void grade_grid_reduce(const char *name, reduce_grid_function *reduce) {
    grade_grid_sums(name, reduce, one_to(THREADS), THREADS, 1);  // section 22.5: 32,896
    grade_random(name, reduce, grade_int(4000, 6000), 3);
    grade_random(name, reduce, grade_int(5000, 9000), 1);
    grade_random(name, reduce, 2 * THREADS, 2);
    grade_random(name, reduce, THREADS + 1, 3);  // a block with one element, and one with none
    grade_random(name, reduce, 1, 1);
    grade_random(name, reduce, grade_int(20000, 30000), 7);
}

EXERCISE(reduce_first_add, .number = "22.6", .points = 5) {
    enum { BLOCKS = 4, N = 40 * BLOCKS * THREADS };
    grade_grid_reduce("reduce_first_add", reduce_first_add);
    gpu_forget();
    grade_grid_sums("reduce_first_add", reduce_first_add, grade_floats(N), N, BLOCKS);
    gpu_coalesced("reduce_first_add", 1.05);
    lanes_together("reduce_first_add");
    no_atomics("reduce_first_add");
    grade_true(barriers_per_block() > 1,
               "reduce_first_add has no tree: without barriers the sums of 8 warps cannot meet");
    gpu_conflict_free("reduce_first_add", 1.02);
    double requests = shared_requests_per_block(BLOCKS);
    grade_true(
        requests <= 60,
        "reduce_first_add: the warps of a block make %.0f requests to shared memory, where 45 would do: add in a "
        "register, and run the tree of version 3 once",
        requests);
}

EXERCISE(reduce_shuffle, .number = "22.7", .points = 5) {
    grade_grid_reduce("reduce_shuffle", reduce_shuffle);
}

EXERCISE(reduce_shuffle_barriers, .number = "22.7", .points = 3, .needs = "reduce_shuffle") {
    enum { BLOCKS = 4, N = 40 * BLOCKS * THREADS };
    grade_grid_sums("reduce_shuffle", reduce_shuffle, grade_floats(N), N, BLOCKS);
    gpu_coalesced("reduce_shuffle", 1.05);
    lanes_together("reduce_shuffle");
    no_atomics("reduce_shuffle");
    double barriers = barriers_per_block(), requests = shared_requests_per_block(BLOCKS);
    double calls = (double)gpu_counters().warp_calls / BLOCKS;
    grade_true(calls > 0, "reduce_shuffle has no shuffles: nothing was handed from lane to lane");
    grade_true(
        barriers > 0,
        "reduce_shuffle has no barrier: the sums of 8 warps meet in shared memory, or is there one warp that does "
        "it all?");
    grade_true(barriers <= 1,
               "reduce_shuffle: %.0f barriers in each block, where one would do: the lanes of a warp need none",
               barriers);
    grade_true(requests <= 12,
               "reduce_shuffle: the warps of a block make %.0f requests to shared memory, where 9 would do: one number "
               "for each warp",
               requests);
    grade_true(
        calls <= 60,
        "reduce_shuffle: %.0f shuffles in each block, where 45 would do: five for each warp, and five for the sums",
        calls);
}

static void grade_sum(const float *in, int n) {
    double sum = 0, first = 0, capped = 0;
    int blocks = ceil_div(n, THREADS) < REDUCE_BLOCKS ? ceil_div(n, THREADS) : REDUCE_BLOCKS;
    for (int i = 0; i < n; i++) {
        sum += (double)in[i];
        if (i / THREADS % blocks == 0) first += (double)in[i];
        if (i < REDUCE_BLOCKS * THREADS) capped += (double)in[i];
    }
    float *out = gpu_output(1);
    reduce_sum(out, gpu_output(REDUCE_BLOCKS), gpu_copy(in, n), n);
    char what[60];
    snprintf(what, sizeof what, "reduce_sum, n = %d: out", n);
    float *got = fetched("reduce_sum", out, 1);
    suspect_scalar("the first block's sum alone", first);
    suspect_scalar("only the first REDUCE_BLOCKS * THREADS elements", capped);
    grade_scalar(what, (double)got[0], sum, 1e-4);
}

static void grade_random_sum(int n) {
    grade_sum(grade_floats(n), n);
}

EXERCISE(reduce_sum, .number = "22.8", .points = 4, .needs = "reduce_shuffle") {
    grade_sum(one_to(THREADS), THREADS);  // section 22.5: 32,896
    grade_random_sum(grade_int(1000, 2000));
    gpu_forget();
    grade_random_sum(grade_int(60000, 70000));
    int launches = simt_launch_count();
    unsigned blocks = simt_launch(0)->grid[0];
    grade_true(launches > 1 || blocks > 1,
               "reduce_sum launched one kernel: one block alone leaves the rest of a GPU idle");
    grade_true(launches > 1, "reduce_sum launched one kernel: a second launch, of one block, should add up the sums");
    grade_true(launches == 2, "reduce_sum launched %d kernels, where two will do", launches);
    grade_true(blocks == REDUCE_BLOCKS, "reduce_sum's first launch has %u blocks, where %d fit: the more, the better",
               blocks, REDUCE_BLOCKS);
    grade_true(simt_launch(1)->counters.warp_calls > 0,
               "reduce_sum's second launch has no shuffles: one block of reduce_shuffle can add up the sums");
    grade_random_sum(REDUCE_BLOCKS * THREADS + 1);
    grade_random_sum(THREADS);
    grade_random_sum(1);
}
