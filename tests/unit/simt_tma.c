// Tensor maps and TMA: what cuTensorMapEncodeTiled refuses, where a box's bytes go, and what is counted.
#include "simt/include/cuda.h"
#include "unit/simt_kernel.h"

enum { ROWS = 20, COLUMNS = 40, TILE = 16 * 128 };  // the matrix in x: floats; bytes of a box of 16 rows
static CUtensorMap map;

static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_tma, .init = setup, .timeout = 20);

// ---- encoding -------------------------------------------------------------------------------------------------------
struct call {
    CUtensorMapDataType type;
    unsigned rank;
    char *start;
    cuuint64_t sizes[5], strides[4];
    cuuint32_t box[5], steps[5];
    CUtensorMapSwizzle swizzle;
    CUtensorMapInterleave interleave;
    CUtensorMapFloatOOBfill fill;
};

static struct call usual(void) {
    return (struct call){.type = CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
                         .rank = 2,
                         .start = (char *)x,
                         .sizes = {COLUMNS, ROWS, 1, 1, 1},
                         .strides = {4 * COLUMNS, 16, 16, 16},
                         .box = {32, 16, 1, 1, 1},
                         .steps = {1, 1, 1, 1, 1},
                         .swizzle = CU_TENSOR_MAP_SWIZZLE_128B};
}

static CUresult encode(const struct call *c) {
    return cuTensorMapEncodeTiled(&map, c->type, c->rank, c->start, c->sizes, c->strides, c->box, c->steps,
                                  c->interleave, c->swizzle, CU_TENSOR_MAP_L2_PROMOTION_NONE, c->fill);
}

static void check_refused(const struct call *c, CUresult error, enum simt_kind kind, const char *words) {
    simt_forget();
    cr_assert_eq(encode(c), error, "%s", words);
    cr_assert_eq(simt_finding_count(), 1);
    check_found(kind, words);
    cr_assert(strstr(simt_finding(0)->place.file, "simt_tma.c"), "%s", simt_finding(0)->place.file);
}

#define REFUSED(change, words)                                        \
    do {                                                              \
        struct call c = usual();                                      \
        change;                                                       \
        check_refused(&c, CUDA_ERROR_INVALID_VALUE, SIMT_TMA, words); \
    } while (0)
#define UNSUPPORTED(change, words)                                            \
    do {                                                                      \
        struct call c = usual();                                              \
        change;                                                               \
        check_refused(&c, CUDA_ERROR_NOT_SUPPORTED, SIMT_UNSUPPORTED, words); \
    } while (0)

Test(simt_tma, wrong_maps_are_refused_with_the_numbers) {
    REFUSED(c.type = (CUtensorMapDataType)99, "no data type 99");
    REFUSED(c.rank = 0, "0 dimensions");
    REFUSED(c.rank = 6, "6 dimensions: 1 to 5");
    REFUSED(c.start += 8, "no multiple of 16: offset 8 of x, the 4000-byte cudaMalloc");
    REFUSED(c.sizes[1] = 0, "dimension 1 has 0 elements");
    REFUSED(c.sizes[0] = (1ull << 32) + 1, "dimension 0 has 4294967297 elements");
    REFUSED(c.strides[0] = 168, "dimension 1 goes in steps of 168 bytes");
    REFUSED(c.strides[0] = 1ull << 40, "below 2^40");
    REFUSED(c.strides[0] = COLUMNS / 16 * 16, "a row of 40 elements has 160 bytes, but the next one begins 32 bytes");
    REFUSED(c.box[1] = 0, "the box has 0 elements in dimension 1");
    REFUSED(c.box[1] = 257, "the box has 257 elements in dimension 1: 1 to 256");
    REFUSED((c.box[0] = 3, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE), "have 12 bytes (3 elements of 4 bytes)");
    REFUSED(c.box[0] = 64, "have 256 bytes (64 elements of 4 bytes), but the swizzle's span is 128");
    REFUSED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_64B, "span is 64");
    REFUSED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_32B, "span is 32");
    REFUSED(c.steps[1] = 0, "the element stride of dimension 1 is 0");
    REFUSED(c.steps[1] = 9, "is 9: 1 to 8");
    REFUSED(c.swizzle = (CUtensorMapSwizzle)7, "no swizzle 7");
}

Test(simt_tma, what_is_not_simulated_is_said) {
    UNSUPPORTED(c.type = CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN8B, "elements of 4 or 6 bits");
    UNSUPPORTED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_128B_ATOM_32B, "larger pieces");
    UNSUPPORTED(c.box[0] = 16, "shorter than the span");
    UNSUPPORTED(c.interleave = CU_TENSOR_MAP_INTERLEAVE_16B, "interleaved");
    UNSUPPORTED(c.fill = CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA, "NaNs");
}

Test(simt_tma, right_maps_are_taken) {
    struct call c = usual();
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c.steps[0] = 0;  // does not count
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.rank = 5;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.rank = 1;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.sizes[1] = 1, c.strides[0] = 0;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.sizes[0] = 64, c.rank = 3, c.strides[0] = 512, c.strides[1] = 128;  // wide rows, as columns of tiles
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    check_none("right maps");
}

Test(simt_tma, the_driver_is_found_by_name) {
    void *function = NULL;
    enum cudaDriverEntryPointQueryResult found;
    const char *name = "cuTensorMapEncodeTiled", *text;
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 12000, cudaEnableDefault, &found), cudaSuccess);
    cr_assert_eq(function, (void *)cuTensorMapEncodeTiled);
    cr_assert_eq(found, cudaDriverEntryPointSuccess);
    cr_assert_eq(cudaGetDriverEntryPoint(name, &function, cudaEnableDefault, NULL), cudaSuccess);
    cr_assert_eq(function, (void *)cuTensorMapEncodeTiled);
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 11080, cudaEnableDefault, &found), cudaSuccess);
    cr_assert_null(function);
    cr_assert_eq(found, cudaDriverEntryPointVersionNotSufficent);
    cr_assert_eq(cudaGetDriverEntryPointByVersion("cuNothing", &function, 12000, 0, &found), cudaSuccess);
    cr_assert_null(function);
    cr_assert_eq(found, cudaDriverEntryPointSymbolNotFound);
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 99000, 0, NULL), cudaErrorInvalidValue);
    cr_assert_eq(cuGetErrorName(CUDA_ERROR_INVALID_VALUE, &text), CUDA_SUCCESS);
    cr_assert_str_eq(text, "CUDA_ERROR_INVALID_VALUE");
    cr_assert_eq(cuGetErrorString(CUDA_ERROR_INVALID_VALUE, &text), CUDA_SUCCESS);
    cr_assert_str_eq(text, "invalid argument");
    cr_assert_eq(cuGetErrorString((CUresult)12345, &text), CUDA_ERROR_INVALID_VALUE);
    cr_assert_null(text);
}

// ---- kernels --------------------------------------------------------------------------------------------------------
static char *tile(void) {
    return simt_shared_variable("tile.cu", 3, 0, TILE, 1024, "tile");
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

static int at[3];         // coordinates
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
}

// The map is where a parameter would be: in memory that a kernel may read.
static void put_map(const struct call *c) {
    static void *there;
    cr_assert_eq(encode(c), CUDA_SUCCESS);
    if (!there) cudaMalloc(&there, sizeof map);
    cudaMemcpy(there, &map, sizeof map, cudaMemcpyHostToDevice);
    used = there;
}

Test(simt_tma, a_box_lands_swizzled_and_with_zeros_around) {
    static float in[N], out[TILE / 4];
    for (int i = 0; i < N; i++) in[i] = (float)(i + 1);
    cudaMemcpy(x, in, sizeof in, cudaMemcpyHostToDevice);
    const struct call c = usual();
    put_map(&c);
    at[0] = 16, at[1] = 12;
    cr_assert_eq(run(load, 1, 32), cudaSuccess);
    check_none("load");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int r = 0; r < 16; r++)
        for (int k = 0; k < 32; k++) {
            const int row = 12 + r, column = 16 + k, place = 32 * r + ((k / 4) ^ (r % 8)) * 4 + k % 4;
            const bool inside = row < ROWS && column < COLUMNS;
            cr_assert_eq(out[place], inside ? in[row * COLUMNS + column] : 0, "row %d, number %d", r, k);
        }
    const struct simt_counters *n = &simt_launch(-1)->counters;
    cr_assert_eq(n->tma_loads, 1);
    cr_assert_eq(n->tma_ahead, 1);
    cr_assert_eq(n->tma_read, 8 * 24 * 4);
    cr_assert_eq(n->tma_landed, 8 * 24 * 4);
    cr_assert_eq(n->global[SIMT_LOAD].requests, 0, "a TMA load is no load of a lane");
}

Test(simt_tma, element_strides_leave_rows_out) {
    static float in[N], out[TILE / 4];
    for (int i = 0; i < N; i++) in[i] = (float)(i + 1);
    cudaMemcpy(x, in, sizeof in, cudaMemcpyHostToDevice);
    struct call c = usual();
    c.box[1] = 31, c.steps[1] = 2, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE;  // 16 rows
    put_map(&c);
    at[0] = 0, at[1] = 1;
    cr_assert_eq(run(load, 1, 32), cudaSuccess);
    check_none("load");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int r = 0; r < 16; r++)
        for (int k = 0; k < 32; k++)
            cr_assert_eq(out[32 * r + k], 1 + 2 * r < ROWS ? in[(1 + 2 * r) * COLUMNS + k] : 0, "row %d", r);
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
    static float in[N], out[TILE / 4];
    for (int i = 0; i < N; i++) in[i] = (float)(i + 1);
    cudaMemcpy(x, in, sizeof in, cudaMemcpyHostToDevice);
    struct call c = usual();
    c.box[1] = 8, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE;
    put_map(&c);
    const struct simt_config pair = {.grid = {2, 1, 1}, .block = {32, 1, 1}, .cluster = {2, 1, 1}};
    simt_run("kernel", &pair, load_half, NULL);
    check_none("multicast");
    cudaMemcpy(out, y, sizeof out, cudaMemcpyDeviceToHost);
    for (int i = 0; i < TILE / 4; i++) {
        const int k = 2 * (i % (TILE / 8));
        cr_assert_eq(out[i], in[k / 32 * COLUMNS + k % 32], "number %d", i);
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
