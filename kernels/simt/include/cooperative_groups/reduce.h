// cooperative_groups::reduce: one value of all threads of a tile or of coalesced threads, the same for each of them.
#pragma once
#include "../cooperative_groups.h"

namespace cooperative_groups {

template <class T>
struct plus {
    SIMT_INLINE T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct less {
    SIMT_INLINE T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T>
struct greater {
    SIMT_INLINE T operator()(T a, T b) const { return a < b ? b : a; }
};
template <class T>
struct bit_and {
    SIMT_INLINE T operator()(T a, T b) const { return a & b; }
};
template <class T>
struct bit_or {
    SIMT_INLINE T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct bit_xor {
    SIMT_INLINE T operator()(T a, T b) const { return a ^ b; }
};

// A tree of shuffles, as a GPU would: the order of the sum is that of __shfl_xor_sync.
template <unsigned threads, class Parent, class T, class Operation>
SIMT_INLINE T reduce(const thread_block_tile<threads, Parent> &tile, T value, Operation &&operation) {
    for (unsigned step = threads / 2; step; step /= 2)
        value = operation(value, tile.shfl_xor(value, static_cast<int>(step)));
    return value;
}

template <class T, class Operation>
SIMT_INLINE T reduce(const coalesced_group &group, T value, Operation &&operation) {
    T result = group.shfl(value, 0);
    for (unsigned rank = 1; rank < group.num_threads(); rank++) result = operation(result, group.shfl(value, rank));
    return result;
}

}  // namespace cooperative_groups
