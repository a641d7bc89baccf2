// Floats of two bytes, by their bits: sign, exponent, fraction.
#include <math.h>
#include <string.h>

#include "14-pretraining/safetensors.h"

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

uint16_t bf16_from_float(float x) {
    uint32_t bits = bits_of(x);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) return (uint16_t)(bits >> 16 | 0x40);  // NaN: cut, it could become infinite
    uint32_t last = bits >> 16 & 1;                                              // of what stays
    return (uint16_t)((bits + 0x7FFF + last) >>
                      16);  // up if the lower half is more than a half, or a half and last = 1
}

float bf16_to_float(uint16_t x) {
    return float_of((uint32_t)x << 16);
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
