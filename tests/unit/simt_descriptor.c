// wgmma's descriptors in the simulator: what their bits mean, where every byte lies, and what is found. Products are in
// simt_wgmma.c.
#include "unit/simt_layouts.h"

Test(simt_descriptor, fields_of_a_descriptor) {
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

Test(simt_descriptor, every_byte_is_where_tma_puts_it) {
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
Test(simt_descriptor, base_offset_moves_the_pattern) {
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

Test(simt_descriptor, descriptors_that_are_wrong) {
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
