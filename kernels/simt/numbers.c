// half and bfloat16 in software. Both are a sign, an exponent and a fraction, with numbers below the smallest normal
// one (subnormals), infinities and NaN as in IEEE 754; only the widths differ.
#include <string.h>

#include "simt/runtime.h"

struct format {
    int digits;     // of the significand, the leading one among them
    int lowest;     // exponent of the smallest normal number
    uint16_t huge;  // infinity
};
static const struct format half = {11, -14, 0x7c00}, bf16 = {8, -126, 0x7f80};
static const uint16_t not_a_number = 0x7fff;  // as GPUs write it

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// x to nearest, a tie to the even one of the two. All formats have their smallest number far above the subnormal
// doubles.
static uint16_t narrow(double x, const struct format *f) {
    const uint64_t bits = bits_of(x);
    const uint16_t sign = (uint16_t)(bits >> 63 << 15);
    const int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    uint64_t digits = bits & ((1ull << 52) - 1);
    if (exponent == 1024) return digits ? not_a_number : sign | f->huge;
    if (exponent == -1023) return sign;
    digits |= 1ull << 52;
    const int binade = exponent > f->lowest ? exponent : f->lowest;
    const int shift = binade - (f->digits - 1) - (exponent - 52);  // digits that go
    if (shift > 53) return sign;
    const uint64_t rest = digits & ((1ull << shift) - 1), tie = 1ull << (shift - 1);
    uint64_t kept = digits >> shift;
    kept += rest > tie || (rest == tie && (kept & 1));
    // a normal number's leading one, and a carry, add 1 to the exponent's field
    const uint64_t code = kept + ((uint64_t)(binade - f->lowest) << (f->digits - 1));
    return sign | (code > f->huge ? f->huge : (uint16_t)code);
}

static float widen(uint16_t code, const struct format *f) {
    const uint64_t sign = (uint64_t)(code >> 15) << 63;
    const int fraction_bits = f->digits - 1, field = (code & 0x7fff) >> fraction_bits;
    const uint64_t fraction = code & ((1u << fraction_bits) - 1);
    if (field == f->huge >> fraction_bits)
        return (float)of_bits(sign | 0x7ffull << 52 | fraction << (52 - fraction_bits));
    const double unit = of_bits((uint64_t)(1023 + f->lowest - fraction_bits) << 52);
    const double size = field ? (double)(fraction | 1u << fraction_bits) * of_bits((uint64_t)(1023 + field - 1) << 52)
                              : (double)fraction;
    return (float)of_bits(sign | bits_of(size * unit));
}

// The sum of x and y as a double whose last digit is odd wherever digits are missing behind it. Rounded once more, to
// fewer digits, that gives what the exact sum would (Boldo and Melquiond, 2008). What a rounded sum misses is a double
// (Knuth's two-sum).
static double odd_sum(double sum, double x, double y) {
    const double of_y = sum - x, missing = (x - (sum - of_y)) + (y - of_y);
    const uint64_t bits = bits_of(sum);
    if (missing == 0 || missing != missing || (bits & 1)) return sum;
    return of_bits((missing > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

float simt_half_to_float(uint16_t h) {
    return widen(h, &half);
}

uint16_t simt_float_to_half(float f) {
    return narrow(f, &half);
}

float simt_bf16_to_float(uint16_t h) {
    return widen(h, &bf16);
}

uint16_t simt_float_to_bf16(float f) {
    return narrow(f, &bf16);
}

uint16_t simt_sum_to_half(double sum, double x, double y) {
    return narrow(odd_sum(sum, x, y), &half);
}

uint16_t simt_sum_to_bf16(double sum, double x, double y) {
    return narrow(odd_sum(sum, x, y), &bf16);
}
