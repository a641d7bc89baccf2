// bfloat16 and pairs of them: 1 sign, 8 exponent and 7 mantissa bits; the operations are those of simt/small_floats.h.
#pragma once
#include "cuda_runtime.h"
#include "simt/small_floats.h"

using __nv_bfloat16 = simt::small<simt::bf16>;
using __nv_bfloat162 = simt::small2<simt::bf16>;
using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;

SIMT_INLINE __nv_bfloat16 __float2bfloat16(float x) { return x; }
SIMT_INLINE __nv_bfloat16 __float2bfloat16_rn(float x) { return x; }
SIMT_INLINE __nv_bfloat16 __double2bfloat16(double x) { return x; }
SIMT_INLINE float __bfloat162float(__nv_bfloat16 x) { return x; }
SIMT_INLINE __nv_bfloat162 make_bfloat162(__nv_bfloat16 x, __nv_bfloat16 y) { return {x, y}; }
SIMT_INLINE __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 x, __nv_bfloat16 y) { return {x, y}; }
SIMT_INLINE __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 x) { return {x, x}; }
SIMT_INLINE __nv_bfloat162 __float2bfloat162_rn(float x) { return {__nv_bfloat16(x), __nv_bfloat16(x)}; }
SIMT_INLINE __nv_bfloat162 __floats2bfloat162_rn(float x, float y) { return {__nv_bfloat16(x), __nv_bfloat16(y)}; }
SIMT_INLINE __nv_bfloat162 __float22bfloat162_rn(float2 v) { return {__nv_bfloat16(v.x), __nv_bfloat16(v.y)}; }
SIMT_INLINE float2 __bfloat1622float2(__nv_bfloat162 v) { return make_float2(v.x, v.y); }
SIMT_INLINE __nv_bfloat16 __low2bfloat16(__nv_bfloat162 v) { return v.x; }
SIMT_INLINE __nv_bfloat16 __high2bfloat16(__nv_bfloat162 v) { return v.y; }
SIMT_INLINE __nv_bfloat162 __low2bfloat162(__nv_bfloat162 v) { return {v.x, v.x}; }
SIMT_INLINE __nv_bfloat162 __high2bfloat162(__nv_bfloat162 v) { return {v.y, v.y}; }
SIMT_INLINE __nv_bfloat162 __lows2bfloat162(__nv_bfloat162 a, __nv_bfloat162 b) { return {a.x, b.x}; }
SIMT_INLINE __nv_bfloat162 __highs2bfloat162(__nv_bfloat162 a, __nv_bfloat162 b) { return {a.y, b.y}; }
SIMT_INLINE unsigned short __bfloat16_as_ushort(__nv_bfloat16 x) { return x.bits; }
SIMT_INLINE short __bfloat16_as_short(__nv_bfloat16 x) { return static_cast<short>(x.bits); }
SIMT_INLINE __nv_bfloat16 __ushort_as_bfloat16(unsigned short bits) { return __nv_bfloat16::of_bits(bits); }
SIMT_INLINE __nv_bfloat16 __short_as_bfloat16(short bits) {
    return __nv_bfloat16::of_bits(static_cast<unsigned short>(bits));
}

// to integers: rn to nearest even, rz towards 0, ru up, rd down
SIMT_INLINE int __bfloat162int_rn(__nv_bfloat16 x) { return simt::clamp<int>(rintf(x)); }
SIMT_INLINE int __bfloat162int_rz(__nv_bfloat16 x) { return simt::clamp<int>(truncf(x)); }
SIMT_INLINE int __bfloat162int_ru(__nv_bfloat16 x) { return simt::clamp<int>(ceilf(x)); }
SIMT_INLINE int __bfloat162int_rd(__nv_bfloat16 x) { return simt::clamp<int>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __int2bfloat16_rn(int x) { return x; }
SIMT_INLINE unsigned __bfloat162uint_rn(__nv_bfloat16 x) { return simt::clamp<unsigned>(rintf(x)); }
SIMT_INLINE unsigned __bfloat162uint_rz(__nv_bfloat16 x) { return simt::clamp<unsigned>(truncf(x)); }
SIMT_INLINE unsigned __bfloat162uint_ru(__nv_bfloat16 x) { return simt::clamp<unsigned>(ceilf(x)); }
SIMT_INLINE unsigned __bfloat162uint_rd(__nv_bfloat16 x) { return simt::clamp<unsigned>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __uint2bfloat16_rn(unsigned x) { return x; }
SIMT_INLINE short __bfloat162short_rn(__nv_bfloat16 x) { return simt::clamp<short>(rintf(x)); }
SIMT_INLINE short __bfloat162short_rz(__nv_bfloat16 x) { return simt::clamp<short>(truncf(x)); }
SIMT_INLINE short __bfloat162short_ru(__nv_bfloat16 x) { return simt::clamp<short>(ceilf(x)); }
SIMT_INLINE short __bfloat162short_rd(__nv_bfloat16 x) { return simt::clamp<short>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __short2bfloat16_rn(short x) { return x; }
SIMT_INLINE unsigned short __bfloat162ushort_rn(__nv_bfloat16 x) { return simt::clamp<unsigned short>(rintf(x)); }
SIMT_INLINE unsigned short __bfloat162ushort_rz(__nv_bfloat16 x) { return simt::clamp<unsigned short>(truncf(x)); }
SIMT_INLINE unsigned short __bfloat162ushort_ru(__nv_bfloat16 x) { return simt::clamp<unsigned short>(ceilf(x)); }
SIMT_INLINE unsigned short __bfloat162ushort_rd(__nv_bfloat16 x) { return simt::clamp<unsigned short>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __ushort2bfloat16_rn(unsigned short x) { return x; }
SIMT_INLINE long long __bfloat162ll_rn(__nv_bfloat16 x) { return simt::clamp<long long>(rintf(x)); }
SIMT_INLINE long long __bfloat162ll_rz(__nv_bfloat16 x) { return simt::clamp<long long>(truncf(x)); }
SIMT_INLINE long long __bfloat162ll_ru(__nv_bfloat16 x) { return simt::clamp<long long>(ceilf(x)); }
SIMT_INLINE long long __bfloat162ll_rd(__nv_bfloat16 x) { return simt::clamp<long long>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __ll2bfloat16_rn(long long x) { return x; }
SIMT_INLINE unsigned long long __bfloat162ull_rn(__nv_bfloat16 x) { return simt::clamp<unsigned long long>(rintf(x)); }
SIMT_INLINE unsigned long long __bfloat162ull_rz(__nv_bfloat16 x) { return simt::clamp<unsigned long long>(truncf(x)); }
SIMT_INLINE unsigned long long __bfloat162ull_ru(__nv_bfloat16 x) { return simt::clamp<unsigned long long>(ceilf(x)); }
SIMT_INLINE unsigned long long __bfloat162ull_rd(__nv_bfloat16 x) { return simt::clamp<unsigned long long>(floorf(x)); }
SIMT_INLINE __nv_bfloat16 __ull2bfloat16_rn(unsigned long long x) { return x; }
