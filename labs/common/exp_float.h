// e^x in float, in plain arithmetic, so that a compiler can do it for a whole vector of x at a time. expf of the C
// library cannot be used that way without giving up exact rules elsewhere (-ffast-math).
#pragma once
#include <stdint.h>
#include <string.h>

// e^x within 2 units in the last place for -87 <= x <= 88; below it is never more than 1.6e-38, above never less than
// 1.6e38; NaN gives NaN.
// x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r: e^r by its series up to r^7, 2^n by writing n into the exponent.
static inline float exp_float(float x) {
    const float log2_e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f, to_int = 12582912.0f;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * log2_e + to_int;  // 1.5 * 2^23 leaves no room for a fraction: the integer is in the low bits
    float n = shifted - to_int;
    float r = x - n * ln2_high - n * ln2_low;
    float series = 1.0f / 5040;
    series = series * r + 1.0f / 720;
    series = series * r + 1.0f / 120;
    series = series * r + 1.0f / 24;
    series = series * r + 1.0f / 6;
    series = series * r + 0.5f;
    series = series * r * r + r + 1.0f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127u) << 23;  // what stands above the integer falls off at the left
    float power;
    memcpy(&power, &bits, sizeof power);
    return series * power;
}
