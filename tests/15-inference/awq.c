// Tests of awq.c.
#include "15-inference/smaller.h"

enum average { MEAN_SIZE, MEAN_SIGNED, ROOT_MEAN_SQUARE, LARGEST_SIZE, SUM_SIZE };

// scales by definition, or with another average; at least `least`; divided by the middle: its root or itself, or not.
static double *scales_of(const float *x, double alpha, double least, enum average average, double middle_power, int n,
                         int I) {
    double *s = grade_doubles(I), largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            const double value = x[k * I + i];
            sum = average == MEAN_SIGNED        ? sum + value
                  : average == ROOT_MEAN_SQUARE ? sum + value * value
                  : average == LARGEST_SIZE     ? fmax(sum, fabs(value))
                                                : sum + fabs(value);
        }
        double a = average == LARGEST_SIZE || average == SUM_SIZE ? sum : sum / n;
        if (average == ROOT_MEAN_SQUARE) a = sqrt(a);
        s[i] = pow(fmax(a, least), alpha);
        largest = fmax(largest, s[i]), smallest = fmin(smallest, s[i]);
    }
    for (int i = 0; i < I; i++) s[i] /= pow(largest * smallest, middle_power);
    return s;
}

static double *over_largest(const double *s, int I) {
    double *y = grade_doubles(I), largest = 0;
    for (int i = 0; i < I; i++) largest = fmax(largest, s[i]);
    for (int i = 0; i < I; i++) y[i] = s[i] / largest;
    return y;
}

// A mean of 0 by itself; at least 1e-4 only after the exponent.
static double *floor_of_power(const float *x, double alpha, int n, int I) {
    double *s = scales_of(x, alpha, 0, MEAN_SIZE, 0, n, I), largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) s[i] = fmax(s[i], 1e-4), largest = fmax(largest, s[i]), smallest = fmin(smallest, s[i]);
    for (int i = 0; i < I; i++) s[i] /= sqrt(largest * smallest);
    return s;
}

static void check_scales(const char *what, const float *x, float alpha, int n, int I) {
    float *scales = grade_output(I);
    double *want = scales_of(x, alpha, 1e-4, MEAN_SIZE, 0.5, n, I);
    awq_scales(scales, x, alpha, n, I);
    suspect("the mean of x, signs and all, where that of |x| is asked for",
            scales_of(x, alpha, 1e-4, MEAN_SIGNED, 0.5, n, I));
    suspect("the root of the mean square, where the mean of |x| is asked for",
            scales_of(x, alpha, 1e-4, ROOT_MEAN_SQUARE, 0.5, n, I));
    suspect("the largest |x|, where the mean is asked for", scales_of(x, alpha, 1e-4, LARGEST_SIZE, 0.5, n, I));
    suspect("the sum of |x|, not divided by n", scales_of(x, alpha, 1e-4, SUM_SIZE, 0.5, n, I));
    suspect("1e-4 is the least of a^alpha, where it should be that of a", floor_of_power(x, alpha, n, I));
    float *turned = grade_copy(x, n * I);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < I; i++) turned[k * I + i] = x[i * n + k];
    suspect("x is read as (I,n): it is (n,I), and channel i is its column i",
            scales_of(turned, alpha, 1e-4, MEAN_SIZE, 0.5, n, I));
    suspect("not divided by the root of (largest * smallest)", scales_of(x, alpha, 1e-4, MEAN_SIZE, 0, n, I));
    suspect("divided by (largest * smallest): the root is missing", scales_of(x, alpha, 1e-4, MEAN_SIZE, 1, n, I));
    suspect("divided by the largest", over_largest(want, I));
    suspect("the exponent alpha is not used", scales_of(x, 1, 1e-4, MEAN_SIZE, 0.5, n, I));
    suspect("1/alpha where alpha is asked for", scales_of(x, alpha > 0 ? 1 / alpha : 0, 1e-4, MEAN_SIZE, 0.5, n, I));
    grade_array(what, scales, want, AXES("i", I), 1e-5);
    grade_unchanged("x", x);
}

EXERCISE(awq_scales, .number = "15.16", .points = 2) {
    // The text's example: means 16, 1, 4, 1; to the power 1/2 they are 4, 1, 2, 1; the middle of 4 and 1 is 2.
    check_scales("scales of mean inputs 16 1 4 1, alpha 1/2", grade_copy((float[]){-20, 1, 4, -1, 12, -1, -4, 1}, 8),
                 0.5f, 2, 4);
    const int n = grade_int(5, 30), I = grade_int(10, 70);
    float *x = mixed_inputs(n, I);
    for (int k = 0; k < n; k++) x[k * I + 2] += 3;
    check_scales("scales", grade_copy(x, n * I), 0.3f + 0.05f * (float)grade_int(0, 8), n, I);
    check_scales("scales with alpha 0: all 1", grade_copy(x, n * I), 0, n, I);
    for (int k = 0; k < n; k++) x[k * I + 1] = 0;
    float *zero = grade_output(I);
    awq_scales(zero, grade_copy(x, n * I), 0.5f, n, I);
    grade_true(isfinite(zero[0]) && isfinite(zero[1]),
               "scales where input 1 is always 0: %g and %g, the first two, should be finite\nlooks like: a mean below "
               "1e-4 is not raised to 1e-4",
               (double)zero[0], (double)zero[1]);
    check_scales("scales where input 1 is always 0", grade_copy(x, n * I), 0.5f, n, I);
}

// Q4_0 of w times before[i], times after[i], by definition. false: some number hangs by a thread.
static bool scaled_rounding(double *q, const float *w, const double *before, const double *after, int O, int I) {
    double scale = 0, largest = 0, *row = alloc_doubles((size_t)I);
    bool clear = true;
    for (int o = 0; o < O; o++) {
        for (int i = 0; i < I; i++) row[i] = w[o * I + i] * before[i];
        for (int i = 0; i < I; i++) {
            if (i % QUANT_BLOCK == 0) {
                clear = clear_scale(&scale, row + i) && clear;
                largest = 0;
                for (int k = i; k < i + QUANT_BLOCK; k++)
                    if (fabs(row[k]) > fabs(largest)) largest = row[k];
            }
            clear = clear_nearest(&q[o * I + i], row[i], largest / -8, scale) && clear;
            q[o * I + i] *= after[i];
        }
    }
    free(row);
    return clear;
}

static double *inverted(const double *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = 1 / x[i];
    return y;
}

static void check_awq(const char *what, const float *w, const float *scales, const double *want, int O, int I) {
    double *s = in_double(scales, I), *one = grade_doubles(I), *other[4];
    for (int i = 0; i < I; i++) one[i] = 1;
    for (int i = 0; i < 4; i++) other[i] = grade_doubles(O * I);
    scaled_rounding(other[0], w, one, one, O, I);
    scaled_rounding(other[1], w, s, one, O, I);
    scaled_rounding(other[2], w, inverted(s, I), s, O, I);
    scaled_rounding(other[3], w, s, s, O, I);
    float *q = grade_output(O * I);
    awq_quantize(q, w, scales, O, I);
    suspect(
        "rounded as without scales: it is column i of w that is multiplied by scales[i] (a whole row times one number "
        "changes nothing)",
        other[0]);
    suspect("multiplied by the scales, but not divided by them afterwards", other[1]);
    suspect("divided first and multiplied afterwards: it is the other way round", other[2]);
    suspect("multiplied by the scales twice: after rounding they are divided out", other[3]);
    grade_array(what, q, want, AXES("oi", O, I), 1e-5);
    grade_unchanged("w", w);
    grade_unchanged("scales", scales);
}

EXERCISE(awq_quantize, .number = "15.16", .points = 2, .needs = "q4_0_quantize q4_0_dequantize") {
    // The text's example: 0.4 -8 3.3 with scales 2 1/2 1 are 0.8 -4 3.3, whose levels are 0.5 apart: 1 -4 3.5. Divided
    // again: 0.5 -8 3.5. Without scales the levels are 1 apart: 0 -8 3.
    enum { N = QUANT_BLOCK };
    float w[N] = {0.4f, -8, 3.3f}, s[N];
    double *want = grade_doubles(N);
    for (int i = 0; i < N; i++) s[i] = i == 0 ? 2 : i == 2 ? 1 : 0.5f;
    want[0] = 0.5, want[1] = -8, want[2] = 3.5;
    check_awq("0.4 -8 3.3 0 ... 0 with scales 2 1/2 1 1/2 ... 1/2", grade_copy(w, N), grade_copy(s, N), want, 1, N);
    const int O = grade_int(2, 7), I = QUANT_BLOCK * grade_int(2, 4);
    float *weights = grade_floats(O * I), *scales = grade_floats(I);
    want = grade_doubles(O * I);
    for (int i = 0; i < I; i++) scales[i] = 0.4f + fabsf(scales[i]);
    const double *columns = in_double(scales, I), *back = inverted(columns, I);
    for (int o = 0; o < O; o++)
        while (!scaled_rounding(want + o * I, weights + o * I, columns, back, 1, I))
            for (int i = 0; i < I; i++) weights[o * I + i] = rng_normal(grade_rng());
    check_awq("random weights and scales", grade_copy(weights, O * I), grade_copy(scales, I), want, O, I);
}
