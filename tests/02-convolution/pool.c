// Tests of pool.c.
#include "02-convolution/definitions.h"

enum pool_slip { POOL_RIGHT, FROM_ZERO, LAST, IN_WINDOW, IN_BATCH, IN_OUTPUT, TURNED_PLACE, POOL_UNSHIFTED };

// Odd sizes: with stride 2 as with 1 the last window then reaches over the border.
static struct pool_shape random_pool(void) {
    struct pool_shape s = {.B = 2, .C = 3, .H = 2 * grade_int(3, 4) + 1, .W = 2 * grade_int(5, 6) + 1, .kernel = 3};
    s.stride = grade_int(1, 2);
    s.padding = 1;
    return s;
}

static void pool_definition(double *best, double *places_of, const float *x, struct pool_shape s, enum pool_slip slip) {
    int OH = pooled_height(s), OW = pooled_width(s), padding = slip == POOL_UNSHIFTED ? 0 : s.padding, at = 0;
    for (int bc = 0; bc < s.B * s.C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++, at++) {
                best[at] = slip == FROM_ZERO ? 0 : -INFINITY;
                places_of[at] = 0;
                for (int k = 0; k < s.H * s.W; k++) {
                    int u = k / s.W - i * s.stride + padding, v = k % s.W - j * s.stride + padding;
                    if (u < 0 || u >= s.kernel || v < 0 || v >= s.kernel) continue;
                    double value = (double)x[bc * s.H * s.W + k];
                    if (value < best[at] || (value == best[at] && slip != LAST)) continue;
                    best[at] = value;
                    places_of[at] = slip == IN_WINDOW      ? u * s.kernel + v
                                    : slip == IN_BATCH     ? bc * s.H * s.W + k
                                    : slip == IN_OUTPUT    ? k / s.W * OW + k % s.W
                                    : slip == TURNED_PLACE ? k % s.W * s.H + k / s.W
                                                           : k;
                }
            }
}

// Checks places (planes,OH,OW) that were found in x.
static void grade_places(const char *what, const int *argmax, const float *x, struct pool_shape s) {
    static const struct {
        enum pool_slip slip;
        const char *mistake;
    } wrong[] = {
        {LAST, "of equal pixels the last one is taken; it is the first (> and not >=)"},
        {IN_WINDOW, "the place is counted within the window; it is row*W + column in the plane of x"},
        {IN_BATCH, "the place is counted in the whole batch; every plane starts at 0 again"},
        {IN_OUTPUT, "the place is row*OW + column; rows of x are W long"},
        {TURNED_PLACE, "the place is column*H + row; it is row*W + column"},
    };
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW;
    float *got = grade_output(n);
    for (int k = 0; k < n; k++) got[k] = (float)argmax[k];
    double *want = grade_doubles(n), *unused = grade_doubles(n);
    pool_definition(unused, want, x, s, POOL_RIGHT);
    for (int w = 0; w < COUNT(wrong); w++) {
        double *values = grade_doubles(n);
        pool_definition(unused, values, x, s, wrong[w].slip);
        suspect(wrong[w].mistake, values);
    }
    grade_array(what, got, want, AXES("bcij", s.B, s.C, OH, OW), 1e-6);
}

EXERCISE(max_pool_forward, .number = "02.10", .points = 7, .needs = "conv_output_size") {
    const float hand[16] = {1, 3, 2, 0, 4, 2, 1, 5, 0, 1, 9, 6, 2, 3, 7, 8};
    float *out = grade_output(4), *x = grade_copy(hand, 16);
    int *argmax = grade_ints(4, -7, -7);
    max_pool_forward(out, argmax, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_array("the 4x4 picture of section 2.7", out, (double[]){4, 5, 3, 9}, AXES("ij", 2, 2), 1e-6);
    grade_places("its argmax", argmax, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_ints_equal("its argmax", argmax, (int[]){4, 7, 13, 10}, AXES("ij", 2, 2));

    // Negative, so that a 0 from the padding would win; whole numbers, so that some are equal.
    struct pool_shape s = random_pool();
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW, pixels = s.B * s.C * s.H * s.W;
    float values[6 * 9 * 13];
    for (int k = 0; k < pixels; k++) values[k] = (float)grade_int(-6, -1);
    x = grade_copy(values, pixels);
    out = grade_output(n);
    argmax = grade_ints(n, -7, -7);
    max_pool_forward(out, argmax, x, s);
    double *want = grade_doubles(n), *zero = grade_doubles(n), *unshifted = grade_doubles(n),
           *unused = grade_doubles(n);
    double *bordered = grade_doubles(n);
    pool_definition(want, unused, x, s, POOL_RIGHT);
    pool_definition(zero, unused, x, s, FROM_ZERO);
    pool_definition(unshifted, unused, x, s, POOL_UNSHIFTED);
    for (int k = 0; k < n; k++) {  // windows that reach over the border
        int top = k / OW % OH * s.stride - s.padding, left = k % OW * s.stride - s.padding;
        bool inside = top >= 0 && left >= 0 && top + s.kernel <= s.H && left + s.kernel <= s.W;
        bordered[k] = inside ? want[k] : 0;
    }
    suspect("the search starts from 0, so a window of negative pixels gives 0: start from a pixel, or from -infinity",
            zero);
    suspect("the padding counts as 0, and beats negative pixels; it must never win", bordered);
    suspect("the padding does not move the window: it starts at i*stride - padding", unshifted);
    grade_array("out", out, want, AXES("bcij", s.B, s.C, OH, OW), 1e-6);

    grade_places("argmax", argmax, x, s);
    grade_unchanged("x", x);
}

EXERCISE(avg_pool_forward, .number = "02.12", .points = 5, .needs = "conv_output_size") {
    const float hand[16] = {1, 3, 2, 0, 4, 2, 1, 5, 0, 1, 9, 6, 2, 3, 7, 8};
    float *out = grade_output(4), *x = grade_copy(hand, 16);
    avg_pool_forward(out, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_array("the 4x4 picture of section 2.7", out, (double[]){2.5, 2, 1.5, 7.5}, AXES("ij", 2, 2), 1e-6);

    struct pool_shape s = random_pool();
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW;
    x = grade_floats(s.B * s.C * s.H * s.W);
    out = grade_output(n);
    avg_pool_forward(out, x, s);
    double *want = grade_doubles(n), *sums = grade_doubles(n), *counted = grade_doubles(n);
    for (int k = 0; k < n; k++) {
        int top = k / OW % OH * s.stride - s.padding, left = k % OW * s.stride - s.padding, inside = 0;
        for (int row = 0; row < s.H; row++)
            for (int column = 0; column < s.W; column++) {
                if (row < top || row >= top + s.kernel || column < left || column >= left + s.kernel) continue;
                sums[k] += (double)x[(k / (OH * OW) * s.H + row) * s.W + column];
                inside++;
            }
        want[k] = sums[k] / inside;
        counted[k] = sums[k] / (s.kernel * s.kernel);
    }
    suspect("divided by kernel^2 everywhere, so pixels of the padding count as black; divide by those inside x",
            counted);
    suspect("the sum is not divided", sums);
    grade_array("out", out, want, AXES("bcij", s.B, s.C, OH, OW), 1e-5);
    grade_unchanged("x", x);
}
