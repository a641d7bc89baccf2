// half and half2: 1 sign, 5 exponent and 10 mantissa bits; the operations are those of simt/small_floats.h.
#pragma once
#include "cuda_runtime.h"
#include "simt/small_floats.h"

using __half = simt::small<simt::f16>;
using __half2 = simt::small2<simt::f16>;
using half = __half;
using half2 = __half2;
using __nv_half = __half;
using __nv_half2 = __half2;

SIMT_INLINE __half __float2half(float x) { return x; }
SIMT_INLINE __half __float2half_rn(float x) { return x; }
SIMT_INLINE __half __double2half(double x) { return x; }
SIMT_INLINE float __half2float(__half x) { return x; }
SIMT_INLINE __half2 make_half2(__half x, __half y) { return {x, y}; }
SIMT_INLINE __half2 __halves2half2(__half x, __half y) { return {x, y}; }
SIMT_INLINE __half2 __half2half2(__half x) { return {x, x}; }
SIMT_INLINE __half2 __float2half2_rn(float x) { return {__half(x), __half(x)}; }
SIMT_INLINE __half2 __floats2half2_rn(float x, float y) { return {__half(x), __half(y)}; }
SIMT_INLINE __half2 __float22half2_rn(float2 v) { return {__half(v.x), __half(v.y)}; }
SIMT_INLINE float2 __half22float2(__half2 v) { return make_float2(v.x, v.y); }
SIMT_INLINE __half __low2half(__half2 v) { return v.x; }
SIMT_INLINE __half __high2half(__half2 v) { return v.y; }
SIMT_INLINE __half2 __low2half2(__half2 v) { return {v.x, v.x}; }
SIMT_INLINE __half2 __high2half2(__half2 v) { return {v.y, v.y}; }
SIMT_INLINE __half2 __lows2half2(__half2 a, __half2 b) { return {a.x, b.x}; }
SIMT_INLINE __half2 __highs2half2(__half2 a, __half2 b) { return {a.y, b.y}; }
SIMT_INLINE unsigned short __half_as_ushort(__half x) { return x.bits; }
SIMT_INLINE short __half_as_short(__half x) { return static_cast<short>(x.bits); }
SIMT_INLINE __half __ushort_as_half(unsigned short bits) { return __half::of_bits(bits); }
SIMT_INLINE __half __short_as_half(short bits) { return __half::of_bits(static_cast<unsigned short>(bits)); }

// to integers: rn to nearest even, rz towards 0, ru up, rd down
SIMT_INLINE int __half2int_rn(__half x) { return simt::clamp<int>(rintf(x)); }
SIMT_INLINE int __half2int_rz(__half x) { return simt::clamp<int>(truncf(x)); }
SIMT_INLINE int __half2int_ru(__half x) { return simt::clamp<int>(ceilf(x)); }
SIMT_INLINE int __half2int_rd(__half x) { return simt::clamp<int>(floorf(x)); }
SIMT_INLINE __half __int2half_rn(int x) { return x; }
SIMT_INLINE unsigned __half2uint_rn(__half x) { return simt::clamp<unsigned>(rintf(x)); }
SIMT_INLINE unsigned __half2uint_rz(__half x) { return simt::clamp<unsigned>(truncf(x)); }
SIMT_INLINE unsigned __half2uint_ru(__half x) { return simt::clamp<unsigned>(ceilf(x)); }
SIMT_INLINE unsigned __half2uint_rd(__half x) { return simt::clamp<unsigned>(floorf(x)); }
SIMT_INLINE __half __uint2half_rn(unsigned x) { return x; }
SIMT_INLINE short __half2short_rn(__half x) { return simt::clamp<short>(rintf(x)); }
SIMT_INLINE short __half2short_rz(__half x) { return simt::clamp<short>(truncf(x)); }
SIMT_INLINE short __half2short_ru(__half x) { return simt::clamp<short>(ceilf(x)); }
SIMT_INLINE short __half2short_rd(__half x) { return simt::clamp<short>(floorf(x)); }
SIMT_INLINE __half __short2half_rn(short x) { return x; }
SIMT_INLINE unsigned short __half2ushort_rn(__half x) { return simt::clamp<unsigned short>(rintf(x)); }
SIMT_INLINE unsigned short __half2ushort_rz(__half x) { return simt::clamp<unsigned short>(truncf(x)); }
SIMT_INLINE unsigned short __half2ushort_ru(__half x) { return simt::clamp<unsigned short>(ceilf(x)); }
SIMT_INLINE unsigned short __half2ushort_rd(__half x) { return simt::clamp<unsigned short>(floorf(x)); }
SIMT_INLINE __half __ushort2half_rn(unsigned short x) { return x; }
SIMT_INLINE long long __half2ll_rn(__half x) { return simt::clamp<long long>(rintf(x)); }
SIMT_INLINE long long __half2ll_rz(__half x) { return simt::clamp<long long>(truncf(x)); }
SIMT_INLINE long long __half2ll_ru(__half x) { return simt::clamp<long long>(ceilf(x)); }
SIMT_INLINE long long __half2ll_rd(__half x) { return simt::clamp<long long>(floorf(x)); }
SIMT_INLINE __half __ll2half_rn(long long x) { return x; }
SIMT_INLINE unsigned long long __half2ull_rn(__half x) { return simt::clamp<unsigned long long>(rintf(x)); }
SIMT_INLINE unsigned long long __half2ull_rz(__half x) { return simt::clamp<unsigned long long>(truncf(x)); }
SIMT_INLINE unsigned long long __half2ull_ru(__half x) { return simt::clamp<unsigned long long>(ceilf(x)); }
SIMT_INLINE unsigned long long __half2ull_rd(__half x) { return simt::clamp<unsigned long long>(floorf(x)); }
SIMT_INLINE __half __ull2half_rn(unsigned long long x) { return x; }
