// Tests of softmax.cu.
#include "22-cuda-basics/definitions.h"

// Rows with very different sizes of numbers: the odd ones are far below or above 0.
static float *random_rows(int rows, int columns) {
    float *in = grade_floats(rows * columns);
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++)
            in[r * columns + c] = 3 * in[r * columns + c] + (r % 2 ? r % 4 == 1 ? 300.f : -300.f : 0);
    return in;
}

static void grade_softmax(const float *in, int rows, int columns) {
    int n = rows * columns;
    double *want = grade_doubles(n), *undivided = grade_doubles(n), *first = grade_doubles(n);
    for (int r = 0; r < rows; r++) {
        const float *in_r = in + r * columns;
        double max = (double)in_r[0], sum = 0, sum_32 = 0;
        for (int c = 0; c < columns; c++) max = fmax(max, (double)in_r[c]);
        for (int c = 0; c < columns; c++) {
            double e = exp((double)in_r[c] - max);
            sum += e;
            if (c % LANES == 0) sum_32 += e;
        }
        for (int c = 0; c < columns; c++) {
            undivided[r * columns + c] = exp((double)in_r[c] - max);
            want[r * columns + c] = undivided[r * columns + c] / sum;
            first[r * columns + c] = undivided[r * columns + c] / sum_32;
        }
    }
    float *out = gpu_output(n);
    softmax_rows(out, gpu_copy(in, n), rows, columns);
    char what[80];
    snprintf(what, sizeof what, "softmax_rows, %d rows, %d columns: out", rows, columns);
    float *got = fetched("softmax_rows", out, n);
    if (columns > 1) {
        suspect("exp(x - max) is not divided by the sum", undivided);
        suspect("the sum is lane 0's alone: the lanes' sums are not joined", first);
    }
    int wrong = 0, nan = 0, infinite = 0;
    for (int i = 0; i < n; i++) {
        wrong += !(fabs((double)got[i] - want[i]) <= 1e-5);
        nan += isnan(got[i]);
        infinite += isinf(got[i]);
    }
    int large = 0;  // rows far from 0, and nothing else, came to grief: exp without the maximum
    for (int i = 0; i < n; i++) large += i / columns % 2 && !(fabs((double)got[i] - want[i]) <= 1e-5);
    grade_true(!(nan && wrong == large),
               "%s: %d elements are NaN, all in rows of large numbers\nlooks like: the maximum is not "
               "subtracted before exp",
               what, nan);
    grade_true(!nan || columns >= LANES,
               "%s: %d elements are NaN\nlooks like: a lane without a column has maximum -INFINITY, and -INFINITY - "
               "(-INFINITY) is NaN",
               what, nan);
    grade_array(what, got, want, AXES("rc", rows, columns), 1e-5);
}

static void grade_random(int rows, int columns) {
    grade_softmax(random_rows(rows, columns), rows, columns);
}

EXERCISE(softmax_rows, .number = "22.18", .points = 5) {
    grade_random(9, 64);
    grade_softmax((const float[]){1, 2, 3, 4}, 1, 4);
    grade_random(grade_int(10, 20), grade_int(33, 63));
    grade_random(grade_int(3, 7), grade_int(2, 31));
    grade_random(grade_int(30, 40), grade_int(100, 200));
    grade_random(17, 1);
    grade_random(1, grade_int(1000, 2000));
}

EXERCISE(softmax_rows_traffic, .number = "22.18", .points = 4, .needs = "softmax_rows") {
    enum { ROWS = 24, COLUMNS = 256 };
    grade_random(ROWS, COLUMNS);
    gpu_coalesced("softmax_rows", 1.05);
    struct simt_counters c = gpu_counters();
    double reads = reads_per_element(ROWS * COLUMNS);
    grade_true(
        reads <= 2.1,
        "softmax_rows reads each element %.1f times, where 2 would do: maximum and sum come from one pass (online)",
        reads);
    grade_true(c.barriers == 0, "softmax_rows has %.0f barriers; the lanes of a warp need none", (double)c.barriers);
    grade_true(c.warp_calls > 0, "softmax_rows has no shuffles: the lanes of a warp should join what they have");
    grade_true(c.warp_calls <= 20 * ROWS,
               "softmax_rows: %.0f shuffles for each row, where 10 would do: join the lanes' sums "
               "once, after their loops",
               (double)c.warp_calls / ROWS);
    double special = (double)c.special / (ROWS * COLUMNS);
    grade_true(special <= 3.6, "softmax_rows calls exp %.1f times for each element", special);
}
