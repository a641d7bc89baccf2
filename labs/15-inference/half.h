// F16, the float of two bytes (IEEE 754: 1 bit of sign, 5 of exponent, 10 of fraction), fast: every block of a
// quantized matrix has one as its scale. What fits is kept exactly; float_to_half rounds to the nearest, of two equally
// near ones to the even one, and what is too large becomes infinite.
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__F16C__)
#include <immintrin.h>
#endif

static inline uint32_t half_float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float half_bits_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// For machines without an instruction for it. Exponent and fraction, moved to where a float has its own, are the number
// times 2^-112 (a float's exponent counts from 127, a half's from 15); small halves without a leading 1 come out right
// too.
static inline float half_to_float_plain(uint16_t h) {
    uint32_t bits = half_float_bits(half_bits_float((uint32_t)(h & 0x7FFF) << 13) * 0x1p112f);
    if ((h & 0x7C00) == 0x7C00) bits = 0x7F800000 | (uint32_t)(h & 0x3FF) << 13;  // infinite, or NaN
    if (bits > 0x7F800000) bits |= 0x400000;  // a quiet NaN, as the instruction gives
    return half_bits_float((uint32_t)(h & 0x8000) << 16 | bits);
}

static inline uint16_t float_to_half_plain(float x) {
    uint32_t bits = half_float_bits(x), sign = bits >> 16 & 0x8000;
    bits &= 0x7FFFFFFF;
    if (bits > 0x7F800000) return (uint16_t)(sign | 0x7E00 | (bits >> 13 & 0x3FF));  // NaN
    if (bits >= 0x47800000) return (uint16_t)(sign | 0x7C00);                        // 65536 and more
    if (bits < 0x38800000)  // below 2^-14 halves are multiples of 2^-24, as floats are from 0.5 on: adding rounds
        return (uint16_t)(sign | (half_float_bits(half_bits_float(bits) + 0.5f) - half_float_bits(0.5f)));
    bits += 0xFFF + (bits >> 13 & 1);  // half of what is cut off, and a little less if the last bit that stays is 0
    return (uint16_t)(sign | (bits - (112u << 23)) >> 13);
}

static inline float half_to_float(uint16_t h) {
#if defined(__F16C__)
    return _cvtsh_ss(h);
#else
    return half_to_float_plain(h);
#endif
}

static inline uint16_t float_to_half(float x) {
#if defined(__F16C__)
    return _cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT);
#else
    return float_to_half_plain(x);
#endif
}
