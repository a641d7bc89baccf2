#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of pack.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(pack_panel, .number = "09.7", .points = 7) {
    const float six[] = {1, 2, 3, 4, 5, 6};
    float *panel = grade_output(12);
    pack_panel(panel, six, 3, 1, 2, 3, 4);  // section 9.4: two rows of A, panel of width 4
    suspect(
        "lines stand one after the other; the panel interleaves them: first all lines' float 0, then all lines' float "
        "1",
        (double[]){1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0});
    suspect("a step of the panel is `width` floats, not `lines`", (double[]){1, 4, 2, 5, 3, 6, 0, 0, 0, 0, 0, 0});
    grade_array("panel of section 9.4's example", panel, (double[]){1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0},
                AXES("ki", 3, 4), 0);
    for (int turn = 0; turn < 12; turn++) {
        int kc = grade_int(5, 30), width = grade_int(3, 17), lines = turn % 2 ? width : grade_int(1, width - 1);
        int ld = kc + width + grade_int(1, 5);
        bool along = turn % 3 == 0;  // lines are rows; otherwise columns
        size_t line = along ? (size_t)ld : 1, step = along ? 1 : (size_t)ld;
        const float *from = random_matrix(along ? lines : kc, along ? kc : lines, ld, NAN);
        float *got = grade_output(kc * width);
        double *want = grade_doubles(kc * width);
        for (int k = 0; k < kc; k++)
            for (int i = 0; i < width; i++)
                want[k * width + i] = i < lines ? (double)from[(size_t)i * line + (size_t)k * step] : 0;
        pack_panel(got, from, line, step, lines, kc, width);
        char what[160];
        snprintf(what, sizeof what, "panel: line %d, step %d, %d lines of width %d, kc %d (NaN: read beyond the lines)",
                 (int)line, (int)step, lines, width, kc);
        grade_array(what, got, want, AXES("ki", kc, width), 0);
    }
}

// What pack_a and pack_b share: v as count lines of kc, panel after panel of `width` lines.
static double *packed(struct matmul_view v, int count, int kc, int width, bool rows) {
    double *want = grade_doubles(round_up(count, width) * kc);
    for (int i = 0; i < round_up(count, width); i++)
        for (int k = 0; k < kc; k++) {
            size_t at = rows ? (size_t)i * v.row + (size_t)k * v.column : (size_t)k * v.row + (size_t)i * v.column;
            want[i / width * width * kc + k * width + i % width] = i < count ? (double)v.data[at] : 0;
        }
    return want;
}

static void grade_pack(bool rows) {
    for (int turn = 0; turn < 6; turn++) {
        int width = grade_int(3, 9), count = turn == 0 ? 2 * width : grade_int(width + 1, 4 * width),
            kc = grade_int(5, 20);
        bool swapped = turn % 2;
        int lines = swapped == rows ? kc : count, length = swapped == rows ? count : kc, ld = length + 3;
        const float *data = random_matrix(lines, length, ld, NAN);
        struct matmul_view v =
            swapped ? (struct matmul_view){data, 1, (size_t)ld} : (struct matmul_view){data, (size_t)ld, 1};
        int n = round_up(count, width) * kc;
        float *got = grade_output(n);
        double *want = packed(v, count, kc, width, rows);
        if (rows) pack_a(got, v, count, kc, width);
        else pack_b(got, v, kc, count, width);
        char what[200];
        snprintf(what, sizeof what, "%s of %d %s, kc %d, panels of %d, steps row %d, column %d (p: panel)",
                 rows ? "pack_a" : "pack_b", count, rows ? "rows" : "columns", kc, width, (int)v.row, (int)v.column);
        bool last_missing = true;
        for (int i = (count - 1) / width * width * kc; i < n; i++) last_missing = last_missing && isnan(got[i]);
        grade_true(!last_missing, "%s: the last panel, which is short, is left out", what);
        grade_array(what, got, want, AXES("pki", n / width / kc, kc, width), 0);
    }
}

EXERCISE(pack_a, .number = "09.8", .points = 4, .needs = "pack_panel") {
    grade_pack(true);
}

EXERCISE(pack_b, .number = "09.8", .points = 4, .needs = "pack_panel") {
    grade_pack(false);
}
