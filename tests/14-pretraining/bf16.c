// Tests of bf16.c.
#include "14-pretraining/definitions.h"

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// The upper half of the nearest bfloat16's bits, by arithmetic: 8 bits from the first one on, rint does ties to even.
static uint32_t nearest_upper(float x) {
    int exponent;
    frexp((double)x, &exponent);  // |x| = f * 2^exponent, f in [1/2, 1)
    if (exponent < -125) exponent = -125;
    const double rounded = ldexp(rint(ldexp((double)x, 8 - exponent)), exponent - 8);
    return bits_of((float)rounded) >> 16;  // exact: 8 bits, or infinite
}

static void check_bf16(const char *what, const uint32_t *bits, int n) {
    float *x = grade_output(n), *upper = grade_output(n), *lower = grade_output(n);
    double *want = grade_doubles(n), *cut = grade_doubles(n), *away = grade_doubles(n), *zeros = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        x[i] = float_of(bits[i]);
        want[i] = nearest_upper(x[i]);
        cut[i] = bits[i] >> 16;
        away[i] = (bits[i] + 0x8000u) >> 16;
    }
    bf16_round(x, (size_t)n);
    for (int i = 0; i < n; i++) {
        upper[i] = (float)(bits_of(x[i]) >> 16);
        lower[i] = (float)(bits_of(x[i]) & 0xFFFF);
    }
    suspect("the lower half is cut off, where the nearest is asked for", cut);
    suspect("ties are rounded away from 0, where the even one is asked for", away);
    grade_array(what, upper, want, AXES("i", n), 1e-9);
    grade_array("lower 16 bits of what was rounded", lower, zeros, AXES("i", n), 0);
}

EXERCISE(bf16_round, .number = "14.9", .points = 6) {
    // The text's examples. Near 1 the step is 1/128, near pi 1/64.
    float *x = grade_copy((float[]){1.0f + 1.0f / 256, 1.0f + 3.0f / 256, 3.14159265f, -0.1f, 1.001f}, 5);
    bf16_round(x, 5);
    suspect("the lower half is cut off, where the nearest is asked for",
            (double[]){1, 1.0078125, 3.140625, -0.099609375, 1});
    suspect("ties are rounded away from 0, where the even one is asked for",
            (double[]){1.0078125, 1.015625, 3.140625, -0.10009765625, 1});
    grade_array("1 + 1/256, 1 + 3/256, pi, -0.1 and 1.001, rounded", x,
                (double[]){1, 1.015625, 3.140625, -0.10009765625, 1}, AXES("i", 5), 1e-7);
    enum { N = 300 };
    uint32_t bits[N];
    for (int i = 0; i < N; i++) {
        do bits[i] = rng_u32(grade_rng());
        while ((bits[i] & 0x7F800000) == 0x7F800000);
        if (i % 5 == 0) bits[i] = (bits[i] & 0xFFFF0000) | 0x8000;  // a tie
    }
    check_bf16("upper halves of random numbers, rounded", bits, N);
    check_bf16("upper halves of the largest float, 0, -0 and the smallest floats, rounded",
               (uint32_t[]){0x7F7FFFFF, 0, 0x80000000, 1, 0x8000, 0x18000, 0xFF7FFFFF}, 7);
    float *odd = grade_copy((float[]){INFINITY, -INFINITY, float_of(0x7F800001), float_of(0xFFFFFFFF)}, 4);
    bf16_round(odd, 4);
    grade_true(isinf(odd[0]) && odd[0] > 0 && isinf(odd[1]) && odd[1] < 0, "infinity and -infinity became %g and %g",
               (double)odd[0], (double)odd[1]);
    for (int i = 2; i < 4; i++)
        grade_true(isnan(odd[i]), "NaN with the bits %s became %g\nlooks like: NaN is rounded as if it were a number",
                   i == 2 ? "7F800001" : "FFFFFFFF", (double)odd[i]);
}
