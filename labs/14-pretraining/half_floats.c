// Floats of two bytes, by their bits: sign, exponent, fraction.
#include <math.h>
#include <string.h>

#include "14-pretraining/pretraining.h"
#include "14-pretraining/safetensors.h"

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

float bf16_to_float(uint16_t x) {
    return float_of((uint32_t)x << 16);
}

// A few numbers at a time; the upper half of each is what rounding leaves of it.
void bf16_from_floats(uint16_t *out, const float *x, size_t n) {
    float rounded[256];
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < COUNT(rounded) ? n - done : COUNT(rounded);
        memcpy(rounded, x + done, some * sizeof *x);
        bf16_round(rounded, some);
        for (size_t i = 0; i < some; i++) memcpy(&out[done + i], (const char *)&rounded[i] + 2, sizeof *out);
    }
}

// 1 bit of sign, 5 of exponent, 10 of fraction.
float f16_to_float(uint16_t x) {
    uint32_t sign = (uint32_t)(x & 0x8000) << 16, exponent = x >> 10 & 31, fraction = x & 0x3FF;
    if (exponent == 0) {  // no leading 1: fraction * 2^-24
        float small = ldexpf((float)fraction, -24);
        return sign ? -small : small;
    }
    if (exponent == 31) return float_of(sign | 0x7F800000 | fraction << 13);  // infinite, or NaN
    return float_of(sign | (exponent - 15 + 127) << 23 | fraction << 13);
}

// A float's 24 digits are cut to 11, or to as many as are left below 2^-14; a carry moves into the exponent by itself.
uint16_t f16_from_float(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000, rest = bits & 0x7FFFFFFF;
    if (rest > 0x7F800000) return (uint16_t)(sign | 0x7E00);   // NaN
    if (rest >= 0x47800000) return (uint16_t)(sign | 0x7C00);  // 2^16 and more
    if (rest < 0x38800000)                                     // below 2^-14: a multiple of 2^-24
        return (uint16_t)(sign | (uint32_t)lrintf(ldexpf(fabsf(x), 24)));
    uint32_t odd = rest >> 13 & 1;
    return (uint16_t)(sign | (rest - ((127 - 15) << 23) + 0xFFF + odd) >> 13);
}
