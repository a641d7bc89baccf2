// Tests of fragments.cu: against what the instructions do with matrices whose elements say where they are.
#include "24-tensor-cores/definitions.h"

static void grade_place(const char *what, struct place got, struct place want, const char *advice) {
    const char *looks = got.row == want.column && got.column == want.row && got.row != got.column
                            ? "; looks like: row and column are exchanged"
                            : "";
    grade_true(got.row == want.row && got.column == want.column,
               "%s: got row %d, column %d; the instruction has it at row %d, column %d%s. %s", what, got.row,
               got.column, want.row, want.column, looks, advice);
}

EXERCISE(fragment_a, .number = "24.1", .points = 2) {
    struct probed_fragments probed;
    probe_mma(&probed);
    for (int lane = 0; lane < 32; lane++)
        for (int r = 0; r < 4; r++)
            for (int half = 0; half < 2; half++) {
                char what[100];
                snprintf(what, sizeof what, "fragment_a(%d, %d, %d)", lane, r, half);
                struct place got = fragment_a(lane, r, half);
                const char *advice = "Group g = lane / 4 gives the row, t = lane % 4 the two columns";
                if (r == 1 || r == 2) {
                    struct place other = fragment_a(lane, 3 - r, half);
                    struct place want = probed.a[8 * lane + 2 * r + half];
                    if (other.row == want.row && other.column == want.column)
                        advice =
                            "Looks like: registers 1 and 2 are exchanged. Register 1 is 8 rows below, register 2 is 8 "
                            "columns "
                            "further";
                }
                if (half == 1) {
                    struct place low = fragment_a(lane, r, 0), want = probed.a[8 * lane + 2 * r];
                    if (low.row == want.row && low.column == want.column)
                        advice = "The high half holds the column after that of the low half";
                }
                grade_place(what, got, probed.a[8 * lane + 2 * r + half], advice);
            }
    grade_place("the chapter's example, lane 5, register 1, high half, in A", fragment_a(5, 1, 1), (struct place){9, 3},
                "Lane 5 is lane 1 of group 1; its second register is eight rows below the first");
}

EXERCISE(fragment_b, .number = "24.1", .points = 2) {
    struct probed_fragments probed;
    probe_mma(&probed);
    for (int lane = 0; lane < 32; lane++)
        for (int r = 0; r < 2; r++)
            for (int half = 0; half < 2; half++) {
                char what[100];
                snprintf(what, sizeof what, "fragment_b(%d, %d, %d)", lane, r, half);
                grade_place(what, fragment_b(lane, r, half), probed.b[4 * lane + 2 * r + half],
                            "Row is k, column is n. Column lane / 4; two neighbours along k in a register, from 2 "
                            "(lane % 4) on");
            }
    grade_place("the chapter's example, lane 5, register 1, low half, in B", fragment_b(5, 1, 0), (struct place){10, 1},
                "Row is k, column is n; the column is the lane's group, and its second register is eight k further");
}

EXERCISE(fragment_c, .number = "24.1", .points = 2) {
    struct probed_fragments probed;
    probe_mma(&probed);
    for (int lane = 0; lane < 32; lane++)
        for (int i = 0; i < 4; i++) {
            char what[100];
            snprintf(what, sizeof what, "fragment_c(%d, %d)", lane, i);
            grade_place(what, fragment_c(lane, i), probed.c[4 * lane + i],
                        "Row lane / 4, and 8 below from result 2 on; columns 2 (lane % 4) and the next");
        }
    grade_place("the chapter's example, lane 5, result 3, in C", fragment_c(5, 3), (struct place){9, 3},
                "Results 0 and 1 are neighbours in row 1, results 2 and 3 stand eight rows below them");
}

EXERCISE(fragment_d, .number = "24.1", .points = 2) {
    static struct place probed[128 * 32];
    probe_wgmma_d(probed);
    for (int thread = 0; thread < 128; thread++)
        for (int i = 0; i < 32; i++) {
            char what[100];
            snprintf(what, sizeof what, "fragment_d(%d, %d)", thread, i);
            grade_place(what, fragment_d(thread, i), probed[32 * thread + i],
                        "Warp w has rows 16 w to 16 w + 15; four results are a fragment_c, the next four stand 8 "
                        "columns further");
        }
    for (int n = 0; n < 128 * 96; n++) {  // N up to 256: the pattern goes on
        int thread = n / 96, i = 32 + n % 96;
        char what[100];
        snprintf(what, sizeof what, "fragment_d(%d, %d)", thread, i);
        struct place want = probed[32 * thread + i % 32];
        want.column += 64 * (i / 32);
        grade_place(what, fragment_d(thread, i), want, "Every four results stand 8 columns further, up to 256 columns");
    }
}

EXERCISE(ldmatrix_lane, .number = "24.1", .points = 2) {
    int lane[32];
    probe_ldmatrix(lane);
    for (int tile = 0; tile < 4; tile++)
        for (int row = 0; row < 8; row++) {
            suspect_scalar(
                "lanes of one row of all four tiles are neighbours; they are not: a tile's eight rows come from eight "
                "neighbours",
                4 * row + tile);
            char what[100];
            snprintf(what, sizeof what, "ldmatrix_lane(%d, %d), the lane whose address ldmatrix took for that row",
                     tile, row);
            grade_scalar(what, ldmatrix_lane(tile, row), lane[8 * tile + row], 1e-12);
        }
}
