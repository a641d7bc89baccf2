// What threads do together: barriers of a block, and the shuffles, votes and matches of a warp (CUDA C++ Programming
// Guide, "Warp Shuffle Functions" and the sections around it).
#pragma once
#include <type_traits>

#include "../cuda_runtime_api.h"
#include "abi.h"
#include "keywords.h"
#include "operations.h"

// A barrier is known by its place in the text: compilers may make two calls of one, with two addresses.
#define __syncthreads() ((void)simt_barrier(__COUNTER__, 0, 0))
#define __syncthreads_count(predicate) simt_barrier(__COUNTER__, 1, (predicate) ? 1 : 0)
#define __syncthreads_and(predicate) simt_barrier(__COUNTER__, 2, (predicate) ? 1 : 0)
#define __syncthreads_or(predicate) simt_barrier(__COUNTER__, 3, (predicate) ? 1 : 0)

SIMT_INLINE void __syncwarp(unsigned mask = 0xffffffffu) { simt_syncwarp(mask); }
SIMT_INLINE unsigned __activemask() { return simt_active_mask(); }
SIMT_INLINE void __threadfence() { simt_fence(); }
SIMT_INLINE void __threadfence_block() { simt_fence(); }
SIMT_INLINE void __threadfence_system() { simt_fence(); }

namespace simt {

template <class T>
struct shuffles : std::bool_constant<std::is_arithmetic<T>::value || std::is_enum<T>::value> {
};  // cuda_fp16.h adds its own

template <class T>
SIMT_INLINE T shuffle(unsigned mask, T value, int mode, int argument, int width) {
    static_assert(shuffles<T>::value,
                  "shuffles move int, long long, float, double, half, bfloat16 and pairs of the last two: "
                  "shuffle the members of a structure one by one");
    simt_shuffle(mask, &value, sizeof value, mode, argument, width);
    return value;
}

}  // namespace simt

template <class T>
SIMT_INLINE T __shfl_sync(unsigned mask, T value, int lane, int width = warpSize) {
    return simt::shuffle(mask, value, 0, lane, width);
}
template <class T>
SIMT_INLINE T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
    return simt::shuffle(mask, value, 1, static_cast<int>(delta), width);
}
template <class T>
SIMT_INLINE T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
    return simt::shuffle(mask, value, 2, static_cast<int>(delta), width);
}
template <class T>
SIMT_INLINE T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = warpSize) {
    return simt::shuffle(mask, value, 3, lanes, width);
}

SIMT_INLINE unsigned __ballot_sync(unsigned mask, int predicate) { return simt_vote(mask, predicate, 0); }
SIMT_INLINE int __any_sync(unsigned mask, int predicate) { return static_cast<int>(simt_vote(mask, predicate, 1)); }
SIMT_INLINE int __all_sync(unsigned mask, int predicate) { return static_cast<int>(simt_vote(mask, predicate, 2)); }

template <class T>
SIMT_INLINE unsigned __match_any_sync(unsigned mask, T value) {
    static_assert(std::is_arithmetic<T>::value && sizeof(T) >= 4, "__match_any_sync compares numbers of 4 or 8 bytes");
    return simt_match(mask, &value, sizeof value, 0, nullptr);
}
template <class T>
SIMT_INLINE unsigned __match_all_sync(unsigned mask, T value, int *all_equal) {
    static_assert(std::is_arithmetic<T>::value && sizeof(T) >= 4, "__match_all_sync compares numbers of 4 or 8 bytes");
    return simt_match(mask, &value, sizeof value, 1, all_equal);
}

namespace simt {

// Runs once for the warp: every lane's *argument becomes the combination of all.
template <class T, class Combine>
SIMT_PLAIN void reduce_all(void **arguments, unsigned lanes) {
    T result = T();
    bool first = true;
    for (int lane = 0; lane < warpSize; lane++) {
        if (!(lanes >> lane & 1)) continue;
        T value = *static_cast<T *>(arguments[lane]);
        result = first ? value : Combine()(result, value);
        first = false;
    }
    for (int lane = 0; lane < warpSize; lane++)
        if (lanes >> lane & 1) *static_cast<T *>(arguments[lane]) = result;
}

template <class T, class Combine>
SIMT_INLINE T reduce(unsigned mask, T value, const char *name) {
    simt_collective(mask, name, &value, reduce_all<T, Combine>);
    return value;
}

}  // namespace simt

SIMT_INLINE unsigned __reduce_add_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::add_of>(mask, value, "__reduce_add_sync");
}
SIMT_INLINE int __reduce_add_sync(unsigned mask, int value) {  // wraps round, as unsigned numbers do
    return static_cast<int>(__reduce_add_sync(mask, static_cast<unsigned>(value)));
}
SIMT_INLINE unsigned __reduce_min_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::min_of>(mask, value, "__reduce_min_sync");
}
SIMT_INLINE int __reduce_min_sync(unsigned mask, int value) {
    return simt::reduce<int, simt::min_of>(mask, value, "__reduce_min_sync");
}
SIMT_INLINE unsigned __reduce_max_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::max_of>(mask, value, "__reduce_max_sync");
}
SIMT_INLINE int __reduce_max_sync(unsigned mask, int value) {
    return simt::reduce<int, simt::max_of>(mask, value, "__reduce_max_sync");
}
SIMT_INLINE unsigned __reduce_and_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::and_of>(mask, value, "__reduce_and_sync");
}
SIMT_INLINE unsigned __reduce_or_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::or_of>(mask, value, "__reduce_or_sync");
}
SIMT_INLINE unsigned __reduce_xor_sync(unsigned mask, unsigned value) {
    return simt::reduce<unsigned, simt::xor_of>(mask, value, "__reduce_xor_sync");
}

// ---- gone since Volta -----------------------------------------------------------------------------------------------
#define SIMT_GONE(name) \
    __attribute__((error("GPUs since sm_70 have no such warp function: use " name ", which is told its lanes")))
template <class T>
T __shfl(T value, int lane, int width = warpSize) SIMT_GONE("__shfl_sync");
template <class T>
T __shfl_up(T value, unsigned delta, int width = warpSize) SIMT_GONE("__shfl_up_sync");
template <class T>
T __shfl_down(T value, unsigned delta, int width = warpSize) SIMT_GONE("__shfl_down_sync");
template <class T>
T __shfl_xor(T value, int lanes, int width = warpSize) SIMT_GONE("__shfl_xor_sync");
unsigned __ballot(int predicate) SIMT_GONE("__ballot_sync");
int __any(int predicate) SIMT_GONE("__any_sync");
int __all(int predicate) SIMT_GONE("__all_sync");
#undef SIMT_GONE
