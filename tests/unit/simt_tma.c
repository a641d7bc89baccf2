// TMA: where a box's bytes go, on the way in and out, and what is counted.
#include "simt/hopper.h"
#include "unit/simt_tensor_map.h"

enum { TILE = 16 * 128 };  // bytes of a box of 16 rows

static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_tma, .init = setup, .timeout = 20);

// ---- kernels --------------------------------------------------------------------------------------------------------
static size_t shift;  // bytes, of the tile in its variable

static char *tile(void) {
    return (char *)simt_shared_variable("tile.cu", 3, 0, TILE + 1024, 1024, "tile") + shift;
}

static uint64_t *barrier(void) {
    uint64_t *b = simt_shared_variable("tile.cu", 4, 1, 8, 8, "full");
    if (tid() == 0) {
        simt_mbarrier_init(b, 1);
        simt_fence_mbarrier_init();
    }
    BARRIER();
    return b;
}

static bool brought[2];  // the tile's last byte, the one behind it
static unsigned span, span_beyond;
static uint32_t line_of_load;
static int at[5];         // coordinates
static const void *used;  // the map

static void load(void *unused) {
    (void)unused;
    uint64_t *b = barrier();
    if (tid() == 0) {
        simt_mbarrier_arrive(b, TILE, 1);
        simt_tma_load(tile(), used, b, 2, at, 0);
    }
    simt_mbarrier_wait(b, 0);
    for (int i = tid(); i < TILE / 4; i += 32) STORE(&y[i], LOAD((float *)tile() + i));
    brought[0] = tma_brought((uintptr_t)tile() + TILE - 1, &span, &line_of_load);
    brought[1] = tma_brought((uintptr_t)tile() + TILE, &span_beyond, &line_of_load);
}

// The map is where a parameter would be: in memory that a kernel may read.
static void put_map(const struct call *c) {
    static void *there;
    cr_assert_eq(encode(c), CUDA_SUCCESS);
    if (!there) cudaMalloc(&there, sizeof map);
    cudaMemcpy(there, &map, sizeof map, cudaMemcpyHostToDevice);
    used = there;
}

static void put_numbers(void) {
    static float in[N];
    for (int i = 0; i < N; i++) in[i] = (float)(i + 1);
    cudaMemcpy(x, in, sizeof in, cudaMemcpyHostToDevice);
}

static float number(int row, int column) {
    const bool inside = row >= 0 && row < ROWS && column >= 0 && column < COLUMNS;
    return inside ? (float)(row * COLUMNS + column + 1) : 0;
}

// The swizzle goes by the address: a box that begins elsewhere than at a multiple of 1024 begins elsewhere in the pattern.
static void check_landed(int place) {
    static float out[TILE / 4];
    shift = 128 * (size_t)place;
    cr_assert_eq(run(load, 1, 32), cudaSuccess);
    check_none("load");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int r = 0; r < 16; r++)
        for (int k = 0; k < 32; k++)
            cr_assert_eq(out[32 * r + ((k / 4) ^ ((r + place) % 8)) * 4 + k % 4], number(at[1] + r, at[0] + k),
                         "row %d, number %d, at %d", r, k, place);
}

Test(simt_tma, a_box_lands_swizzled_and_with_zeros_around) {
    const struct call c = usual();
    put_numbers();
    put_map(&c);
    at[0] = 16, at[1] = 12;
    check_landed(0);
    cr_assert(brought[0] && !brought[1]);
    cr_assert_eq(span, 128);
    const struct simt_counters *n = &simt_launch(-1)->counters;
    cr_assert_eq(n->tma_loads, 1);
    cr_assert_eq(n->tma_ahead, 1);
    cr_assert_eq(n->tma_read, 8 * 24 * 4);
    cr_assert_eq(n->tma_landed, 8 * 24 * 4);
    cr_assert_eq(n->global[SIMT_LOAD].requests, 0, "a TMA load is no load of a lane");
    at[0] = -3, at[1] = -5;
    check_landed(0);
    check_landed(3);
    at[0] = 100, at[1] = -100;
    check_landed(5);
    cr_assert_eq(simt_launch(-1)->counters.tma_read, 0);
    cr_assert_eq(simt_launch(-1)->counters.tma_outside, 1);
}

static void load_5d(void *unused) {
    (void)unused;
    uint64_t *b = barrier();
    if (tid() == 0) {
        simt_mbarrier_arrive(b, 8 * 2 * 3 * 2 * 2 * 4, 1);
        simt_tma_load(tile(), used, b, 5, at, 0);
    }
    simt_mbarrier_wait(b, 0);
    for (int i = tid(); i < 8 * 2 * 3 * 2 * 2; i += 32) STORE(&y[i], LOAD((float *)tile() + i));
}

// (u, w, z, y, x) of a tensor of 3 x 2 x 4 x 3 x 8; zeros beyond
static float element(const int i[5]) {
    static const int size[5] = {8, 3, 4, 2, 3}, step[5] = {1, 8, 24, 96, 192};
    int place = 1;
    for (int d = 0; d < 5; d++) {
        if (i[d] < 0 || i[d] >= size[d]) return 0;
        place += i[d] * step[d];
    }
    return (float)place;
}

Test(simt_tma, five_dimensions) {
    static float out[8 * 2 * 3 * 2 * 2];
    struct call c = {.type = CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
                     .rank = 5,
                     .start = (char *)x,
                     .sizes = {8, 3, 4, 2, 3},
                     .strides = {32, 96, 384, 768},
                     .box = {8, 2, 3, 2, 2},
                     .steps = {1, 1, 1, 1, 1}};
    put_numbers();
    put_map(&c);
    memcpy(at, (int[]){-3, 1, -1, 0, 2}, sizeof at);
    cr_assert_eq(run(load_5d, 1, 32), cudaSuccess);
    check_none("five dimensions");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int i = 0; i < 8 * 2 * 3 * 2 * 2; i++) {
        const int where[5] = {at[0] + i % 8, at[1] + i / 8 % 2, at[2] + i / 16 % 3, at[3] + i / 48 % 2, at[4] + i / 96};
        cr_assert_eq(out[i], element(where), "number %d", i);
    }
}

Test(simt_tma, element_strides_leave_rows_out) {
    static float out[TILE / 4];
    put_numbers();
    struct call c = usual();
    c.box[1] = 31, c.steps[1] = 2, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE;  // 16 rows
    put_map(&c);
    at[0] = 0, at[1] = 1;
    cr_assert_eq(run(load, 1, 32), cudaSuccess);
    check_none("load");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int r = 0; r < 16; r++)
        for (int k = 0; k < 32; k++) cr_assert_eq(out[32 * r + k], number(1 + 2 * r, k), "row %d", r);
}

// Each of two blocks brings half of the tile to both.
static void load_half(void *unused) {
    (void)unused;
    const unsigned rank = simt_cluster_rank();
    const int from[] = {0, (int)(8 * rank)};
    uint64_t *b = barrier();
    simt_cluster_arrive();
    simt_cluster_wait();
    if (tid() == 0) {
        simt_mbarrier_arrive(b, TILE, 1);
        simt_tma_load(tile() + rank * TILE / 2, used, b, 2, from, 3);
    }
    simt_mbarrier_wait(b, 0);
    for (int i = tid(); i < TILE / 8; i += 32) STORE(&y[(int)rank * TILE / 8 + i], LOAD((float *)tile() + 2 * i));
    simt_cluster_arrive();
    simt_cluster_wait();
}

Test(simt_tma, a_multicast_is_read_once_and_lands_in_each_block) {
    static float out[TILE / 4];
    put_numbers();
    struct call c = usual();
    c.box[1] = 8, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE;
    put_map(&c);
    const struct simt_config pair = {.grid = {2, 1, 1}, .block = {32, 1, 1}, .cluster = {2, 1, 1}};
    simt_run("kernel", &pair, load_half, NULL);
    check_none("multicast");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int i = 0; i < TILE / 4; i++) {
        const int k = 2 * (i % (TILE / 8));
        cr_assert_eq(out[i], number(k / 32, k % 32), "number %d", i);
    }
    const struct simt_counters *n = &simt_launch(-1)->counters;
    cr_assert_eq(n->tma_loads, 2);
    cr_assert_eq(n->tma_ahead, 2);
    cr_assert_eq(n->tma_read, TILE);
    cr_assert_eq(n->tma_landed, 2 * TILE);
}

static void check_killed(const void *m, enum simt_kind kind, int error, const char *words) {
    simt_forget();
    used = m;
    cr_assert_eq(run(load, 1, 32), error, "%s", words);
    check_found(kind, words);
    cudaDeviceReset();
}

Test(simt_tma, a_map_must_be_one_and_where_kernels_see_it) {
    const struct call c = usual();
    put_map(&c);
    static CUtensorMap of_the_host;
    of_the_host = map;
    check_killed(&of_the_host, SIMT_TMA, cudaErrorIllegalInstruction, "the tensor map of a TMA load is in host memory");
}

Test(simt_tma, the_tensor_must_be_there) {
    struct call c = usual();
    c.sizes[1] = 26;
    put_map(&c);
    check_killed(used, SIMT_TMA, cudaErrorIllegalAddress, "reaches over 4160 bytes, but only 4000 are there");
}

// ---- stores ---------------------------------------------------------------------------------------------------------
static int add, wait_for_all, turns;

static void store(void *unused) {
    (void)unused;
    for (int k = 0; k < turns; k++) {
        for (int i = tid(); i < TILE / 4; i += 32) STORE((float *)tile() + i, (float)(i + k));
        simt_fence_proxy_async();
        BARRIER();
        if (tid() == 0) {
            simt_tma_store(used, tile(), 2, at, add);
            simt_tma_commit();
            simt_tma_wait(0, !wait_for_all);
        }
        BARRIER();
    }
}

static void check_stored(float first, float factor) {
    static float out[N];
    cudaMemcpy(out, x, sizeof out, cudaMemcpyDeviceToHost);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int r = i / COLUMNS - at[1], k = i % COLUMNS - at[0];
        const float old = add ? 2 : 0;
        const bool inside = r >= 0 && r < 16 && k >= 0 && k < 32;
        const float want = inside ? old + first + factor * (float)(32 * r + ((k / 4) ^ (r % 8)) * 4 + k % 4) : 2;
        cr_assert_eq(out[i], want, "number %d: %g, not %g", i, (double)out[i], (double)want);
    }
}

static void fill_with_twos(void) {
    static float in[N];
    for (int i = 0; i < N; i++) in[i] = 2;
    cudaMemcpy(x, in, sizeof in, cudaMemcpyHostToDevice);
}

Test(simt_tma, a_box_is_stored_where_it_lies_in_the_tensor) {
    const struct call c = usual();
    put_map(&c);
    fill_with_twos();
    at[0] = -8, at[1] = 12, turns = 1;
    cr_assert_eq(run(store, 1, 32), cudaSuccess);
    check_none("store");
    check_stored(0, 1);
    const struct simt_counters *n = &simt_launch(-1)->counters;
    cr_assert_eq(n->tma_stores, 1);
    cr_assert_eq(n->tma_written, 8 * 24 * 4);
}

Test(simt_tma, a_box_is_added) {
    const struct call c = usual();
    put_map(&c);
    fill_with_twos();
    at[0] = 8, at[1] = 2, add = turns = 1;
    cr_assert_eq(run(store, 3, 32), cudaSuccess);
    check_none("add");
    check_stored(0, 3);
}

Test(simt_tma, the_same_place_is_stored_twice_after_a_full_wait) {
    const struct call c = usual();
    put_map(&c);
    fill_with_twos();
    at[0] = 0, at[1] = 0, turns = 2, wait_for_all = 1;
    cr_assert_eq(run(store, 1, 32), cudaSuccess);
    check_none("twice");
    check_stored(1, 1);
}

Test(simt_tma, without_one_it_is_a_finding) {
    const struct call c = usual();
    put_map(&c);
    fill_with_twos();
    at[0] = 0, at[1] = 0, turns = 2;
    run(store, 1, 32);
    check_found(SIMT_ASYNC, "still on its way");
}
