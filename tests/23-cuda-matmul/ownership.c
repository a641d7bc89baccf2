// Tests of who owns what: element_05, element_07, and the order of tiles.
#include <stdlib.h>

#include "23-cuda-matmul/definitions.h"

typedef struct element ownership(int thread, int i, int j);

enum { TILE = 128, THREADS = 256, RESULTS = 8 };

// Every element of the tile is a result of exactly one thread.
static void grade_bijection(const char *name, ownership *owner) {
    static int first[TILE][TILE];  // 0: nobody's; else 1 + the number of the result
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < RESULTS; i++)
            for (int j = 0; j < RESULTS; j++) {
                struct element e = owner(t, i, j);
                grade_true(e.row >= 0 && e.row < TILE && e.column >= 0 && e.column < TILE,
                           "%s: result (%d,%d) of thread %d is at row %d, column %d: outside the 128 x 128 tile", name,
                           i, j, t, e.row, e.column);
                int *seen = &first[e.row][e.column], number = (t * RESULTS + i) * RESULTS + j, other = *seen - 1;
                grade_true(
                    !*seen,
                    "%s: result (%d,%d) of thread %d is at row %d, column %d, and so is result (%d,%d) of thread %d: "
                    "two threads would compute the same element, and some other element nobody",
                    name, i, j, t, e.row, e.column, other / RESULTS % RESULTS, other % RESULTS,
                    other / RESULTS / RESULTS);
                *seen = number + 1;
            }
}

// a and b are results whose elements must lie (rows,columns) apart.
static void grade_step(const char *name, struct element a, struct element b, int rows, int columns, const char *which) {
    grade_true(b.row - a.row == rows && b.column - a.column == columns,
               "%s: %s are %d rows and %d columns apart, they should be %d and %d", name, which, b.row - a.row,
               b.column - a.column, rows, columns);
}

EXERCISE(element_05, .number = "23.5", .points = 4) {
    grade_bijection("element_05", element_05);
    struct element e = element_05(0, 0, 0);
    grade_step("element_05", element_05(0, 0, 0), element_05(1, 0, 0), 0, 1,
               "threads 0 and 1, which read Bs together,");
    grade_step("element_05", e, element_05(0, 0, 1), 0, 16, "a thread's results (0,0) and (0,1)");
    grade_step("element_05", e, element_05(0, 1, 0), 16, 0, "a thread's results (0,0) and (1,0)");
    grade_step("element_05", e, element_05(16, 0, 0), 1, 0, "threads 0 and 16");
    for (int turn = 0; turn < 100; turn++) {
        int t = grade_int(0, THREADS - 1), i = grade_int(0, 7), j = grade_int(0, 7);
        e = element_05(t, i, j);
        grade_true(e.row == t / 16 + 16 * i && e.column == t % 16 + 16 * j,
                   "element_05(%d, %d, %d) is row %d, column %d; the 16 x 16 threads lie beside each other, and a "
                   "thread's own "
                   "elements are 16 apart: row %d, column %d",
                   t, i, j, e.row, e.column, t / 16 + 16 * i, t % 16 + 16 * j);
    }
}

EXERCISE(element_07, .number = "23.7", .points = 5) {
    grade_bijection("element_07", element_07);
    struct element e = element_07(0, 0, 0);
    grade_step("element_07", e, element_07(0, 0, 1), 0, 1, "a thread's results (0,0) and (0,1), one piece of 4 x 4,");
    grade_step("element_07", e, element_07(0, 1, 0), 1, 0, "a thread's results (0,0) and (1,0), one piece of 4 x 4,");
    grade_step("element_07", e, element_07(0, 0, 4), 0, 16, "a thread's results (0,0) and (0,4), two pieces,");
    grade_step("element_07", e, element_07(0, 4, 0), 32, 0, "a thread's results (0,0) and (4,0), two pieces,");
    grade_step("element_07", e, element_07(32, 0, 0), 0, 32, "warps 0 and 1");
    grade_step("element_07", e, element_07(128, 0, 0), 64, 0, "warps 0 and 4");
    for (int lane = 0; lane < 32; lane += 2) {
        grade_step("element_07", element_07(lane, 0, 0), element_07(lane + 1, 0, 0), 0, 4,
                   "lanes that differ in bit 0 (T and T^1: they must read the same rows of A)");
        if (lane / 2 % 2 == 0)
            grade_step("element_07", element_07(lane, 0, 0), element_07(lane + 2, 0, 0), 4, 0,
                       "lanes that differ in bit 1 (T and T^2: they must read the same columns of B)");
        if (lane < 16)
            grade_step("element_07", element_07(lane, 0, 0), element_07(lane + 16, 0, 0), 0, 8,
                       "lanes that differ in bit 4");
    }
    grade_step("element_07", element_07(0, 0, 0), element_07(14, 0, 0), 28, 0, "lanes 0 and 14");
    e = element_07(0, 0, 0);
    grade_true(e.row == 0 && e.column == 0, "element_07(0, 0, 0) is row %d, column %d; it should be row 0, column 0",
               e.row, e.column);
}

// ---- the order of tiles ---------------------------------------------------------------------------------------------
static void grade_order(int rows, int columns, int group) {
    int *seen = grade_ints(rows * columns, -1, -1);
    for (int t = 0; t < rows * columns; t++) {
        struct element e = tile_order(t, rows, columns, group);
        grade_true(e.row >= 0 && e.row < rows && e.column >= 0 && e.column < columns,
                   "%d x %d tiles, groups of %d rows: tile %d is at row %d, column %d: outside", rows, columns, group,
                   t, e.row, e.column);
        int *place = &seen[e.row * columns + e.column];
        grade_true(*place < 0,
                   "%d x %d tiles, groups of %d rows: tiles %d and %d are both at row %d, column %d; some other tile "
                   "is done by "
                   "nobody (how many rows has the last group?)",
                   rows, columns, group, *place, t, e.row, e.column);
        *place = t;
    }
    for (int t = 0; t < rows * columns; t++) {
        struct element e = tile_order(t, rows, columns, group);
        int first = e.row / group * group, height = rows - first < group ? rows - first : group;
        int want = first * columns + e.column * height + (e.row - first);
        grade_true(
            t == want,
            "%d x %d tiles, groups of %d rows: row %d, column %d comes as number %d, it should be number %d: within a "
            "group the tiles of one column come after each other, then those of the next column",
            rows, columns, group, e.row, e.column, t, want);
    }
}

EXERCISE(tile_order, .number = "23.11", .points = 5) {
    static const int want[9][2] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0, 2}, {1, 2}, {2, 0}, {2, 1}, {2, 2}};
    for (int t = 0; t < 9; t++) {
        struct element e = tile_order(t, 3, 3, 2);
        grade_true(e.row == want[t][0] && e.column == want[t][1],
                   "the chapter's example, 3 x 3 tiles in groups of 2 rows: tile %d is at row %d, column %d, it should "
                   "be at row "
                   "%d, column %d%s",
                   t, e.row, e.column, want[t][0], want[t][1],
                   e.row == t / 3 && e.column == t % 3 ? "; looks like: row by row, without groups" : "");
    }
    grade_order(4, 6, 2);
    grade_order(5, 3, 2);
    grade_order(1, 7, 16);
    grade_order(7, 1, 3);
    grade_order(3, 4, 16);
    grade_order(grade_int(17, 31), grade_int(5, 40), 16);
    grade_order(grade_int(5, 9), grade_int(3, 6), 1);
}
