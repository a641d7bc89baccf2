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

// What a wrong way of joining gives: every lane has a part of the row, as its maximum and sum.
enum wrong { NOT_RESCALED, NOT_JOINED, DOWN };

static void join(double *max, double *sum, double other_max, double other_sum, bool rescale) {
    double larger = fmax(*max, other_max);
    if (larger == -INFINITY) return;
    *sum = (rescale ? *sum * exp(*max - larger) : *sum) + other_sum * exp(other_max - larger);
    *max = larger;
}

static void wrong_softmax(double *out, const float *in, int columns, enum wrong wrong) {
    double max[LANES], sum[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        max[lane] = -INFINITY;
        sum[lane] = 0;
        for (int c = lane; c < columns; c += LANES)
            join(&max[lane], &sum[lane], (double)in[c], 1, wrong != NOT_RESCALED);
    }
    for (int step = wrong == NOT_JOINED ? 0 : LANES / 2; step > 0; step /= 2) {
        double old_max[LANES], old_sum[LANES];
        memcpy(old_max, max, sizeof max);
        memcpy(old_sum, sum, sizeof sum);
        for (int lane = 0; lane < LANES; lane++) {
            int other = wrong == DOWN ? lane + step : lane ^ step;
            if (other >= LANES) other = lane;  // what __shfl_down_sync gives there
            join(&max[lane], &sum[lane], old_max[other], old_sum[other], wrong != NOT_RESCALED);
        }
    }
    for (int c = 0; c < columns; c++) out[c] = exp((double)in[c] - max[c % LANES]) / sum[c % LANES];
}

// NaN has two usual reasons here, which leave different traces.
static void grade_nan(const char *what, const float *got, const double *want, int rows, int columns) {
    int nan = 0, nan_above = 0, wrong = 0, wrong_far = 0;
    for (int i = 0; i < rows * columns; i++) {
        bool bad = !(fabs((double)got[i] - want[i]) <= 1e-5);
        nan += isnan(got[i]);
        nan_above += isnan(got[i]) && i / columns % 4 == 1;
        wrong += bad;
        wrong_far += bad && i / columns % 2;
    }
    grade_true(
        !nan || wrong > wrong_far || nan_above,
        "%s: %d elements are NaN, all in rows of numbers far below 0\nlooks like: the maximum begins at 0, or at "
        "FLT_MIN, which is above 0: begin with -INFINITY",
        what, nan);
    grade_true(!nan || wrong > wrong_far,
               "%s: %d elements are NaN, all in rows of numbers far from 0\nlooks like: the maximum is not subtracted "
               "before exp",
               what, nan);
    grade_true(!nan || columns >= LANES,
               "%s: %d elements are NaN\nlooks like: a lane without a column has maximum -INFINITY, and -INFINITY - "
               "(-INFINITY) is NaN",
               what, nan);
}

static void grade_softmax(const float *in, int rows, int columns) {
    int n = rows * columns;
    double *want = grade_doubles(n), *undivided = grade_doubles(n), *wrong[DOWN + 1];
    for (int w = 0; w <= DOWN; w++) wrong[w] = grade_doubles(n);
    for (int r = 0; r < rows; r++) {
        const float *in_r = in + r * columns;
        double max = (double)in_r[0], sum = 0;
        for (int c = 0; c < columns; c++) max = fmax(max, (double)in_r[c]);
        for (int c = 0; c < columns; c++) sum += undivided[r * columns + c] = exp((double)in_r[c] - max);
        for (int c = 0; c < columns; c++) want[r * columns + c] = undivided[r * columns + c] / sum;
        for (int w = 0; w <= DOWN; w++) wrong_softmax(wrong[w] + r * columns, in_r, columns, (enum wrong)w);
    }
    float *out = gpu_output(n);
    softmax_rows(out, gpu_copy(in, n), rows, columns);
    char what[80];
    snprintf(what, sizeof what, "softmax_rows, %d rows, %d columns: out", rows, columns);
    float *got = fetched("softmax_rows", out, n);
    grade_nan(what, got, want, rows, columns);
    if (columns > 1) {
        suspect("exp(x - max) is not divided by the sum", undivided);
        suspect("a sum is not rescaled when the maximum grows", wrong[NOT_RESCALED]);
        suspect("the lanes' sums are not joined: each lane divides by its own", wrong[NOT_JOINED]);
        suspect("after shuffles down only lane 0 has the sum of all; with xor every lane has it", wrong[DOWN]);
    }
    grade_array(what, got, want, AXES("rc", rows, columns), 1e-5);
}

static void grade_random(int rows, int columns) {
    grade_softmax(random_rows(rows, columns), rows, columns);
}

EXERCISE(softmax_rows, .number = "22.18", .points = 5) {
    grade_softmax((const float[]){0, logf(2), logf(4)}, 1, 3);  // section 22.10: 1/7, 2/7, 4/7
    grade_random(9, 64);
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
    lanes_together("softmax_rows");
    int warps = (int)(simt_launch(-1)->grid[0] * simt_launch(-1)->block[0]) / LANES;
    grade_true(warps <= 2 * ROWS, "softmax_rows launched %d warps for %d rows: a block of 256 threads has 8 warps",
               warps, ROWS);
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
}
