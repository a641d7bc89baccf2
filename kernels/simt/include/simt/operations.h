// What atomics and reductions combine two values with.
#pragma once
#include <type_traits>

#include "vectors.h"

namespace simt {

// signed numbers wrap round, as on a GPU
template <class T>
using wrapping = std::conditional_t<std::is_same<T, int>::value, unsigned, T>;

struct add_of {
    template <class T>
    T operator()(T a, T b) const {
        return static_cast<T>(static_cast<wrapping<T>>(a) + static_cast<wrapping<T>>(b));
    }
    float2 operator()(float2 a, float2 b) const { return {a.x + b.x, a.y + b.y}; }  // each for itself, since sm_90
    float4 operator()(float4 a, float4 b) const { return {a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w}; }
};
struct sub_of {
    template <class T>
    T operator()(T a, T b) const {
        return static_cast<T>(static_cast<wrapping<T>>(a) - static_cast<wrapping<T>>(b));
    }
};
struct min_of {
    template <class T>
    T operator()(T a, T b) const {
        return b < a ? b : a;
    }
};
struct max_of {
    template <class T>
    T operator()(T a, T b) const {
        return a < b ? b : a;
    }
};
struct and_of {
    template <class T>
    T operator()(T a, T b) const {
        return a & b;
    }
};
struct or_of {
    template <class T>
    T operator()(T a, T b) const {
        return a | b;
    }
};
struct xor_of {
    template <class T>
    T operator()(T a, T b) const {
        return a ^ b;
    }
};
struct second_of {
    template <class T>
    T operator()(T, T b) const {
        return b;
    }
};
struct wrap_up {  // atomicInc
    unsigned operator()(unsigned old, unsigned limit) const { return old >= limit ? 0 : old + 1; }
};
struct wrap_down {  // atomicDec
    unsigned operator()(unsigned old, unsigned limit) const { return old == 0 || old > limit ? limit : old - 1; }
};

}  // namespace simt
