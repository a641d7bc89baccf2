// half and bfloat16: numbers of 16 bits, alone and in pairs (CUDA Math API, "Half Precision" and "Bfloat16"). They
// differ only in their Format, so this is one template for both; cuda_fp16.h and cuda_bf16.h give the names.
//
// An operation computes as hardware does: as if exactly, then rounded once to nearest even. Sums, products, quotients
// and roots of two such numbers are computed in float and rounded to 16 bits: float has more than twice the digits and
// two (24 >= 2 * 11 + 2), and then rounding twice gives what rounding once gives (Figueroa, 1995). For a fused
// multiply-add that is not so: the product is exact in double, and simt_sum_to_... rounds the sum once.
#pragma once
#include <math.h>
#include <type_traits>

#include "abi.h"
#include "atomics.h"
#include "keywords.h"
#include "math.h"
#include "vectors.h"
#include "warp.h"

namespace simt {

template <class Format>
struct small {
    uint16_t bits;

    small() = default;
    template <class T, class = std::enable_if_t<std::is_arithmetic<T>::value>>
    SIMT_INLINE small(T x) : bits(rounded(x)) {}
    SIMT_INLINE operator float() const { return Format::to_float(bits); }
    static SIMT_INLINE small of_bits(uint16_t bits) {
        small x;
        x.bits = bits;
        return x;
    }

    friend SIMT_INLINE small operator+(const small &a, const small &b) { return float(a) + float(b); }
    friend SIMT_INLINE small operator-(const small &a, const small &b) { return float(a) - float(b); }
    friend SIMT_INLINE small operator*(const small &a, const small &b) { return float(a) * float(b); }
    friend SIMT_INLINE small operator/(const small &a, const small &b) { return float(a) / float(b); }
    friend SIMT_INLINE small operator+(const small &a) { return a; }
    friend SIMT_INLINE small operator-(const small &a) { return of_bits(a.bits ^ 0x8000); }
    friend SIMT_INLINE small &operator+=(small &a, const small &b) { return a = a + b; }
    friend SIMT_INLINE small &operator-=(small &a, const small &b) { return a = a - b; }
    friend SIMT_INLINE small &operator*=(small &a, const small &b) { return a = a * b; }
    friend SIMT_INLINE small &operator/=(small &a, const small &b) { return a = a / b; }
    friend SIMT_INLINE small &operator++(small &a) { return a = a + small(1.0f); }
    friend SIMT_INLINE small &operator--(small &a) { return a = a - small(1.0f); }
    friend SIMT_INLINE bool operator==(const small &a, const small &b) { return float(a) == float(b); }
    friend SIMT_INLINE bool operator!=(const small &a, const small &b) { return float(a) != float(b); }
    friend SIMT_INLINE bool operator<(const small &a, const small &b) { return float(a) < float(b); }
    friend SIMT_INLINE bool operator>(const small &a, const small &b) { return float(a) > float(b); }
    friend SIMT_INLINE bool operator<=(const small &a, const small &b) { return float(a) <= float(b); }
    friend SIMT_INLINE bool operator>=(const small &a, const small &b) { return float(a) >= float(b); }

    friend SIMT_INLINE small __hadd(small a, small b) { return a + b; }
    friend SIMT_INLINE small __hsub(small a, small b) { return a - b; }
    friend SIMT_INLINE small __hmul(small a, small b) { return a * b; }
    friend SIMT_INLINE small __hdiv(small a, small b) { return a / b; }
    friend SIMT_INLINE small __hadd_rn(small a, small b) { return a + b; }
    friend SIMT_INLINE small __hsub_rn(small a, small b) { return a - b; }
    friend SIMT_INLINE small __hmul_rn(small a, small b) { return a * b; }
    friend SIMT_INLINE small __hadd_sat(small a, small b) { return saturated(a + b); }
    friend SIMT_INLINE small __hsub_sat(small a, small b) { return saturated(a - b); }
    friend SIMT_INLINE small __hmul_sat(small a, small b) { return saturated(a * b); }
    friend SIMT_INLINE small __hfma(small a, small b, small c) {
        double product = double(float(a)) * double(float(b)), addend = float(c), sum = product + addend;
        return of_bits(Format::from_sum(sum, product, addend));
    }
    friend SIMT_INLINE small __hfma_sat(small a, small b, small c) { return saturated(__hfma(a, b, c)); }
    friend SIMT_INLINE small __hfma_relu(small a, small b, small c) {
        small x = __hfma(a, b, c);
        return float(x) < 0.0f ? small(0.0f) : x;
    }
    friend SIMT_INLINE small __hneg(small a) { return -a; }
    friend SIMT_INLINE small __habs(small a) { return of_bits(a.bits & 0x7fff); }
    friend SIMT_INLINE bool __hisnan(small a) { return float(a) != float(a); }
    friend SIMT_INLINE int __hisinf(small a) { return isinf(float(a)) ? (a.bits & 0x8000 ? -1 : 1) : 0; }
    friend SIMT_INLINE small __hmin(small a, small b) { return smaller(float(a), float(b)); }
    friend SIMT_INLINE small __hmax(small a, small b) { return larger(float(a), float(b)); }
    friend SIMT_INLINE small __hmin_nan(small a, small b) { return __hisnan(a) ? a : __hisnan(b) ? b : __hmin(a, b); }
    friend SIMT_INLINE small __hmax_nan(small a, small b) { return __hisnan(a) ? a : __hisnan(b) ? b : __hmax(a, b); }
    friend SIMT_INLINE bool __heq(small a, small b) { return a == b; }
    friend SIMT_INLINE bool __hne(small a, small b) { return a < b || a > b; }  // false where one is NaN; __hneu: true
    friend SIMT_INLINE bool __hneu(small a, small b) { return a != b; }
    friend SIMT_INLINE bool __hlt(small a, small b) { return a < b; }
    friend SIMT_INLINE bool __hgt(small a, small b) { return a > b; }
    friend SIMT_INLINE bool __hle(small a, small b) { return a <= b; }
    friend SIMT_INLINE bool __hge(small a, small b) { return a >= b; }

    friend SIMT_INLINE small hexp(small a) { return expf(a); }
    friend SIMT_INLINE small hexp2(small a) { return exp2f(a); }
    friend SIMT_INLINE small hexp10(small a) { return exp10f(a); }
    friend SIMT_INLINE small hlog(small a) { return logf(a); }
    friend SIMT_INLINE small hlog2(small a) { return log2f(a); }
    friend SIMT_INLINE small hlog10(small a) { return log10f(a); }
    friend SIMT_INLINE small hsin(small a) { return sinf(a); }
    friend SIMT_INLINE small hcos(small a) { return cosf(a); }
    friend SIMT_INLINE small htanh(small a) { return tanhf(a); }
    friend SIMT_INLINE small hsqrt(small a) { return sqrtf(a); }
    friend SIMT_INLINE small hrsqrt(small a) { return rsqrtf(a); }
    friend SIMT_INLINE small hrcp(small a) { return 1.0f / float(a); }
    friend SIMT_INLINE small hfloor(small a) { return floorf(a); }
    friend SIMT_INLINE small hceil(small a) { return ceilf(a); }
    friend SIMT_INLINE small htrunc(small a) { return truncf(a); }
    friend SIMT_INLINE small hrint(small a) { return rintf(a); }

   private:
    template <class T>
    static SIMT_INLINE uint16_t rounded(T x) {
        if constexpr (std::is_same<T, float>::value) return Format::from_float(x);
        else return Format::from_sum(static_cast<double>(x), static_cast<double>(x), 0.0);
    }
    static SIMT_INLINE small saturated(small a) { return __saturatef(a); }
};

// Two of them, 4 bytes that move as one.
template <class Format>
struct alignas(4) small2 {
    typedef small<Format> T;
    T x, y;

    small2() = default;
    SIMT_INLINE small2(T x_, T y_) : x(x_), y(y_) {}
    SIMT_INLINE small2(const small2 &from) { move<4>(this, &from); }
    SIMT_INLINE small2 &operator=(const small2 &from) {
        move<4>(this, &from);
        return *this;
    }

    friend SIMT_INLINE small2 operator+(const small2 &a, const small2 &b) { return {a.x + b.x, a.y + b.y}; }
    friend SIMT_INLINE small2 operator-(const small2 &a, const small2 &b) { return {a.x - b.x, a.y - b.y}; }
    friend SIMT_INLINE small2 operator*(const small2 &a, const small2 &b) { return {a.x * b.x, a.y * b.y}; }
    friend SIMT_INLINE small2 operator/(const small2 &a, const small2 &b) { return {a.x / b.x, a.y / b.y}; }
    friend SIMT_INLINE small2 operator-(const small2 &a) { return {-a.x, -a.y}; }
    friend SIMT_INLINE small2 &operator+=(small2 &a, const small2 &b) { return a = a + b; }
    friend SIMT_INLINE small2 &operator-=(small2 &a, const small2 &b) { return a = a - b; }
    friend SIMT_INLINE small2 &operator*=(small2 &a, const small2 &b) { return a = a * b; }
    friend SIMT_INLINE small2 &operator/=(small2 &a, const small2 &b) { return a = a / b; }
    friend SIMT_INLINE bool operator==(const small2 &a, const small2 &b) { return a.x == b.x && a.y == b.y; }
    friend SIMT_INLINE bool operator!=(const small2 &a, const small2 &b) { return a.x != b.x && a.y != b.y; }
    friend SIMT_INLINE bool operator<(const small2 &a, const small2 &b) { return a.x < b.x && a.y < b.y; }
    friend SIMT_INLINE bool operator>(const small2 &a, const small2 &b) { return a.x > b.x && a.y > b.y; }
    friend SIMT_INLINE bool operator<=(const small2 &a, const small2 &b) { return a.x <= b.x && a.y <= b.y; }
    friend SIMT_INLINE bool operator>=(const small2 &a, const small2 &b) { return a.x >= b.x && a.y >= b.y; }

    friend SIMT_INLINE small2 __hadd2(small2 a, small2 b) { return {__hadd(a.x, b.x), __hadd(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hadd2_rn(small2 a, small2 b) { return {__hadd_rn(a.x, b.x), __hadd_rn(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hadd2_sat(small2 a, small2 b) { return {__hadd_sat(a.x, b.x), __hadd_sat(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hsub2(small2 a, small2 b) { return {__hsub(a.x, b.x), __hsub(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hsub2_rn(small2 a, small2 b) { return {__hsub_rn(a.x, b.x), __hsub_rn(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hsub2_sat(small2 a, small2 b) { return {__hsub_sat(a.x, b.x), __hsub_sat(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmul2(small2 a, small2 b) { return {__hmul(a.x, b.x), __hmul(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmul2_rn(small2 a, small2 b) { return {__hmul_rn(a.x, b.x), __hmul_rn(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmul2_sat(small2 a, small2 b) { return {__hmul_sat(a.x, b.x), __hmul_sat(a.y, b.y)}; }
    friend SIMT_INLINE small2 __h2div(small2 a, small2 b) { return a / b; }
    friend SIMT_INLINE small2 __hfma2(small2 a, small2 b, small2 c) {
        return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)};
    }
    friend SIMT_INLINE small2 __hfma2_sat(small2 a, small2 b, small2 c) {
        return {__hfma_sat(a.x, b.x, c.x), __hfma_sat(a.y, b.y, c.y)};
    }
    friend SIMT_INLINE small2 __hfma2_relu(small2 a, small2 b, small2 c) {
        return {__hfma_relu(a.x, b.x, c.x), __hfma_relu(a.y, b.y, c.y)};
    }
    friend SIMT_INLINE small2 __hmin2(small2 a, small2 b) { return {__hmin(a.x, b.x), __hmin(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmin2_nan(small2 a, small2 b) { return {__hmin_nan(a.x, b.x), __hmin_nan(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmax2(small2 a, small2 b) { return {__hmax(a.x, b.x), __hmax(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hmax2_nan(small2 a, small2 b) { return {__hmax_nan(a.x, b.x), __hmax_nan(a.y, b.y)}; }
    friend SIMT_INLINE small2 __hneg2(small2 a) { return {__hneg(a.x), __hneg(a.y)}; }
    friend SIMT_INLINE small2 __habs2(small2 a) { return {__habs(a.x), __habs(a.y)}; }
    // 1 or 0 for each; __hb...: whether it holds for both
    friend SIMT_INLINE small2 __heq2(small2 a, small2 b) {
        return {T(float(__heq(a.x, b.x))), T(float(__heq(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hbeq2(small2 a, small2 b) { return __heq(a.x, b.x) && __heq(a.y, b.y); }
    friend SIMT_INLINE small2 __hne2(small2 a, small2 b) {
        return {T(float(__hne(a.x, b.x))), T(float(__hne(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hbne2(small2 a, small2 b) { return __hne(a.x, b.x) && __hne(a.y, b.y); }
    friend SIMT_INLINE small2 __hlt2(small2 a, small2 b) {
        return {T(float(__hlt(a.x, b.x))), T(float(__hlt(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hblt2(small2 a, small2 b) { return __hlt(a.x, b.x) && __hlt(a.y, b.y); }
    friend SIMT_INLINE small2 __hgt2(small2 a, small2 b) {
        return {T(float(__hgt(a.x, b.x))), T(float(__hgt(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hbgt2(small2 a, small2 b) { return __hgt(a.x, b.x) && __hgt(a.y, b.y); }
    friend SIMT_INLINE small2 __hle2(small2 a, small2 b) {
        return {T(float(__hle(a.x, b.x))), T(float(__hle(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hble2(small2 a, small2 b) { return __hle(a.x, b.x) && __hle(a.y, b.y); }
    friend SIMT_INLINE small2 __hge2(small2 a, small2 b) {
        return {T(float(__hge(a.x, b.x))), T(float(__hge(a.y, b.y)))};
    }
    friend SIMT_INLINE bool __hbge2(small2 a, small2 b) { return __hge(a.x, b.x) && __hge(a.y, b.y); }

    friend SIMT_INLINE small2 h2exp(small2 a) { return {hexp(a.x), hexp(a.y)}; }
    friend SIMT_INLINE small2 h2exp2(small2 a) { return {hexp2(a.x), hexp2(a.y)}; }
    friend SIMT_INLINE small2 h2exp10(small2 a) { return {hexp10(a.x), hexp10(a.y)}; }
    friend SIMT_INLINE small2 h2log(small2 a) { return {hlog(a.x), hlog(a.y)}; }
    friend SIMT_INLINE small2 h2log2(small2 a) { return {hlog2(a.x), hlog2(a.y)}; }
    friend SIMT_INLINE small2 h2log10(small2 a) { return {hlog10(a.x), hlog10(a.y)}; }
    friend SIMT_INLINE small2 h2sin(small2 a) { return {hsin(a.x), hsin(a.y)}; }
    friend SIMT_INLINE small2 h2cos(small2 a) { return {hcos(a.x), hcos(a.y)}; }
    friend SIMT_INLINE small2 h2tanh(small2 a) { return {htanh(a.x), htanh(a.y)}; }
    friend SIMT_INLINE small2 h2sqrt(small2 a) { return {hsqrt(a.x), hsqrt(a.y)}; }
    friend SIMT_INLINE small2 h2rsqrt(small2 a) { return {hrsqrt(a.x), hrsqrt(a.y)}; }
    friend SIMT_INLINE small2 h2rcp(small2 a) { return {hrcp(a.x), hrcp(a.y)}; }
    friend SIMT_INLINE small2 h2floor(small2 a) { return {hfloor(a.x), hfloor(a.y)}; }
    friend SIMT_INLINE small2 h2ceil(small2 a) { return {hceil(a.x), hceil(a.y)}; }
    friend SIMT_INLINE small2 h2trunc(small2 a) { return {htrunc(a.x), htrunc(a.y)}; }
    friend SIMT_INLINE small2 h2rint(small2 a) { return {hrint(a.x), hrint(a.y)}; }

    friend SIMT_INLINE float __low2float(small2 a) { return a.x; }
    friend SIMT_INLINE float __high2float(small2 a) { return a.y; }
    friend SIMT_INLINE small2 __lowhigh2highlow(small2 a) { return {a.y, a.x}; }
};

template <class Format>
struct shuffles<small<Format>> : std::true_type {};
template <class Format>
struct shuffles<small2<Format>> : std::true_type {};
template <class Format>
struct atomic_adds<small<Format>> : std::true_type {};
template <class Format>
struct atomic_adds<small2<Format>> : std::true_type {};

struct f16 {
    static SIMT_INLINE float to_float(uint16_t bits) { return simt_half_to_float(bits); }
    static SIMT_INLINE uint16_t from_float(float x) { return simt_float_to_half(x); }
    static SIMT_INLINE uint16_t from_sum(double sum, double x, double y) { return simt_sum_to_half(sum, x, y); }
};
struct bf16 {
    static SIMT_INLINE float to_float(uint16_t bits) { return __uint_as_float(static_cast<unsigned>(bits) << 16); }
    static SIMT_INLINE uint16_t from_float(float x) { return simt_float_to_bf16(x); }
    static SIMT_INLINE uint16_t from_sum(double sum, double x, double y) { return simt_sum_to_bf16(sum, x, y); }
};

}  // namespace simt
