// wgmma in the simulator: products of every shape and layout against three loops, and when they come. Programs that use it wrongly are
// in tests/simt/wrong.
#include "unit/simt_layouts.h"

enum { MOST_N = 256, MOST_K = 32 };

// ---- products ---------------------------------------------------------------------------------------------------------
static struct {
    struct simt_wgmma w;
    struct layout a, b;
    bool registers;
    int k;  // numbers in 32 bytes
} now;
static double left[M][MOST_K * STEPS], right[MOST_K * STEPS][MOST_N];
static union {
    float f[128];
    int32_t i[128];
} sum[128];  // of each thread

static void put(unsigned char *to, int i, double x) {
    uint16_t half;
    float f = (float)x;
    switch (now.w.element) {
        case SIMT_S8:
            to[0] = (unsigned char)(int8_t)x;
            break;
        case SIMT_TF32:
            memcpy(to, (unsigned char *)&f + i, 1);  // byte by byte, as bytes have places
            break;
        default:
            half = now.w.element == SIMT_F16 ? simt_float_to_half(f) : simt_float_to_bf16(f);
            memcpy(to, (unsigned char *)&half + i, 1);
            break;
    }
}

static void fill(unsigned char *a, unsigned char *b) {
    const int bytes = 32 / now.k;
    for (int byte = 0; byte < 32 * STEPS; byte++) {
        for (int i = 0; i < M; i++) put(a + place(now.a, M, i, byte), byte % bytes, left[i][byte / bytes]);
        for (int j = 0; j < now.w.n; j++) put(b + place(now.b, now.w.n, j, byte), byte % bytes, right[byte / bytes][j]);
    }
}

// mma.sync's layout: rows g and g + 8, then 16 bytes of k further
static void fill_registers(unsigned r[4], int step) {
    const int t = (int)simt_thread_index().x, bytes = 32 / now.k, per = now.k / 8;
    memset(r, 0, 16);
    for (int i = 0; i < 16; i++) {
        const int row = t / 32 * 16 + t % 32 / 4 + i / 4 % 2 * 8;
        const int k = step * now.k + i / 8 * now.k / 2 + t % 4 * per + i % 4 / bytes;
        put((unsigned char *)r + i, i % bytes, left[row][k]);
    }
}

static void multiply(void *unused) {
    (void)unused;
    unsigned char *a = simt_shared_variable("tile.cu", 7, 0, A_BYTES, 1024, "A");
    unsigned char *b = simt_shared_variable("tile.cu", 8, 1, B_BYTES, 1024, "B");
    const int t = (int)simt_thread_index().x;
    if (t == 0) fill(a, b);
    simt_barrier(1, 0, 0);
    simt_wgmma_fence();
    for (int step = 0; step < STEPS; step++) {
        const uint64_t bits_a = bits_of(now.a, simt_shared_address(a) + step_start(now.a, M, step));
        const uint64_t bits_b = bits_of(now.b, simt_shared_address(b) + step_start(now.b, now.w.n, step));
        unsigned r[4];
        struct simt_wgmma w = now.w;
        w.accumulate = now.w.accumulate || step > 0;
        if (now.registers) fill_registers(r, step);
        simt_wgmma(&w, &sum[t], now.registers ? r : NULL, now.registers ? 0 : bits_a, bits_b);
        memset(r, 0xff, sizeof r);  // they were read when it was issued
    }
    simt_wgmma_commit();
    simt_wgmma_wait(0);
}

static int launch(void (*kernel)(void *), unsigned threads) {
    const struct simt_config config = {.grid = {1, 1, 1}, .block = {threads, 1, 1}};
    simt_quiet(true);
    simt_run("kernel", &config, kernel, NULL);
    return simt_launch(-1)->error;
}

static void check_none(void) {
    cr_assert_eq(simt_finding_count(), 0, "%s", simt_finding_count() ? simt_finding(0)->what : "");
}

static unsigned seed = 1;
static double number(void) {
    seed = seed * 1664525 + 1013904223;
    return (int)(seed >> 24) % 15 - 7;
}

static void check_product(double before) {
    for (int i = 0; i < M; i++)
        for (int k = 0; k < now.k * STEPS; k++) left[i][k] = number();
    for (int k = 0; k < now.k * STEPS; k++)
        for (int j = 0; j < now.w.n; j++) right[k][j] = number();
    for (int t = 0; t < 128; t++)
        for (int i = 0; i < 128; i++)
            if (now.w.element == SIMT_S8) sum[t].i[i] = (int32_t)before;
            else sum[t].f[i] = (float)before;
    cr_assert_eq(launch(multiply, 128), cudaSuccess);
    check_none();
    for (int t = 0; t < 128; t++)
        for (int r = 0; r < now.w.n / 2; r++) {
            const int i = 16 * (t / 32) + t % 32 / 4 + 8 * (r / 2 % 2), j = 8 * (r / 4) + 2 * (t % 4) + r % 2;
            double want = now.w.accumulate ? before : 0;
            for (int k = 0; k < now.k * STEPS; k++) want += left[i][k] * right[k][j];
            const double is = now.w.element == SIMT_S8 ? sum[t].i[r] : (double)sum[t].f[r];
            cr_assert_eq(is, want, "type %d, N %d, layouts %d %d: row %d, column %d is %g, not %g", now.w.element,
                         now.w.n, now.a.span + now.a.turned, now.b.span + now.b.turned, i, j, is, want);
        }
}

static void set(int n, enum simt_element element, int kind_a, int kind_b) {
    now.w = (struct simt_wgmma){n, element, kind_a >= 4, kind_b >= 4, n / 8 % 2};
    now.a = layout_of(M, kind_a), now.b = layout_of(n, kind_b);
    now.k = element == SIMT_S8 ? 32 : element == SIMT_TF32 ? 8 : 16;
    now.registers = false;
}

Test(simt_wgmma, every_n) {
    static const enum simt_element types[4] = {SIMT_F16, SIMT_BF16, SIMT_TF32, SIMT_S8};
    for (int n = 8; n <= MOST_N; n += 8)
        for (int type = 0; type < 4; type++) {
            set(n, types[type], n / 8 % 4, n / 32 % 4);
            check_product(n % 5);
        }
}

Test(simt_wgmma, every_layout) {
    for (int kind_a = 0; kind_a < 8; kind_a++)
        for (int kind_b = 0; kind_b < 8; kind_b++)
            for (int n = 8; n <= MOST_N; n += 88) {
                set(n, kind_a % 2 ? SIMT_F16 : SIMT_BF16, kind_a, kind_b);
                check_product(1);
            }
}

Test(simt_wgmma, a_from_registers) {
    static const enum simt_element types[4] = {SIMT_F16, SIMT_BF16, SIMT_TF32, SIMT_S8};
    for (int type = 0; type < 4; type++)
        for (int kind = 0; kind < (type < 2 ? 8 : 4); kind++) {
            set(64, types[type], 0, kind);
            now.registers = true;
            check_product(2);
        }
}

Test(simt_wgmma, counts) {
    set(256, SIMT_BF16, 0, 0);
    check_product(0);
    cr_assert_eq(simt_launch(-1)->counters.wgmmas, STEPS);
    cr_assert_eq(simt_launch(-1)->counters.tensor_flops, 2ull * 64 * 256 * 16 * STEPS);
}

// ---- when they come -----------------------------------------------------------------------------------------------------
static float seen[3];  // by thread 0

// 64 x 8 ones times ones, k = 16: 16 in each product. A is overwritten with zeros before the wait.
static void late(void *unused) {
    (void)unused;
    uint16_t *a = simt_shared_variable("tile.cu", 7, 0, A_BYTES, 1024, "A");
    const struct layout l = layout_of(M, 3);
    const struct simt_wgmma w = {8, SIMT_BF16, 0, 0, 1};
    const int t = (int)simt_thread_index().x;
    float d[4] = {0}, e[4] = {0};
    for (int i = t; i < M * 16 * STEPS; i += 128) a[i] = 0x3f80;
    simt_barrier(1, 0, 0);
    const uint64_t bits = bits_of(l, simt_shared_address(a));
    simt_wgmma_fence();
    simt_wgmma(&w, d, NULL, bits, bits);
    simt_wgmma_commit();
    simt_wgmma(&w, e, NULL, bits, bits);
    simt_wgmma_commit();
    if (t == 0) seen[0] = d[0];
    simt_wgmma_wait(1);
    if (t == 0) seen[1] = d[0];
    simt_barrier(2, 0, 0);
    for (int i = t; i < M * 16 * STEPS; i += 128) a[i] = 0;
    simt_barrier(3, 0, 0);
    simt_wgmma_wait(0);
    if (t == 0) seen[2] = e[0];
}

Test(simt_wgmma, results_come_at_the_wait) {
    cr_assert_eq(launch(late, 128), cudaSuccess);
    check_none();
    cr_assert_eq(seen[0], 0);   // not before,
    cr_assert_eq(seen[1], 16);  // then the first group's,
    cr_assert_eq(seen[2], 0);   // and the other reads what is there then
}

// The first of the products that nobody commits is not waited for.
static void uncommitted(void *unused) {
    (void)unused;
    uint16_t *a = simt_shared_variable("tile.cu", 7, 0, A_BYTES, 1024, "A");
    const struct layout l = layout_of(M, 3);
    const struct simt_wgmma w = {8, SIMT_BF16, 0, 0, 1};
    float d[4] = {0};
    for (int i = (int)simt_thread_index().x; i < M * 16 * STEPS; i += 128) a[i] = 0x3f80;
    simt_barrier(1, 0, 0);
    simt_wgmma_fence();
    simt_wgmma(&w, d, NULL, bits_of(l, simt_shared_address(a)), bits_of(l, simt_shared_address(a)));
    simt_wgmma_wait(0);
    if (simt_thread_index().x == 0) seen[0] = d[0];
    simt_wgmma_commit();
    simt_wgmma_wait(0);
    if (simt_thread_index().x == 0) seen[1] = d[0];
}

Test(simt_wgmma, a_wait_is_for_groups) {
    cr_assert_eq(launch(uncommitted, 128), cudaSuccess);
    cr_assert_eq(seen[0], 0);
    cr_assert_eq(seen[1], 16);
}

// ---- numbers at the rims --------------------------------------------------------------------------------------------------
Test(simt_wgmma, whole_numbers_wrap_round) {
    set(8, SIMT_S8, 0, 0);
    now.w.accumulate = 1;
    check_product(0);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < 64; k++) left[i][k] = -128;
    for (int k = 0; k < 64; k++)
        for (int j = 0; j < 8; j++) right[k][j] = -128;
    for (int t = 0; t < 128; t++)
        for (int i = 0; i < 4; i++) sum[t].i[i] = INT32_MAX;
    cr_assert_eq(launch(multiply, 128), cudaSuccess);
    cr_assert_eq(sum[77].i[3], (int32_t)(0x7fffffffu + 64u * 128 * 128));
}

// 1 + 2^-11 is 1 in tf32, as the 13 lowest bits of its float are not looked at; in half, products are exact in the sum.
Test(simt_wgmma, digits_that_count) {
    set(8, SIMT_TF32, 1, 1);
    check_product(0);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < 16; k++) left[i][k] = k ? 0 : 1 + 0x1p-11;
    for (int j = 0; j < 8; j++) right[0][j] = 1 + 0x1p-10;
    now.w.accumulate = 0;
    cr_assert_eq(launch(multiply, 128), cudaSuccess);
    cr_assert_eq(sum[0].f[0], 1 + 0x1p-10f);
    set(8, SIMT_F16, 1, 1);
    check_product(0);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < 32; k++) left[i][k] = k == 0 ? 0x1p-24 : k == 1 ? 1 + 0x1p-10 : 0;  // the smallest half
    for (int j = 0; j < 8; j++) right[0][j] = 1, right[1][j] = 1 + 0x1p-10;
    now.w.accumulate = 0;
    cr_assert_eq(launch(multiply, 128), cudaSuccess);
    cr_assert_eq(sum[0].f[0], (float)((1 + 0x1p-10) * (1 + 0x1p-10) + 0x1p-24));
}

// ---- what a block has not got ---------------------------------------------------------------------------------------------
Test(simt_wgmma, a_block_of_three_warps_has_no_warpgroup) {
    set(8, SIMT_BF16, 0, 0);
    cr_assert_eq(launch(multiply, 96), cudaErrorLaunchFailure);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert_eq(simt_finding(0)->kind, SIMT_WGMMA);
}
