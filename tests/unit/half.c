// Tests of labs/15-inference/half.h: all 65,536 halves, and every place between two of them where rounding changes its
// mind.
#include "15-inference/half.h"

#include <criterion/criterion.h>
#include <math.h>

// By definition: sign, exponent, fraction.
static double value_of(int h) {
    const int exponent = h >> 10 & 31, fraction = h & 1023;
    double x = exponent == 31 ? fraction ? NAN : INFINITY
               : exponent     ? ldexp(1024 + fraction, exponent - 25)
                              : ldexp(fraction, -24);
    return h & 0x8000 ? -x : x;
}

static bool same(float a, float b) {
    return half_float_bits(a) == half_float_bits(b);
}

Test(half, every_one_becomes_its_float) {
    for (int h = 0; h < 65536; h++) {
        const double want = value_of(h);
        const float got = half_to_float((uint16_t)h), plain = half_to_float_plain((uint16_t)h);
        cr_assert(isnan(want) ? isnan(got) : same(got, (float)want), "%#06x: %g, not %g", h, (double)got, want);
        cr_assert(same(got, plain), "%#06x: without the instruction %g, not %g", h, (double)plain, (double)got);
    }
}

Test(half, every_one_comes_back) {
    for (int h = 0; h < 65536; h++) {
        const uint16_t got = float_to_half(half_to_float((uint16_t)h));
        const uint16_t plain = float_to_half_plain(half_to_float((uint16_t)h));
        cr_assert(isnan(value_of(h)) ? isnan(value_of(got)) && (got & 0x8000) == (h & 0x8000) : got == h);
        cr_assert(got == plain, "%#06x: without the instruction %#06x, not %#06x", h, plain, got);
    }
}

static void check_rounding(float x, int want) {
    for (int sign = 0; sign < 2; sign++) {
        const float y = sign ? -x : x;
        const int half = want | sign << 15;
        cr_assert(float_to_half(y) == half, "%a: %#06x, not %#06x", (double)y, float_to_half(y), half);
        cr_assert(float_to_half_plain(y) == half, "%a, without the instruction: %#06x, not %#06x", (double)y,
                  float_to_half_plain(y), half);
    }
}

// The middle between two neighbours goes to the even one, the floats right beside it to the nearer one. Behind the
// largest half comes what would be the next, 65536: from the middle on, 65520, it is infinity.
Test(half, rounds_to_the_nearest_and_ties_to_even) {
    for (int h = 0; h < 0x7C00; h++) {
        const double next = h + 1 == 0x7C00 ? 65536 : value_of(h + 1);
        const float middle = (float)((value_of(h) + next) / 2);  // exact: a float has 13 more bits
        check_rounding(middle, h & 1 ? h + 1 : h);
        check_rounding(nextafterf(middle, 0), h);
        check_rounding(nextafterf(middle, INFINITY), h + 1);
    }
    check_rounding(1e30f, 0x7C00);
    check_rounding(1e-30f, 0);
}
