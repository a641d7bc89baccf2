// float4 and its like: structures of 1 to 4 numbers. Those that a GPU moves with one instruction (2, 4, 8 or 16 bytes,
// aligned) move here as one access, too: a compiler left alone would move a float4 as four floats, and be counted as
// four requests. The 32-byte ones move as two, and those of three numbers one by one, as on a GPU.
#pragma once
#include <cstddef>
#include <cstdint>

#include "abi.h"
#include "keywords.h"

namespace simt {

// the type through which so many bytes move at once, whatever they hold
template <std::size_t bytes>
struct word;
template <>
struct word<1> {
    typedef uint8_t type __attribute__((may_alias));
};
template <>
struct word<2> {
    typedef uint16_t type __attribute__((may_alias));
};
template <>
struct word<4> {
    typedef uint32_t type __attribute__((may_alias));
};
template <>
struct word<8> {
    typedef uint64_t type __attribute__((may_alias));
};
template <>
struct word<16> {
    typedef uint64_t type __attribute__((vector_size(16), may_alias));
};

template <std::size_t bytes>
SIMT_INLINE void move(void *to, const void *from) {
    if constexpr (bytes > 16) {
        move<16>(to, from);
        move<bytes - 16>(static_cast<char *>(to) + 16, static_cast<const char *>(from) + 16);
    } else {
        typedef typename word<bytes>::type W;
        *reinterpret_cast<W *>(to) = *reinterpret_cast<const W *>(from);
    }
}

constexpr std::size_t at_most_16(std::size_t bytes) { return bytes < 16 ? bytes : 16; }

template <class T>
struct vec1 {
    T x;
};

template <class T>
struct alignas(at_most_16(2 * sizeof(T))) vec2 {
    T x, y;
    vec2() = default;
    constexpr vec2(T x_, T y_ = T()) : x(x_), y(y_) {}
    SIMT_INLINE vec2(const vec2 &from) { move<sizeof(vec2)>(this, &from); }
    SIMT_INLINE vec2 &operator=(const vec2 &from) {
        move<sizeof(vec2)>(this, &from);
        return *this;
    }
};

template <class T>
struct vec3 {
    T x, y, z;
    vec3() = default;
    constexpr vec3(T x_, T y_ = T(), T z_ = T()) : x(x_), y(y_), z(z_) {}
    constexpr vec3(const vec3 &from) : x(from.x), y(from.y), z(from.z) {}
    SIMT_INLINE vec3 &operator=(const vec3 &from) {
        x = from.x;
        y = from.y;
        z = from.z;
        return *this;
    }
};

template <class T>
struct alignas(at_most_16(4 * sizeof(T))) vec4 {
    T x, y, z, w;
    vec4() = default;
    constexpr vec4(T x_, T y_ = T(), T z_ = T(), T w_ = T()) : x(x_), y(y_), z(z_), w(w_) {}
    SIMT_INLINE vec4(const vec4 &from) { move<sizeof(vec4)>(this, &from); }
    SIMT_INLINE vec4 &operator=(const vec4 &from) {
        move<sizeof(vec4)>(this, &from);
        return *this;
    }
};

}  // namespace simt

using char1 = simt::vec1<signed char>;
using char2 = simt::vec2<signed char>;
using char3 = simt::vec3<signed char>;
using char4 = simt::vec4<signed char>;
using uchar1 = simt::vec1<unsigned char>;
using uchar2 = simt::vec2<unsigned char>;
using uchar3 = simt::vec3<unsigned char>;
using uchar4 = simt::vec4<unsigned char>;
using short1 = simt::vec1<short>;
using short2 = simt::vec2<short>;
using short3 = simt::vec3<short>;
using short4 = simt::vec4<short>;
using ushort1 = simt::vec1<unsigned short>;
using ushort2 = simt::vec2<unsigned short>;
using ushort3 = simt::vec3<unsigned short>;
using ushort4 = simt::vec4<unsigned short>;
using int1 = simt::vec1<int>;
using int2 = simt::vec2<int>;
using int3 = simt::vec3<int>;
using int4 = simt::vec4<int>;
using uint1 = simt::vec1<unsigned>;
using uint2 = simt::vec2<unsigned>;
using uint4 = simt::vec4<unsigned>;
using long1 = simt::vec1<long>;
using long2 = simt::vec2<long>;
using long3 = simt::vec3<long>;
using long4 = simt::vec4<long>;
using ulong1 = simt::vec1<unsigned long>;
using ulong2 = simt::vec2<unsigned long>;
using ulong3 = simt::vec3<unsigned long>;
using ulong4 = simt::vec4<unsigned long>;
using longlong1 = simt::vec1<long long>;
using longlong2 = simt::vec2<long long>;
using longlong3 = simt::vec3<long long>;
using longlong4 = simt::vec4<long long>;
using ulonglong1 = simt::vec1<unsigned long long>;
using ulonglong2 = simt::vec2<unsigned long long>;
using ulonglong3 = simt::vec3<unsigned long long>;
using ulonglong4 = simt::vec4<unsigned long long>;
using float1 = simt::vec1<float>;
using float2 = simt::vec2<float>;
using float3 = simt::vec3<float>;
using float4 = simt::vec4<float>;
using double1 = simt::vec1<double>;
using double2 = simt::vec2<double>;
using double3 = simt::vec3<double>;
using double4 = simt::vec4<double>;

SIMT_INLINE char1 make_char1(signed char x) { return {x}; }
SIMT_INLINE char2 make_char2(signed char x, signed char y) { return {x, y}; }
SIMT_INLINE char3 make_char3(signed char x, signed char y, signed char z) { return {x, y, z}; }
SIMT_INLINE char4 make_char4(signed char x, signed char y, signed char z, signed char w) { return {x, y, z, w}; }
SIMT_INLINE uchar1 make_uchar1(unsigned char x) { return {x}; }
SIMT_INLINE uchar2 make_uchar2(unsigned char x, unsigned char y) { return {x, y}; }
SIMT_INLINE uchar3 make_uchar3(unsigned char x, unsigned char y, unsigned char z) { return {x, y, z}; }
SIMT_INLINE uchar4 make_uchar4(unsigned char x, unsigned char y, unsigned char z, unsigned char w) {
    return {x, y, z, w};
}
SIMT_INLINE short1 make_short1(short x) { return {x}; }
SIMT_INLINE short2 make_short2(short x, short y) { return {x, y}; }
SIMT_INLINE short3 make_short3(short x, short y, short z) { return {x, y, z}; }
SIMT_INLINE short4 make_short4(short x, short y, short z, short w) { return {x, y, z, w}; }
SIMT_INLINE ushort1 make_ushort1(unsigned short x) { return {x}; }
SIMT_INLINE ushort2 make_ushort2(unsigned short x, unsigned short y) { return {x, y}; }
SIMT_INLINE ushort3 make_ushort3(unsigned short x, unsigned short y, unsigned short z) { return {x, y, z}; }
SIMT_INLINE ushort4 make_ushort4(unsigned short x, unsigned short y, unsigned short z, unsigned short w) {
    return {x, y, z, w};
}
SIMT_INLINE int1 make_int1(int x) { return {x}; }
SIMT_INLINE int2 make_int2(int x, int y) { return {x, y}; }
SIMT_INLINE int3 make_int3(int x, int y, int z) { return {x, y, z}; }
SIMT_INLINE int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
SIMT_INLINE uint1 make_uint1(unsigned x) { return {x}; }
SIMT_INLINE uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
SIMT_INLINE uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
SIMT_INLINE uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
SIMT_INLINE long1 make_long1(long x) { return {x}; }
SIMT_INLINE long2 make_long2(long x, long y) { return {x, y}; }
SIMT_INLINE long3 make_long3(long x, long y, long z) { return {x, y, z}; }
SIMT_INLINE long4 make_long4(long x, long y, long z, long w) { return {x, y, z, w}; }
SIMT_INLINE ulong1 make_ulong1(unsigned long x) { return {x}; }
SIMT_INLINE ulong2 make_ulong2(unsigned long x, unsigned long y) { return {x, y}; }
SIMT_INLINE ulong3 make_ulong3(unsigned long x, unsigned long y, unsigned long z) { return {x, y, z}; }
SIMT_INLINE ulong4 make_ulong4(unsigned long x, unsigned long y, unsigned long z, unsigned long w) {
    return {x, y, z, w};
}
SIMT_INLINE longlong1 make_longlong1(long long x) { return {x}; }
SIMT_INLINE longlong2 make_longlong2(long long x, long long y) { return {x, y}; }
SIMT_INLINE longlong3 make_longlong3(long long x, long long y, long long z) { return {x, y, z}; }
SIMT_INLINE longlong4 make_longlong4(long long x, long long y, long long z, long long w) { return {x, y, z, w}; }
SIMT_INLINE ulonglong1 make_ulonglong1(unsigned long long x) { return {x}; }
SIMT_INLINE ulonglong2 make_ulonglong2(unsigned long long x, unsigned long long y) { return {x, y}; }
SIMT_INLINE ulonglong3 make_ulonglong3(unsigned long long x, unsigned long long y, unsigned long long z) {
    return {x, y, z};
}
SIMT_INLINE ulonglong4 make_ulonglong4(unsigned long long x, unsigned long long y, unsigned long long z,
                                       unsigned long long w) {
    return {x, y, z, w};
}
SIMT_INLINE float1 make_float1(float x) { return {x}; }
SIMT_INLINE float2 make_float2(float x, float y) { return {x, y}; }
SIMT_INLINE float3 make_float3(float x, float y, float z) { return {x, y, z}; }
SIMT_INLINE float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
SIMT_INLINE double1 make_double1(double x) { return {x}; }
SIMT_INLINE double2 make_double2(double x, double y) { return {x, y}; }
SIMT_INLINE double3 make_double3(double x, double y, double z) { return {x, y, z}; }
SIMT_INLINE double4 make_double4(double x, double y, double z, double w) { return {x, y, z, w}; }
