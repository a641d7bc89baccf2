// Tests of prune.c.
#include "15-inference/smaller.h"

enum order { SMALLEST, SMALLEST_SIGNED, LARGEST };

// keep (n): 0 for the `gone` numbers that go first, 1 for the others.
static void take_out(double *keep, const float *w, int n, long gone, enum order order, bool later_first) {
    for (int i = 0; i < n; i++) keep[i] = 1;
    for (; gone > 0; gone--) {
        int best = -1;
        double best_key = INFINITY;
        for (int k = 0; k < n; k++) {
            const int i = later_first ? n - 1 - k : k;
            const double key = order == SMALLEST_SIGNED ? w[i] : order == LARGEST ? -fabs(w[i]) : fabs(w[i]);
            if (keep[i] != 0 && key < best_key) best = i, best_key = key;
        }
        keep[best] = 0;
    }
}

// Numbers of which many have the same size: k/4, a few of them 0.
static float *quarters(int n) {
    float *w = grade_floats(n);
    for (int i = 0; i < n; i++) w[i] = roundf(w[i] * 4) / 4;
    return w;
}

// A learner's keep, full of what was there before, with a guard at its end.
static bool *keep_guarded(int n) {
    bool *keep = malloc((size_t)n + 1);
    for (int i = 0; i < n; i++) keep[i] = i % 3 == 1;
    ((unsigned char *)keep)[n] = 0x5A;
    return keep;
}

// keep and w as the function left them, before: w as it was. Frees keep.
static void check_pruned(const char *what, const double *want, bool *keep, const float *w, const float *before, int n) {
    float *stays = grade_floats(n);
    double *left = grade_doubles(n), *half_done = grade_doubles(n);
    grade_true(((unsigned char *)keep)[n] == 0x5A, "%s: keep is written past its end", what);
    for (int i = 0; i < n; i++) {
        stays[i] = keep[i];
        left[i] = want[i] != 0 ? before[i] : 0;
        half_done[i] = before[i];
    }
    grade_array(what, stays, want, AXES("i", n), 0);
    suspect("keep says what goes, but w is as it was: what goes becomes 0", half_done);
    grade_array("the weights that are left", w, left, AXES("i", n), 0);
    free(keep);
}

// What a keep that is written only where a weight goes, or only where one stays, would hold.
static double *half_written(const double *keep, int n, bool where_it_goes) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = (keep[i] == 0) == where_it_goes ? keep[i] : i % 3 == 1;
    return y;
}

static void check_magnitude(const char *what, const float *values, float share, int n) {
    const double exact = (double)share * n;
    const long gone = lround(exact);
    float *w = grade_copy(values, n);
    bool *keep = keep_guarded(n);
    double *want = grade_doubles(n), *other[8];
    take_out(want, values, n, gone, SMALLEST, true);
    for (int i = 0; i < 8; i++) other[i] = grade_doubles(n);
    take_out(other[0], values, n, gone, SMALLEST_SIGNED, true);
    take_out(other[1], values, n, gone, LARGEST, true);
    take_out(other[2], values, n, gone, SMALLEST, false);
    take_out(other[3], values, n, (long)exact, SMALLEST, true);
    take_out(other[4], values, n, n - gone, SMALLEST, true);
    take_out(other[5], values, n, gone < n ? gone + 1 : n, SMALLEST, true);
    take_out(other[6], values, n, gone > 0 ? gone - 1 : 0, SMALLEST, true);
    for (int i = 0; i < n; i++) other[7][i] = i >= gone;
    prune_magnitude(keep, w, share, (size_t)n);
    suspect("the smallest numbers go, signs and all: large negative ones matter as much as large positive ones",
            other[0]);
    suspect("the largest go, and the smallest stay", other[1]);
    suspect("keep is the wrong way round: true is for those that stay", others(want, n));
    suspect("of equal sizes the earlier goes, where the later should", other[2]);
    if (gone != (long)exact) suspect("share * n is not rounded to the nearest (halves upwards)", other[3]);
    suspect("share is what should go, not what should stay", other[4]);
    suspect("one weight too many goes", other[5]);
    suspect("one weight too few goes", other[6]);
    suspect("the first weights go: what is number i in `order` is number order[i].at of w and keep", other[7]);
    suspect("keep is written only where a weight goes: it is true for the others", half_written(want, n, true));
    suspect("keep is written only where a weight stays: it is false for the others", half_written(want, n, false));
    check_pruned(what, want, keep, w, values, n);
}

EXERCISE(prune_magnitude, .number = "15.10", .points = 2) {
    // The text's example: of these six, -0.1, 0.1 and 0.2 are the smaller half.
    check_magnitude("which of 0.5 -0.1 0.3 -0.7 0.2 0.1 stay, half of them",
                    (float[]){0.5f, -0.1f, 0.3f, -0.7f, 0.2f, 0.1f}, 0.5f, 6);
    const int n = 4 * grade_int(5, 30) + 1;  // half of it is a half more than an even number
    check_magnitude("which weights stay", grade_floats(n), (float)grade_int(10, 54) / 64, n);
    check_magnitude("which of many equal weights stay", quarters(n), (float)grade_int(10, 54) / 64, n);
    check_magnitude("which of an odd number stay, half of them", grade_floats(n), 0.5f, n);
    check_magnitude("which stay with share 0", grade_floats(n), 0, n);
    check_magnitude("which stay with share 1", grade_floats(n), 1, n);
    check_magnitude("which of one weight stays", grade_floats(1), 0.25f, 1);
}

static void check_2_4(const char *what, const float *values, int n) {
    float *w = grade_copy(values, n);
    bool *keep = keep_guarded(n);
    double *want = grade_doubles(n), *other[6];
    for (int i = 0; i < 6; i++) other[i] = grade_doubles(n);
    for (int i = 0; i < n; i += 4) {
        take_out(other[4] + i, values + i, 4, 1, SMALLEST, true);
        take_out(other[5] + i, values + i, 4, 3, SMALLEST, true);
        take_out(want + i, values + i, 4, 2, SMALLEST, true);
        take_out(other[0] + i, values + i, 4, 2, SMALLEST_SIGNED, true);
        take_out(other[1] + i, values + i, 4, 2, LARGEST, true);
        take_out(other[2] + i, values + i, 4, 2, SMALLEST, false);
    }
    take_out(other[3], values, n, n / 2, SMALLEST, true);
    prune_2_4(keep, w, (size_t)n);
    suspect("the smallest numbers go, signs and all: large negative ones matter as much as large positive ones",
            other[0]);
    suspect("the larger two go, and the smaller stay", other[1]);
    suspect("keep is the wrong way round: true is for those that stay", others(want, n));
    suspect("of equal sizes the earlier goes, where the later should", other[2]);
    suspect("the smaller half of all goes: it should be two of every four neighbours", other[3]);
    suspect("only one of four goes: two should", other[4]);
    suspect("three of four go: two should", other[5]);
    suspect("keep is written only where a weight goes: it is true for the others", half_written(want, n, true));
    suspect("keep is written only where a weight stays: it is false for the others", half_written(want, n, false));
    check_pruned(what, want, keep, w, values, n);
    for (int i = 0; i < n; i += 4) {
        int zeros = 0;
        for (int k = i; k < i + 4; k++) zeros += w[k] == 0;
        grade_true(zeros >= 2, "%s: only %d of the four weights from %d on are 0", what, zeros, i);
    }
}

EXERCISE(prune_2_4, .number = "15.10", .points = 2) {
    check_2_4("which of 0.5 -0.1 0.3 -0.7 | 0.1 0.1 0.1 0.1 stay",
              (float[]){0.5f, -0.1f, 0.3f, -0.7f, 0.1f, 0.1f, 0.1f, 0.1f}, 8);
    const int n = 4 * grade_int(20, 50);
    check_2_4("which weights stay", grade_floats(n), n);
    check_2_4("which of many equal weights stay", quarters(n), n);
}
