// CUDA's mathematics beyond <math.h> (CUDA Math API): functions that C has not, intrinsics of one instruction, bits
// and integers. The fast versions (__expf) are exact here: a GPU's differ from them in the last bits. glibc declares
// some of these names, too, but defines none of them.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "keywords.h"

// ---- functions ------------------------------------------------------------------------------------------------------
SIMT_INLINE float rsqrtf(float x) { return 1.0f / sqrtf(x); }
SIMT_INLINE double rsqrt(double x) { return 1.0 / ::sqrt(x); }
SIMT_INLINE float rsqrt(float x) { return rsqrtf(x); }
SIMT_INLINE float rcbrtf(float x) { return 1.0f / cbrtf(x); }
SIMT_INLINE double rcbrt(double x) { return 1.0 / ::cbrt(x); }
SIMT_INLINE double sinpi(double x) { return ::sin(M_PI * ::fmod(x, 2.0)); }
SIMT_INLINE double cospi(double x) { return ::cos(M_PI * ::fmod(x, 2.0)); }
SIMT_INLINE float sinpif(float x) { return static_cast<float>(sinpi(x)); }
SIMT_INLINE float cospif(float x) { return static_cast<float>(cospi(x)); }
SIMT_INLINE double normcdf(double x) { return 0.5 * ::erfc(-x * M_SQRT1_2); }
SIMT_INLINE float normcdff(float x) { return static_cast<float>(normcdf(x)); }
SIMT_INLINE float norm3df(float x, float y, float z) { return sqrtf(x * x + y * y + z * z); }
SIMT_INLINE float norm4df(float x, float y, float z, float w) { return sqrtf(x * x + y * y + z * z + w * w); }
SIMT_INLINE float rhypotf(float x, float y) { return 1.0f / hypotf(x, y); }
SIMT_INLINE float rnorm3df(float x, float y, float z) { return 1.0f / norm3df(x, y, z); }
SIMT_INLINE float fdividef(float x, float y) { return x / y; }

// ---- fast versions --------------------------------------------------------------------------------------------------
extern "C" {
SIMT_INLINE float __expf(float x) noexcept { return expf(x); }
SIMT_INLINE float __exp10f(float x) noexcept { return exp10f(x); }
SIMT_INLINE float __logf(float x) noexcept { return logf(x); }
SIMT_INLINE float __log2f(float x) noexcept { return log2f(x); }
SIMT_INLINE float __log10f(float x) noexcept { return log10f(x); }
SIMT_INLINE float __sinf(float x) noexcept { return sinf(x); }
SIMT_INLINE float __cosf(float x) noexcept { return cosf(x); }
SIMT_INLINE float __tanf(float x) noexcept { return tanf(x); }
SIMT_INLINE float __tanhf(float x) noexcept { return tanhf(x); }
SIMT_INLINE float __powf(float x, float y) noexcept { return powf(x, y); }
SIMT_INLINE void __sincosf(float x, float *sine, float *cosine) noexcept {
    *sine = sinf(x);
    *cosine = cosf(x);
}
}
SIMT_INLINE float __fdividef(float x, float y) { return x / y; }
SIMT_INLINE float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }  // NaN becomes 0
SIMT_INLINE float saturate(float x) { return __saturatef(x); }

// ---- arithmetic, rounded to nearest even ----------------------------------------------------------------------------
SIMT_INLINE float __fadd_rn(float x, float y) { return x + y; }
SIMT_INLINE float __fsub_rn(float x, float y) { return x - y; }
SIMT_INLINE float __fmul_rn(float x, float y) { return x * y; }
SIMT_INLINE float __fdiv_rn(float x, float y) { return x / y; }
SIMT_INLINE float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
SIMT_INLINE float __frcp_rn(float x) { return 1.0f / x; }
SIMT_INLINE float __fsqrt_rn(float x) { return sqrtf(x); }
SIMT_INLINE float __frsqrt_rn(float x) { return rsqrtf(x); }
SIMT_INLINE double __dadd_rn(double x, double y) { return x + y; }
SIMT_INLINE double __dsub_rn(double x, double y) { return x - y; }
SIMT_INLINE double __dmul_rn(double x, double y) { return x * y; }
SIMT_INLINE double __ddiv_rn(double x, double y) { return x / y; }
SIMT_INLINE double __fma_rn(double x, double y, double z) { return ::fma(x, y, z); }
SIMT_INLINE double __drcp_rn(double x) { return 1.0 / x; }
SIMT_INLINE double __dsqrt_rn(double x) { return ::sqrt(x); }

// ---- the bits of numbers --------------------------------------------------------------------------------------------
namespace simt {
template <class To, class From>
SIMT_INLINE To bits(From from) {
    static_assert(sizeof(To) == sizeof(From), "as many bits");
    To to;
    __builtin_memcpy(&to, &from, sizeof to);
    return to;
}

// A GPU's conversions stop at the largest and smallest number, and make 0 of NaN; C++ leaves that open.
template <class To, class From>
SIMT_INLINE To clamp(From x) {
    constexpr To top = static_cast<To>(-1) < 0 ? static_cast<To>(~(1ull << (8 * sizeof(To) - 1))) : static_cast<To>(-1);
    constexpr To bottom = static_cast<To>(-top - 1) < 0 ? static_cast<To>(-top - 1) : To(0);
    if (!(x == x)) return 0;
    if (x >= static_cast<From>(top)) return top;
    if (x <= static_cast<From>(bottom)) return bottom;
    return static_cast<To>(x);
}
}  // namespace simt

SIMT_INLINE int __float_as_int(float x) { return simt::bits<int>(x); }
SIMT_INLINE unsigned __float_as_uint(float x) { return simt::bits<unsigned>(x); }
SIMT_INLINE float __int_as_float(int x) { return simt::bits<float>(x); }
SIMT_INLINE float __uint_as_float(unsigned x) { return simt::bits<float>(x); }
SIMT_INLINE long long __double_as_longlong(double x) { return simt::bits<long long>(x); }
SIMT_INLINE double __longlong_as_double(long long x) { return simt::bits<double>(x); }
SIMT_INLINE int __double2hiint(double x) { return static_cast<int>(__double_as_longlong(x) >> 32); }
SIMT_INLINE int __double2loint(double x) { return static_cast<int>(__double_as_longlong(x)); }
SIMT_INLINE double __hiloint2double(int high, int low) {
    return simt::bits<double>(static_cast<uint64_t>(static_cast<unsigned>(high)) << 32 | static_cast<unsigned>(low));
}

// rn: to nearest even, rz: towards 0, ru: up, rd: down
SIMT_INLINE int __float2int_rn(float x) { return simt::clamp<int>(nearbyintf(x)); }
SIMT_INLINE int __float2int_rz(float x) { return simt::clamp<int>(truncf(x)); }
SIMT_INLINE int __float2int_ru(float x) { return simt::clamp<int>(ceilf(x)); }
SIMT_INLINE int __float2int_rd(float x) { return simt::clamp<int>(floorf(x)); }
SIMT_INLINE unsigned __float2uint_rn(float x) { return simt::clamp<unsigned>(nearbyintf(x)); }
SIMT_INLINE unsigned __float2uint_rz(float x) { return simt::clamp<unsigned>(truncf(x)); }
SIMT_INLINE unsigned __float2uint_ru(float x) { return simt::clamp<unsigned>(ceilf(x)); }
SIMT_INLINE unsigned __float2uint_rd(float x) { return simt::clamp<unsigned>(floorf(x)); }
SIMT_INLINE long long __float2ll_rn(float x) { return simt::clamp<long long>(nearbyintf(x)); }
SIMT_INLINE long long __float2ll_rz(float x) { return simt::clamp<long long>(truncf(x)); }
SIMT_INLINE long long __float2ll_ru(float x) { return simt::clamp<long long>(ceilf(x)); }
SIMT_INLINE long long __float2ll_rd(float x) { return simt::clamp<long long>(floorf(x)); }
SIMT_INLINE unsigned long long __float2ull_rn(float x) { return simt::clamp<unsigned long long>(nearbyintf(x)); }
SIMT_INLINE unsigned long long __float2ull_rz(float x) { return simt::clamp<unsigned long long>(truncf(x)); }
SIMT_INLINE unsigned long long __float2ull_ru(float x) { return simt::clamp<unsigned long long>(ceilf(x)); }
SIMT_INLINE unsigned long long __float2ull_rd(float x) { return simt::clamp<unsigned long long>(floorf(x)); }
SIMT_INLINE int __double2int_rn(double x) { return simt::clamp<int>(nearbyint(x)); }
SIMT_INLINE int __double2int_rz(double x) { return simt::clamp<int>(trunc(x)); }
SIMT_INLINE int __double2int_ru(double x) { return simt::clamp<int>(ceil(x)); }
SIMT_INLINE int __double2int_rd(double x) { return simt::clamp<int>(floor(x)); }
SIMT_INLINE unsigned __double2uint_rn(double x) { return simt::clamp<unsigned>(nearbyint(x)); }
SIMT_INLINE unsigned __double2uint_rz(double x) { return simt::clamp<unsigned>(trunc(x)); }
SIMT_INLINE unsigned __double2uint_ru(double x) { return simt::clamp<unsigned>(ceil(x)); }
SIMT_INLINE unsigned __double2uint_rd(double x) { return simt::clamp<unsigned>(floor(x)); }
SIMT_INLINE long long __double2ll_rn(double x) { return simt::clamp<long long>(nearbyint(x)); }
SIMT_INLINE long long __double2ll_rz(double x) { return simt::clamp<long long>(trunc(x)); }
SIMT_INLINE long long __double2ll_ru(double x) { return simt::clamp<long long>(ceil(x)); }
SIMT_INLINE long long __double2ll_rd(double x) { return simt::clamp<long long>(floor(x)); }
SIMT_INLINE unsigned long long __double2ull_rn(double x) { return simt::clamp<unsigned long long>(nearbyint(x)); }
SIMT_INLINE unsigned long long __double2ull_rz(double x) { return simt::clamp<unsigned long long>(trunc(x)); }
SIMT_INLINE unsigned long long __double2ull_ru(double x) { return simt::clamp<unsigned long long>(ceil(x)); }
SIMT_INLINE unsigned long long __double2ull_rd(double x) { return simt::clamp<unsigned long long>(floor(x)); }
SIMT_INLINE float __int2float_rn(int x) { return static_cast<float>(x); }
SIMT_INLINE float __uint2float_rn(unsigned x) { return static_cast<float>(x); }
SIMT_INLINE float __ll2float_rn(long long x) { return static_cast<float>(x); }
SIMT_INLINE float __ull2float_rn(unsigned long long x) { return static_cast<float>(x); }
SIMT_INLINE double __ll2double_rn(long long x) { return static_cast<double>(x); }
SIMT_INLINE double __ull2double_rn(unsigned long long x) { return static_cast<double>(x); }
SIMT_INLINE double __int2double_rn(int x) { return x; }
SIMT_INLINE double __uint2double_rn(unsigned x) { return x; }
SIMT_INLINE float __double2float_rn(double x) { return static_cast<float>(x); }

// ---- integers -------------------------------------------------------------------------------------------------------
SIMT_INLINE int __popc(unsigned x) { return __builtin_popcount(x); }
SIMT_INLINE int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
SIMT_INLINE int __clz(int x) { return x ? __builtin_clz(static_cast<unsigned>(x)) : 32; }
SIMT_INLINE int __clzll(long long x) { return x ? __builtin_clzll(static_cast<unsigned long long>(x)) : 64; }
SIMT_INLINE int __ffs(int x) { return __builtin_ffs(x); }
SIMT_INLINE int __ffsll(long long x) { return __builtin_ffsll(x); }
SIMT_INLINE unsigned __brev(unsigned x) {
    x = (x & 0x55555555u) << 1 | (x >> 1 & 0x55555555u);
    x = (x & 0x33333333u) << 2 | (x >> 2 & 0x33333333u);
    x = (x & 0x0f0f0f0fu) << 4 | (x >> 4 & 0x0f0f0f0fu);
    return __builtin_bswap32(x);
}
SIMT_INLINE unsigned long long __brevll(unsigned long long x) {
    return static_cast<unsigned long long>(__brev(static_cast<unsigned>(x))) << 32 |
           __brev(static_cast<unsigned>(x >> 32));
}
SIMT_INLINE int __mulhi(int x, int y) { return static_cast<int>(static_cast<long long>(x) * y >> 32); }
SIMT_INLINE unsigned __umulhi(unsigned x, unsigned y) {
    return static_cast<unsigned>(static_cast<unsigned long long>(x) * y >> 32);
}
SIMT_INLINE long long __mul64hi(long long x, long long y) {
    return static_cast<long long>(static_cast<__int128>(x) * y >> 64);
}
SIMT_INLINE unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
    return static_cast<unsigned long long>(static_cast<unsigned __int128>(x) * y >> 64);
}
SIMT_INLINE unsigned __umul24(unsigned x, unsigned y) { return (x & 0xffffffu) * (y & 0xffffffu); }
SIMT_INLINE int __mul24(int x, int y) {  // the 24 low bits, with their sign
    long long a = static_cast<int>(static_cast<unsigned>(x) << 8) >> 8,
              b = static_cast<int>(static_cast<unsigned>(y) << 8) >> 8;
    return static_cast<int>(a * b);
}
SIMT_INLINE unsigned __usad(unsigned x, unsigned y, unsigned z) { return (x > y ? x - y : y - x) + z; }
SIMT_INLINE unsigned __sad(int x, int y, unsigned z) {
    return (x > y ? static_cast<unsigned>(x) - static_cast<unsigned>(y)
                  : static_cast<unsigned>(y) - static_cast<unsigned>(x)) +
           z;
}
SIMT_INLINE int __hadd(int x, int y) { return static_cast<int>((static_cast<long long>(x) + y) >> 1); }
SIMT_INLINE int __rhadd(int x, int y) { return static_cast<int>((static_cast<long long>(x) + y + 1) >> 1); }
SIMT_INLINE unsigned __uhadd(unsigned x, unsigned y) {
    return static_cast<unsigned>((static_cast<unsigned long long>(x) + y) >> 1);
}
SIMT_INLINE unsigned __urhadd(unsigned x, unsigned y) {
    return static_cast<unsigned>((static_cast<unsigned long long>(x) + y + 1) >> 1);
}
// bytes of x (0 to 3) and y (4 to 7), four of which the low digits of selector choose; its bit 3 spreads the byte's
// sign
SIMT_INLINE unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
    uint64_t all = static_cast<uint64_t>(y) << 32 | x;
    unsigned result = 0;
    for (int i = 0; i < 4; i++) {
        unsigned pick = selector >> (4 * i) & 15, byte = static_cast<unsigned>(all >> (8 * (pick & 7))) & 255;
        if (pick & 8) byte = byte & 128 ? 255 : 0;
        result |= byte << (8 * i);
    }
    return result;
}
SIMT_INLINE unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) << (shift & 31) >> 32);
}
SIMT_INLINE unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) >> (shift & 31));
}
SIMT_INLINE unsigned __funnelshift_lc(unsigned low, unsigned high, unsigned shift) {
    return shift >= 32 ? low : __funnelshift_l(low, high, shift);
}
SIMT_INLINE unsigned __funnelshift_rc(unsigned low, unsigned high, unsigned shift) {
    return shift >= 32 ? high : __funnelshift_r(low, high, shift);
}
// four products of bytes, and c: wraps round
SIMT_INLINE int __dp4a(int a, int b, int c) {
    unsigned sum = static_cast<unsigned>(c);
    for (int i = 0; i < 32; i += 8)
        sum += static_cast<unsigned>(static_cast<int8_t>(a >> i) * static_cast<int8_t>(b >> i));
    return static_cast<int>(sum);
}
SIMT_INLINE unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
    for (int i = 0; i < 32; i += 8) c += (a >> i & 255) * (b >> i & 255);
    return c;
}

// ---- min, max: for numbers of two types, the type that C++ would compute with ---------------------------------------
namespace simt {
template <class T>
SIMT_INLINE T smaller(T a, T b) {
    return b < a ? b : a;
}
template <class T>
SIMT_INLINE T larger(T a, T b) {
    return a < b ? b : a;
}
// of two numbers of which one is NaN, the other
SIMT_INLINE float smaller(float a, float b) { return a < b || b != b ? a : b; }
SIMT_INLINE float larger(float a, float b) { return a > b || b != b ? a : b; }
SIMT_INLINE double smaller(double a, double b) { return a < b || b != b ? a : b; }
SIMT_INLINE double larger(double a, double b) { return a > b || b != b ? a : b; }
}  // namespace simt

SIMT_INLINE int min(int a, int b) { return simt::smaller<int>(a, b); }
SIMT_INLINE unsigned min(unsigned a, unsigned b) { return simt::smaller<unsigned>(a, b); }
SIMT_INLINE long min(long a, long b) { return simt::smaller<long>(a, b); }
SIMT_INLINE unsigned long min(unsigned long a, unsigned long b) { return simt::smaller<unsigned long>(a, b); }
SIMT_INLINE long long min(long long a, long long b) { return simt::smaller<long long>(a, b); }
SIMT_INLINE unsigned long long min(unsigned long long a, unsigned long long b) {
    return simt::smaller<unsigned long long>(a, b);
}
SIMT_INLINE float min(float a, float b) { return simt::smaller(a, b); }
SIMT_INLINE double min(double a, double b) { return simt::smaller(a, b); }
SIMT_INLINE unsigned min(int a, unsigned b) { return simt::smaller<unsigned>(a, b); }
SIMT_INLINE unsigned min(unsigned a, int b) { return simt::smaller<unsigned>(a, b); }
SIMT_INLINE unsigned long min(long a, unsigned long b) { return simt::smaller<unsigned long>(a, b); }
SIMT_INLINE unsigned long min(unsigned long a, long b) { return simt::smaller<unsigned long>(a, b); }
SIMT_INLINE unsigned long long min(long long a, unsigned long long b) {
    return simt::smaller<unsigned long long>(a, b);
}
SIMT_INLINE unsigned long long min(unsigned long long a, long long b) {
    return simt::smaller<unsigned long long>(a, b);
}
SIMT_INLINE double min(float a, double b) { return simt::smaller(static_cast<double>(a), b); }
SIMT_INLINE double min(double a, float b) { return simt::smaller(a, static_cast<double>(b)); }
SIMT_INLINE int max(int a, int b) { return simt::larger<int>(a, b); }
SIMT_INLINE unsigned max(unsigned a, unsigned b) { return simt::larger<unsigned>(a, b); }
SIMT_INLINE long max(long a, long b) { return simt::larger<long>(a, b); }
SIMT_INLINE unsigned long max(unsigned long a, unsigned long b) { return simt::larger<unsigned long>(a, b); }
SIMT_INLINE long long max(long long a, long long b) { return simt::larger<long long>(a, b); }
SIMT_INLINE unsigned long long max(unsigned long long a, unsigned long long b) {
    return simt::larger<unsigned long long>(a, b);
}
SIMT_INLINE float max(float a, float b) { return simt::larger(a, b); }
SIMT_INLINE double max(double a, double b) { return simt::larger(a, b); }
SIMT_INLINE unsigned max(int a, unsigned b) { return simt::larger<unsigned>(a, b); }
SIMT_INLINE unsigned max(unsigned a, int b) { return simt::larger<unsigned>(a, b); }
SIMT_INLINE unsigned long max(long a, unsigned long b) { return simt::larger<unsigned long>(a, b); }
SIMT_INLINE unsigned long max(unsigned long a, long b) { return simt::larger<unsigned long>(a, b); }
SIMT_INLINE unsigned long long max(long long a, unsigned long long b) { return simt::larger<unsigned long long>(a, b); }
SIMT_INLINE unsigned long long max(unsigned long long a, long long b) { return simt::larger<unsigned long long>(a, b); }
SIMT_INLINE double max(float a, double b) { return simt::larger(static_cast<double>(a), b); }
SIMT_INLINE double max(double a, float b) { return simt::larger(a, static_cast<double>(b)); }
SIMT_INLINE unsigned umin(unsigned a, unsigned b) { return min(a, b); }
SIMT_INLINE unsigned umax(unsigned a, unsigned b) { return max(a, b); }
SIMT_INLINE long long llmin(long long a, long long b) { return min(a, b); }
SIMT_INLINE long long llmax(long long a, long long b) { return max(a, b); }
SIMT_INLINE unsigned long long ullmin(unsigned long long a, unsigned long long b) { return min(a, b); }
SIMT_INLINE unsigned long long ullmax(unsigned long long a, unsigned long long b) { return max(a, b); }

// ---- time and ends --------------------------------------------------------------------------------------------------
SIMT_INLINE long long clock64() { return simt_clock(); }
SIMT_INLINE void __nanosleep(unsigned) {}  // no thread waits for time here
SIMT_INLINE void __trap() { simt_trap(); }
SIMT_INLINE void __brkpt() {}
