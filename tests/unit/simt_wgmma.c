// wgmma in the simulator: what a descriptor's bits mean, products of every shape and layout against three loops, and when they
// come. Programs that use it wrongly are in tests/simt/wrong.
#include <criterion/criterion.h>
#include <string.h>

#include "simt/descriptor.h"
#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

enum { M = 64, MOST_N = 256, MOST_K = 32, STEPS = 2, A_BYTES = 8 << 10, B_BYTES = 32 << 10 };

// ---- layouts, by what TMA and PTX ISA's figures say --------------------------------------------------------------------
struct layout {
    int span, turned;  // span 0: no swizzle
    int leading, stride;
};

// A tile of so many rows and STEPS times 32 bytes of k.
static struct layout layout_of(int rows, int kind) {
    static const int spans[4] = {128, 64, 32, 0};
    const int span = spans[kind % 4], turned = kind / 4;
    if (!span) return turned ? (struct layout){0, 1, 16 * rows, 128} : (struct layout){0, 0, 128, 2 * STEPS * 128};
    return turned ? (struct layout){span, 1, 16 * STEPS * span, 8 * span}
                  : (struct layout){span, 0, rows * span, 8 * span};
}

// TMA writes boxes of rows of `span` bytes, one box after another; the 16-byte pieces of a row change places with the row's number.
static int boxed(int line, int byte, int lines, int span) {
    const int box = byte / span, row = box * lines + line, period = 128 / span;  // rows in 128 bytes
    return row * span + ((byte % span / 16) ^ (row / period % (span / 16))) * 16 + byte % 16;
}

// Pieces of 8 lines of 16 bytes, beside each other at `beside`, below each other at `below`
static int pieces(int line, int byte, int beside, int below) {
    return line / 8 * below + byte / 16 * beside + line % 8 * 16 + byte % 16;
}

// Where byte `byte` of k of a row lies, of numbers of `size` bytes; turned: of 16-bit numbers.
static int place(struct layout l, int rows, int row, int byte) {
    const int k = byte / 2;
    if (l.turned && l.span) return boxed(k, 2 * row + byte % 2, 16 * STEPS, l.span);
    if (l.turned) return pieces(k, 2 * row + byte % 2, l.stride, l.leading);
    return l.span ? boxed(row, byte, rows, l.span) : pieces(row, byte, l.leading, l.stride);
}

static uint64_t bits_of(struct layout l, uint32_t address) {
    const uint64_t swizzle = l.span == 128 ? 1 : l.span == 64 ? 2 : l.span == 32 ? 3 : 0;
    return (address & 0x3ffff) >> 4 | (uint64_t)l.leading / 16 << 16 | (uint64_t)l.stride / 16 << 32 | swizzle << 62;
}

// Where the step begins, 32 bytes of k further each
static int step_start(struct layout l, int rows, int step) {
    if (l.turned) return l.span ? step * 2 * l.stride : step * 2 * l.leading;
    return l.span ? step * 32 / l.span * rows * l.span + step * 32 % l.span : step * 2 * l.leading;
}

Test(simt_wgmma, fields_of_a_descriptor) {
    const struct descriptor d = descriptor_fields(2ull << 62 | 5ull << 49 | 0x123ull << 32 | 0x45ull << 16 | 0x2abc);
    cr_assert_eq(d.start, 0x2abc0);
    cr_assert_eq(d.leading, 0x450);
    cr_assert_eq(d.stride, 0x1230);
    cr_assert_eq(d.base, 5);
    cr_assert_eq(d.span, 64);
    cr_assert_eq(d.reserved, 0);
    cr_assert_eq(descriptor_fields(1ull << 62).span, 128);
    cr_assert_eq(descriptor_fields(3ull << 62).span, 32);
    cr_assert_eq(descriptor_fields(1ull << 52 | 1 << 14).reserved, 1ull << 52 | 1 << 14);
}

static void check_tile(const struct tile *t, struct layout l, int rows, int step) {
    const int start = step_start(l, rows, step);
    for (int row = 0; row < rows; row++)
        for (int byte = 0; byte < 32; byte++) {
            const int chunk = l.turned ? byte / 2 * (rows / 8) + row / 8 : 2 * row + byte / 16;
            const int within = l.turned ? 2 * (row % 8) + byte % 2 : byte % 16;
            cr_assert_eq(start + t->at[chunk] + within, place(l, rows, row, step * 32 + byte),
                         "span %d, turned %d, row %d of %d, byte %d of step %d", l.span, l.turned, row, rows, byte,
                         step);
        }
}

Test(simt_wgmma, every_byte_is_where_tma_puts_it) {
    for (int kind = 0; kind < 8; kind++)
        for (int rows = 8; rows <= 256; rows += 8)
            for (int step = 0; step < STEPS; step++) {
                const struct layout l = layout_of(rows, kind);
                if (l.span == 0 && l.turned == 0 && rows > 64) continue;  // strides of the test's own
                check_tile(descriptor_tile(bits_of(l, 0x400 + step_start(l, rows, step)), rows, l.turned), l, rows,
                           step);
            }
}

// A start that is not where the swizzle's pattern begins: the base offset says so.
Test(simt_wgmma, base_offset_moves_the_pattern) {
    const uint64_t bits = 1ull << 62 | 3ull << 49 | 64ull << 32 | (0x400 + 3 * 128) >> 4;
    const struct tile *t = descriptor_tile(bits, 8, false);
    for (int row = 0; row < 8; row++)
        for (int i = 0; i < 2; i++) cr_assert_eq(t->at[2 * row + i], row * 128 + (i ^ row) * 16, "row %d", row);
}

// ---- what is found ------------------------------------------------------------------------------------------------------
static struct {
    uint64_t bits;  // to which the address of the tile is added
    int rows, turned;
    bool inside;
} asked;

// A tile of 8 KB at a multiple of 1024.
static void ask(void *unused) {
    (void)unused;
    const void *tile = simt_shared_variable("tile.cu", 7, 0, A_BYTES, 1024, "A");
    const uint64_t bits = asked.bits + (simt_shared_address(tile) >> 4);
    asked.inside = descriptor_start(bits, descriptor_tile(bits, asked.rows, asked.turned), "A", 0, 1) != 0;
}

// words: of the finding; NULL: there is none
static void check_descriptor(uint64_t bits, int rows, int turned, bool inside, const char *words) {
    const struct simt_config config = {.grid = {1, 1, 1}, .block = {1, 1, 1}};
    asked.bits = bits, asked.rows = rows, asked.turned = turned;
    simt_quiet(true);
    simt_forget();
    simt_instrumented = true;
    simt_run("kernel", &config, ask, NULL);
    simt_instrumented = false;
    cr_assert_eq(simt_finding_count(), words != NULL, "%016llx: %s", (unsigned long long)bits,
                 simt_finding_count() ? simt_finding(0)->what : words);
    cr_assert_eq(asked.inside, inside, "%016llx", (unsigned long long)bits);
    if (!words) return;
    cr_assert_eq(simt_finding(0)->kind, SIMT_DESCRIPTOR);
    cr_assert(strstr(simt_finding(0)->what, words), "%s", simt_finding(0)->what);
}

Test(simt_wgmma, descriptors_that_are_wrong) {
    const uint64_t s128 = 1ull << 62, s64 = 2ull << 62, s32 = 3ull << 62, rows8 = 64ull << 32;
    check_descriptor(s128 | rows8 | 1 << 16, 64, 0, true, NULL);
    check_descriptor(s128 | rows8 | 6, 64, 0, true, NULL);  // the last step
    check_descriptor(s128 | rows8 | 7, 64, 0, false, "starts at byte 112 of a row of 128 bytes, and takes 32");
    check_descriptor(s128 | rows8 | 64, 64, 0, false, "lies 1008 bytes past the end of A");
    check_descriptor(s128 | rows8 | 56, 8, 0, true, "no multiple of 1024, where the pattern of a 128-byte swizzle");
    check_descriptor(s128 | rows8 | 56 | 7ull << 49, 8, 0, true, NULL);
    check_descriptor(s128 | rows8 | 56 | 6ull << 49, 8, 0, true, "says base offset 6, but");
    check_descriptor(s128 | rows8 | 1ull << 49, 64, 0, true, "says base offset 1, but");
    check_descriptor(s64 | 32ull << 32 | 4, 8, 0, true, "no multiple of 512, where the pattern of a 64-byte swizzle");
    check_descriptor(s32 | 16ull << 32 | 16, 64, 0, true, NULL);
    check_descriptor(s32 | 16ull << 32 | 8, 64, 0, true, "no multiple of 256");
    check_descriptor(s128, 64, 0, true, "row 0, byte 0 of k, and row 8, byte 0 of k, lie at the same place");
    check_descriptor(s128, 8, 0, true, NULL);  // one group of rows needs no stride
    check_descriptor(8ull << 16 | 16ull << 32, 64, 0, true, NULL);
    check_descriptor(8ull << 16 | 8ull << 32, 64, 0, true, "row 8, byte 0 of k, lie at the same place");
    check_descriptor(s128 | rows8, 64, 1, true, NULL);
    check_descriptor(s128 | rows8 | 128ull << 16, 128, 1, true, NULL);
    check_descriptor(s128 | rows8 | 512ull << 16, 128, 1, false, "past the end of A");
    check_descriptor(s128 | rows8 | 1ull << 30, 64, 0, true, "bit 30 of the descriptor of A");
    check_descriptor(s128 | rows8 | 1ull << 52, 64, 0, true, "bit 52 of the descriptor of A");
    check_descriptor(s128 | rows8 | 0x2000, 64, 0, false, "where no variable of this block is");
    check_descriptor(s128 | rows8 | (0x400 - 0x40), 64, 0, false,
                     "not shifted right by 4, are the address of offset 0 of A");
}

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
