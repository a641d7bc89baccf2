// Atomic operations (CUDA C++ Programming Guide, "Atomic Functions"). Only one thread runs at a time, so what makes
// them atomic is that the runtime is told before: it checks the address, counts, and knows that two of them are no
// race. The operation itself is then done plainly, out of line, where no hooks see it. _block and _system do the same:
// there is one memory.
#pragma once
#include <type_traits>

#include "abi.h"
#include "keywords.h"
#include "operations.h"
#include "vectors.h"

namespace simt {

template <class T, class... Allowed>
constexpr bool is_one_of = (std::is_same<T, Allowed>::value || ...);

// cuda_fp16.h and cuda_bf16.h add theirs
template <class T>
struct atomic_adds
    : std::bool_constant<is_one_of<T, int, unsigned, unsigned long long, float, double, float2, float4>> {};

template <class T>
using same = std::common_type_t<T>;  // not deduced: atomicAdd(&unsigned_counter, 1) is right

template <class T, class Change>
SIMT_PLAIN T exchange(T *p, T value, Change change) {
    T old = *p;
    *p = change(old, value);
    return old;
}

template <class T, class Change>
SIMT_INLINE T atomic(T *p, T value, Change change) {
    simt_atomic(p, sizeof *p);
    return exchange(p, value, change);
}

template <class T>
SIMT_PLAIN T compare_and_swap(T *p, T expected, T value) {
    T old = *p;
    if (old == expected) *p = value;
    return old;
}

}  // namespace simt

template <class T>
SIMT_INLINE T atomicAdd(T *p, simt::same<T> value) {
    static_assert(simt::atomic_adds<T>::value,
                  "atomicAdd works on int, unsigned, unsigned long long, float, float2, float4, double, half, bfloat16 "
                  "and pairs of the last two");
    return simt::atomic<T>(p, value, simt::add_of());
}
template <class T>
SIMT_INLINE T atomicAdd_block(T *p, simt::same<T> value) {
    static_assert(simt::atomic_adds<T>::value,
                  "atomicAdd works on int, unsigned, unsigned long long, float, float2, float4, double, half, bfloat16 "
                  "and pairs of the last two");
    return simt::atomic<T>(p, value, simt::add_of());
}
template <class T>
SIMT_INLINE T atomicAdd_system(T *p, simt::same<T> value) {
    static_assert(simt::atomic_adds<T>::value,
                  "atomicAdd works on int, unsigned, unsigned long long, float, float2, float4, double, half, bfloat16 "
                  "and pairs of the last two");
    return simt::atomic<T>(p, value, simt::add_of());
}
template <class T>
SIMT_INLINE T atomicSub(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned>, "atomicSub works on int and unsigned");
    return simt::atomic<T>(p, value, simt::sub_of());
}
template <class T>
SIMT_INLINE T atomicSub_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned>, "atomicSub works on int and unsigned");
    return simt::atomic<T>(p, value, simt::sub_of());
}
template <class T>
SIMT_INLINE T atomicSub_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned>, "atomicSub works on int and unsigned");
    return simt::atomic<T>(p, value, simt::sub_of());
}
template <class T>
SIMT_INLINE T atomicExch(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, unsigned long long, float>,
                  "atomicExch works on int, unsigned, unsigned long long and float");
    return simt::atomic<T>(p, value, simt::second_of());
}
template <class T>
SIMT_INLINE T atomicExch_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, unsigned long long, float>,
                  "atomicExch works on int, unsigned, unsigned long long and float");
    return simt::atomic<T>(p, value, simt::second_of());
}
template <class T>
SIMT_INLINE T atomicExch_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, unsigned long long, float>,
                  "atomicExch works on int, unsigned, unsigned long long and float");
    return simt::atomic<T>(p, value, simt::second_of());
}
template <class T>
SIMT_INLINE T atomicMin(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMin works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::min_of());
}
template <class T>
SIMT_INLINE T atomicMin_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMin works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::min_of());
}
template <class T>
SIMT_INLINE T atomicMin_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMin works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::min_of());
}
template <class T>
SIMT_INLINE T atomicMax(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMax works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::max_of());
}
template <class T>
SIMT_INLINE T atomicMax_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMax works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::max_of());
}
template <class T>
SIMT_INLINE T atomicMax_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicMax works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::max_of());
}
template <class T>
SIMT_INLINE T atomicAnd(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicAnd works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::and_of());
}
template <class T>
SIMT_INLINE T atomicAnd_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicAnd works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::and_of());
}
template <class T>
SIMT_INLINE T atomicAnd_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicAnd works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::and_of());
}
template <class T>
SIMT_INLINE T atomicOr(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicOr works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::or_of());
}
template <class T>
SIMT_INLINE T atomicOr_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicOr works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::or_of());
}
template <class T>
SIMT_INLINE T atomicOr_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicOr works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::or_of());
}
template <class T>
SIMT_INLINE T atomicXor(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicXor works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::xor_of());
}
template <class T>
SIMT_INLINE T atomicXor_block(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicXor works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::xor_of());
}
template <class T>
SIMT_INLINE T atomicXor_system(T *p, simt::same<T> value) {
    static_assert(simt::is_one_of<T, int, unsigned, long long, unsigned long long>,
                  "atomicXor works on int, unsigned, long long and unsigned long long");
    return simt::atomic<T>(p, value, simt::xor_of());
}
SIMT_INLINE unsigned atomicInc(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_up()); }
SIMT_INLINE unsigned atomicDec(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_down()); }
template <class T>
SIMT_INLINE T atomicCAS(T *p, simt::same<T> expected, simt::same<T> value) {
    static_assert(simt::is_one_of<T, unsigned short, int, unsigned, unsigned long long>,
                  "atomicCAS works on unsigned short, int, unsigned and unsigned long long");
    simt_atomic_cas(p, sizeof *p);
    return simt::compare_and_swap<T>(p, expected, value);
}
SIMT_INLINE unsigned atomicInc_block(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_up()); }
SIMT_INLINE unsigned atomicDec_block(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_down()); }
template <class T>
SIMT_INLINE T atomicCAS_block(T *p, simt::same<T> expected, simt::same<T> value) {
    static_assert(simt::is_one_of<T, unsigned short, int, unsigned, unsigned long long>,
                  "atomicCAS works on unsigned short, int, unsigned and unsigned long long");
    simt_atomic_cas(p, sizeof *p);
    return simt::compare_and_swap<T>(p, expected, value);
}
SIMT_INLINE unsigned atomicInc_system(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_up()); }
SIMT_INLINE unsigned atomicDec_system(unsigned *p, unsigned limit) { return simt::atomic(p, limit, simt::wrap_down()); }
template <class T>
SIMT_INLINE T atomicCAS_system(T *p, simt::same<T> expected, simt::same<T> value) {
    static_assert(simt::is_one_of<T, unsigned short, int, unsigned, unsigned long long>,
                  "atomicCAS works on unsigned short, int, unsigned and unsigned long long");
    simt_atomic_cas(p, sizeof *p);
    return simt::compare_and_swap<T>(p, expected, value);
}
