// Tests of swizzle.cuh and descriptor.cuh: where a tile's bytes lie, and how wgmma is told.
#include "24-tensor-cores/definitions.h"

// ---- swizzle ----------------------------------------------------------------------------------------------------------
// Each offset of the largest tile, 256 rows of 128 bytes, goes to another place of it, and 16 bytes stay together.
static void grade_bijection(int span) {
    enum { BYTES = 256 * 128 };
    int *from = grade_ints(BYTES, -1, -1);
    for (int offset = 0; offset < BYTES; offset++) {
        int place = swizzle_place(offset, span);
        grade_true(place >= 0 && place < BYTES, "swizzle_place(%d, %d) is %d: outside of the tile, which has %d bytes",
                   offset, span, place, BYTES);
        grade_true(from[place] < 0,
                   "swizzle_place: with rows of %d bytes, bytes %d and %d are both kept at %d; a place must be "
                   "taken once (an exclusive or of the chunk's number never collides)",
                   span, from[place], offset, place);
        from[place] = offset;
        grade_true(place % 16 == offset % 16 && place / 16 == swizzle_place(offset / 16 * 16, span) / 16,
                   "swizzle_place(%d, %d) is %d, but the first of its 16 bytes is kept at %d: 16 bytes stay together, "
                   "in their order; only "
                   "bits 4 and up change",
                   offset, span, place, swizzle_place(offset / 16 * 16, span));
        grade_true(place / span == offset / span,
                   "swizzle_place(%d, %d) is %d: in row %d, but the byte is of row %d; the chunks of a row change "
                   "places among "
                   "themselves",
                   offset, span, place, place / span, offset / span);
    }
}

// What TMA in the simulator does with a box of 32 rows.
static void grade_as_tma(int span) {
    enum { ROWS = 32 };
    static uint16_t kept[ROWS * 64];
    probe_tma(kept, ROWS, span);
    gpu_clean();
    for (int number = 0; number < ROWS * span / 2; number++) {
        int offset = 2 * number, place = swizzle_place(offset, span), found = -1;
        for (int i = 0; i < ROWS * span / 2; i++)
            if (kept[i] == number) found = 2 * i;
        grade_true(place == found,
                   "swizzle_place(%d, %d), byte %d of row %d, is %d; TMA keeps it at %d. Rows of %d bytes have %d "
                   "chunks of 16; chunk %d "
                   "goes to chunk %d ^ (row%s %% %d)",
                   offset, span, offset % span, offset / span, place, found, span, span / 16, offset % span / 16,
                   offset % span / 16,
                   span == 128  ? ""
                   : span == 64 ? " / 2"
                                : " / 4",
                   span / 16);
    }
}

EXERCISE(swizzle_place, .number = "24.2", .points = 8) {
    const int spans[] = {32, 64, 128};
    for (int i = 0; i < 3; i++) grade_bijection(spans[i]);
    suspect_scalar("bytes are not moved at all", 464);
    suspect_scalar("the chunk's number is added to, not xor-ed with, the row's", 3 * 128 + (5 + 3) % 8 * 16);
    grade_scalar("the chapter's example, row 3, chunk 5 of rows of 128 bytes", swizzle_place(464, 128), 480, 1e-12);
    grade_scalar("row 4, chunk 5 of rows of 128 bytes", swizzle_place(4 * 128 + 80, 128), 4 * 128 + 16, 1e-12);
    suspect_scalar("rows of 64 bytes: two rows fill the banks, so two rows have the same pattern", 3 * 64 + 32);
    grade_scalar("row 3, chunk 1 of rows of 64 bytes", swizzle_place(3 * 64 + 16, 64), 3 * 64, 1e-12);
    grade_scalar("row 5, chunk 0 of rows of 32 bytes", swizzle_place(5 * 32, 32), 5 * 32 + 16, 1e-12);
    for (int i = 0; i < 3; i++) grade_as_tma(spans[i]);
    for (int i = 0; i < 3; i++) {  // a column of 16 bytes of eight rows, by ldmatrix
        int span = spans[i];
        gpu_forget();
        probe_columns(span, false);
        gpu_clean();
        double straight = gpu_moved_per_request(gpu_counters().shared[SIMT_LOAD]);
        gpu_forget();
        probe_columns(span, true);
        gpu_clean();
        double swizzled = gpu_moved_per_request(gpu_counters().shared[SIMT_LOAD]);
        grade_true(straight > 4.5 * span / 32 - 1,
                   "rows of %d bytes kept straight: %.1f passes for an ldmatrix of 32 rows", span, straight);
        grade_true(swizzled < 4.001,
                   "ldmatrix of 32 rows of %d bytes, one chunk of each: %.1f passes over the banks with swizzle_place "
                   "(%.1f when kept straight), 4 are possible: the eight rows of a tile must lie in different banks",
                   span, swizzled, straight);
    }
    gpu_forget();
}

// ---- descriptors --------------------------------------------------------------------------------------------------------
static uint64_t field(uint64_t descriptor, int from, int bits) {
    return descriptor >> from & ((1ull << bits) - 1);
}

static void grade_fields(uint32_t address, int leading, int stride, int span) {
    uint64_t got = matrix_descriptor(address, leading, stride, span);
    uint64_t code = span == 128 ? 1 : span == 64 ? 2 : span == 32 ? 3 : 0;
    const struct {
        const char *name;
        int from, bits;
        uint64_t want;
    } fields[] = {
        {"the address", 0, 14, (address & 0x3ffff) / 16},
        {"the leading byte offset", 16, 14, (uint64_t)leading / 16},
        {"the stride byte offset", 32, 14, (uint64_t)stride / 16},
        {"the base offset", 49, 3, 0},
        {"the swizzle", 62, 2, code},
    };
    char what[200];
    snprintf(what, sizeof what, "matrix_descriptor(0x%x, %d, %d, %d) = 0x%016llx", address, leading, stride, span,
             (unsigned long long)got);
    bool exchanged = field(got, 16, 14) == fields[2].want && field(got, 32, 14) == fields[1].want && leading != stride;
    for (int i = 0; i < COUNT(fields); i++) {
        uint64_t value = field(got, fields[i].from, fields[i].bits);
        const char *looks = i == 4                            ? " (0 none, 1 of 128 bytes, 2 of 64, 3 of 32)"
                            : i == 1 && address >> 18         ? "; the address reaches into them: cut it"
                            : exchanged && (i == 1 || i == 2) ? "; looks like: leading and stride are exchanged"
                            : value == (fields[i].want * 16 & 0x3fff) && i < 3 && value
                                ? "; looks like: bytes, not units of 16 bytes"
                                : "";
        grade_true(value == fields[i].want, "%s: bits %d to %d, %s, are %llu; they should be %llu%s", what,
                   fields[i].from, fields[i].from + fields[i].bits - 1, fields[i].name, (unsigned long long)value,
                   (unsigned long long)fields[i].want, looks);
    }
    uint64_t used = 0x3fffull | 0x3fffull << 16 | 0x3fffull << 32 | 7ull << 49 | 3ull << 62;
    grade_true(
        !(got & ~used),
        "%s: bits that belong to no field are set (0x%016llx); an address or an offset has more than 14 bits: cut it",
        what, (unsigned long long)(got & ~used));
}

// wgmma multiplies with it: 64 x 64 x 64, each operand with k in a row or turned, in boxes of `span` bytes.
static void grade_multiplied(struct probed_layout a, struct probed_layout b) {
    enum { N = 64 };
    const uint16_t *A = random_bf16(N * N), *B = random_bf16(N * N);
    double *want = grade_doubles(N * N);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                want[i * N + j] +=
                    from_bf16(A[a.turned ? k * N + i : i * N + k]) * from_bf16(B[b.turned ? k * N + j : j * N + k]);
    float *D = gpu_output(N * N);
    probe_wgmma(D, gpu_copy_bf16(A, N * N), gpu_copy_bf16(B, N * N), a, b);
    char what[300];
    snprintf(what, sizeof what,
             "wgmma with A %s in boxes of %d bytes (leading %d, stride %d), B %s in boxes of %d bytes (leading %d, "
             "stride %d)",
             a.turned ? "turned (m in a row)" : "with k in a row", a.span ? a.span : 16, a.leading, a.stride,
             b.turned ? "turned (n in a row)" : "with k in a row", b.span ? b.span : 16, b.leading, b.stride);
    gpu_launched(what);
    grade_array(what, gpu_fetch(D, N * N), want, AXES("ij", N, N), 1e-4);
    gpu_forget();
}

EXERCISE(matrix_descriptor, .number = "24.6", .points = 8) {
    grade_fields(1024, 16, 1024, 128);  // the chapter's example
    grade_fields(4096, 128, 256, 0);
    grade_fields(2048, 16, 512, 64);
    grade_fields(1536, 8192, 256, 32);
    grade_fields((1 << 18) - 16, 16, 1024, 128);
    grade_fields(1 << 24 | 1024, 16, 1024, 128);  // in block 1 of a cluster
    for (int turn = 0; turn < 50; turn++) {
        static const int spans[] = {0, 32, 64, 128};
        grade_fields(16 * (uint32_t)grade_int(1, 16383), 16 * grade_int(1, 16383), 16 * grade_int(1, 16383),
                     spans[grade_int(0, 3)]);
    }
    static const int spans[] = {0, 32, 64, 128};
    for (int i = 0; i < 4; i++) {
        grade_multiplied(probe_layout(false, spans[i]), probe_layout(false, spans[i]));
        grade_multiplied(probe_layout(true, spans[i]), probe_layout(true, spans[i]));
    }
    grade_multiplied(probe_layout(true, spans[grade_int(0, 3)]), probe_layout(false, spans[grade_int(0, 3)]));
    grade_multiplied(probe_layout(false, spans[grade_int(0, 3)]), probe_layout(true, spans[grade_int(0, 3)]));
}
