// Cooperative groups (CUDA C++ Programming Guide, "Cooperative Groups"): the block, tiles of a warp, and the lanes
// that are at one place together, and the cluster. A barrier for the grid is refused: blocks run one after another here.
#pragma once
#include "cuda_runtime.h"

namespace cooperative_groups {

namespace detail {

SIMT_INLINE unsigned rank_in_block() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }
SIMT_INLINE unsigned threads_of_block() { return blockDim.x * blockDim.y * blockDim.z; }
SIMT_INLINE unsigned lane() { return rank_in_block() % warpSize; }

// The lanes of a warp that stand in mask, by their rank among these.
class lanes {
   public:
    SIMT_INLINE unsigned long long size() const { return static_cast<unsigned>(__popc(mask)); }
    SIMT_INLINE unsigned num_threads() const { return static_cast<unsigned>(__popc(mask)); }
    SIMT_INLINE unsigned thread_rank() const { return static_cast<unsigned>(__popc(mask & ((1u << lane()) - 1))); }
    SIMT_INLINE void sync() const { simt_syncwarp(mask); }
    template <class T>
    SIMT_INLINE T shfl(T value, unsigned rank) const {
        return __shfl_sync(mask, value, lane_of(rank));
    }
    template <class T>
    SIMT_INLINE T shfl_up(T value, unsigned delta) const {
        unsigned rank = thread_rank();
        T other = __shfl_sync(mask, value, lane_of(rank < delta ? rank : rank - delta));
        return other;
    }
    template <class T>
    SIMT_INLINE T shfl_down(T value, unsigned delta) const {
        unsigned rank = thread_rank();
        return __shfl_sync(mask, value, lane_of(rank + delta < num_threads() ? rank + delta : rank));
    }
    SIMT_INLINE int any(int predicate) const { return __any_sync(mask, predicate); }
    SIMT_INLINE int all(int predicate) const { return __all_sync(mask, predicate); }
    SIMT_INLINE unsigned ballot(int predicate) const { return by_rank(__ballot_sync(mask, predicate)); }
    template <class T>
    SIMT_INLINE unsigned match_any(T value) const {
        return by_rank(__match_any_sync(mask, value));
    }
    template <class T>
    SIMT_INLINE unsigned match_all(T value, int &all_equal) const {
        return by_rank(__match_all_sync(mask, value, &all_equal));
    }
    SIMT_INLINE unsigned simt_mask() const { return mask; }

   protected:
    SIMT_INLINE explicit lanes(unsigned mask_) : mask(mask_) {}
    unsigned mask;

   private:
    SIMT_INLINE int lane_of(unsigned rank) const {  // beyond the last: the last
        unsigned rest = mask;
        while (rank-- && (rest & (rest - 1))) rest &= rest - 1;
        return __ffs(static_cast<int>(rest)) - 1;
    }
    SIMT_INLINE unsigned by_rank(unsigned set) const {
        unsigned result = 0, rank = 0;
        for (unsigned rest = mask; rest; rest &= rest - 1, rank++)
            if (set & rest & -rest) result |= 1u << rank;
        return result;
    }
};

}  // namespace detail

// ---- the block ------------------------------------------------------------------------------------------------------
class thread_block {
   public:
    // `site` tells barriers apart, as __COUNTER__ does for __syncthreads: by the caller's line
    SIMT_INLINE static void sync(int site = -__builtin_LINE()) { simt_barrier(site, 0, 0); }
    SIMT_INLINE static unsigned thread_rank() { return detail::rank_in_block(); }
    SIMT_INLINE static unsigned size() { return detail::threads_of_block(); }
    SIMT_INLINE static unsigned num_threads() { return detail::threads_of_block(); }
    SIMT_INLINE static dim3 group_index() { return blockIdx; }
    SIMT_INLINE static dim3 thread_index() { return threadIdx; }
    SIMT_INLINE static dim3 group_dim() { return blockDim; }
    SIMT_INLINE static dim3 dim_threads() { return blockDim; }
};
SIMT_INLINE thread_block this_thread_block() { return thread_block(); }
SIMT_INLINE void sync(const thread_block &, int site = -__builtin_LINE()) { simt_barrier(site, 0, 0); }
SIMT_INLINE unsigned thread_rank(const thread_block &) { return detail::rank_in_block(); }

// ---- the cluster ----------------------------------------------------------------------------------------------------
class cluster_group {
   public:
    struct arrival_token {};
    SIMT_INLINE static void sync() {
        simt_cluster_arrive();
        simt_cluster_wait();
    }
    SIMT_INLINE static arrival_token barrier_arrive() {
        simt_cluster_arrive();
        return arrival_token();
    }
    SIMT_INLINE static void barrier_wait(arrival_token && = arrival_token()) { simt_cluster_wait(); }
    SIMT_INLINE static unsigned block_rank() { return simt_cluster_rank(); }
    SIMT_INLINE static unsigned num_blocks() { return simt_cluster_size(); }
    SIMT_INLINE static dim3 dim_blocks() { return simt_cluster_shape(); }
    SIMT_INLINE static dim3 dim_threads() {
        const dim3 d = dim_blocks();
        return dim3(d.x * blockDim.x, d.y * blockDim.y, d.z * blockDim.z);
    }
    // clusters lie in the grid as blocks of threads do
    SIMT_INLINE static dim3 block_index() {
        const dim3 d = dim_blocks();
        return dim3(blockIdx.x % d.x, blockIdx.y % d.y, blockIdx.z % d.z);
    }
    SIMT_INLINE static dim3 thread_index() {
        const dim3 b = block_index();
        return dim3(b.x * blockDim.x + threadIdx.x, b.y * blockDim.y + threadIdx.y, b.z * blockDim.z + threadIdx.z);
    }
    SIMT_INLINE static unsigned num_threads() { return num_blocks() * detail::threads_of_block(); }
    SIMT_INLINE static unsigned size() { return num_threads(); }
    SIMT_INLINE static unsigned thread_rank() {
        return block_rank() * detail::threads_of_block() + detail::rank_in_block();
    }
    // the same variable in the memory of another block
    template <class T>
    SIMT_INLINE static T *map_shared_rank(T *variable, unsigned rank) {
        return static_cast<T *>(simt_shared_pointer(simt_cluster_map(variable, rank)));
    }
    SIMT_INLINE static unsigned query_shared_rank(const void *address) { return simt_shared_address(address) >> 24; }
};
SIMT_INLINE cluster_group this_cluster() { return cluster_group(); }

// ---- tiles ----------------------------------------------------------------------------------------------------------
template <unsigned threads, class Parent = void>
class thread_block_tile {
    static_assert(threads >= 1 && threads <= 32 && (threads & (threads - 1)) == 0,
                  "the simulator has tiles of 1, 2, 4, 8, 16 and 32 threads");

   public:
    thread_block_tile() = default;
    template <class Other>
    SIMT_INLINE thread_block_tile(const thread_block_tile<threads, Other> &) {}
    SIMT_INLINE static unsigned thread_rank() { return detail::rank_in_block() % threads; }
    SIMT_INLINE static constexpr unsigned size() { return threads; }
    SIMT_INLINE static constexpr unsigned num_threads() { return threads; }
    SIMT_INLINE static unsigned meta_group_rank() { return detail::rank_in_block() / threads; }
    SIMT_INLINE static unsigned meta_group_size() { return (detail::threads_of_block() + threads - 1) / threads; }
    SIMT_INLINE void sync() const { simt_syncwarp(simt_mask()); }
    template <class T>
    SIMT_INLINE T shfl(T value, int rank) const {
        return __shfl_sync(simt_mask(), value, rank, threads);
    }
    template <class T>
    SIMT_INLINE T shfl_up(T value, unsigned delta) const {
        return __shfl_up_sync(simt_mask(), value, delta, threads);
    }
    template <class T>
    SIMT_INLINE T shfl_down(T value, unsigned delta) const {
        return __shfl_down_sync(simt_mask(), value, delta, threads);
    }
    template <class T>
    SIMT_INLINE T shfl_xor(T value, int ranks) const {
        return __shfl_xor_sync(simt_mask(), value, ranks, threads);
    }
    SIMT_INLINE int any(int predicate) const { return __any_sync(simt_mask(), predicate); }
    SIMT_INLINE int all(int predicate) const { return __all_sync(simt_mask(), predicate); }
    SIMT_INLINE unsigned ballot(int predicate) const { return __ballot_sync(simt_mask(), predicate) >> first(); }
    template <class T>
    SIMT_INLINE unsigned match_any(T value) const {
        return __match_any_sync(simt_mask(), value) >> first();
    }
    template <class T>
    SIMT_INLINE unsigned match_all(T value, int &all_equal) const {
        return __match_all_sync(simt_mask(), value, &all_equal) >> first();
    }
    SIMT_INLINE unsigned simt_mask() const { return (threads == 32 ? ~0u : (1u << threads % 32) - 1) << first(); }

   private:
    SIMT_INLINE static unsigned first() { return detail::lane() / threads * threads; }
};

template <unsigned threads, class Parent>
SIMT_INLINE thread_block_tile<threads, Parent> tiled_partition(const Parent &) {
    return thread_block_tile<threads, Parent>();
}

// ---- the lanes that are here together -------------------------------------------------------------------------------
class coalesced_group : public detail::lanes {
   public:
    SIMT_INLINE explicit coalesced_group(unsigned mask_) : detail::lanes(mask_) {}
    SIMT_INLINE static unsigned meta_group_rank() { return 0; }
    SIMT_INLINE static unsigned meta_group_size() { return 1; }
};
SIMT_INLINE coalesced_group coalesced_threads() { return coalesced_group(simt_active_mask()); }

// Any of the groups above, as a parameter of functions that serve them all.
class thread_group {
   public:
    SIMT_INLINE thread_group(const thread_block &) : mask(0) {}
    template <unsigned threads, class Parent>
    SIMT_INLINE thread_group(const thread_block_tile<threads, Parent> &tile) : mask(tile.simt_mask()) {}
    SIMT_INLINE thread_group(const coalesced_group &group) : mask(group.simt_mask()) {}
    SIMT_INLINE unsigned long long size() const { return num_threads(); }
    SIMT_INLINE unsigned num_threads() const {
        return mask ? coalesced_group(mask).num_threads() : detail::threads_of_block();
    }
    SIMT_INLINE unsigned thread_rank() const {
        return mask ? coalesced_group(mask).thread_rank() : detail::rank_in_block();
    }
    SIMT_INLINE void sync(int site = -__builtin_LINE()) const {
        if (mask) simt_syncwarp(mask);
        else simt_barrier(site, 0, 0);
    }

   private:
    unsigned mask;  // 0: the whole block
};
SIMT_INLINE void sync(const thread_group &group, int site = -__builtin_LINE()) { group.sync(site); }

// A tile whose size is known only when the kernel runs.
SIMT_INLINE coalesced_group tiled_partition(const thread_group &, unsigned threads) {
    unsigned first = detail::lane() / threads * threads;
    return coalesced_group((threads == 32 ? ~0u : (1u << threads) - 1) << first);
}

// Of a tile, the threads with the same label.
template <class Group>
SIMT_INLINE coalesced_group labeled_partition(const Group &group, int label) {
    return coalesced_group(__match_any_sync(group.simt_mask(), label));
}
template <class Group>
SIMT_INLINE coalesced_group binary_partition(const Group &group, bool label) {
    return labeled_partition(group, label ? 1 : 0);
}

template <class Group>
SIMT_INLINE auto sync(const Group &group) -> decltype(group.sync()) {
    group.sync();
}
SIMT_INLINE unsigned thread_rank(const thread_group &group) { return group.thread_rank(); }

// ---- what is refused ------------------------------------------------------------------------------------------------
// The threads of a launch can be counted, but they cannot wait for each other.
class grid_group {
   public:
    void sync() const SIMT_REFUSED(
        "barrier for the whole grid, for its blocks run one after another: split the kernel in two launches");
    SIMT_INLINE static unsigned long long num_blocks() { return 1ull * gridDim.x * gridDim.y * gridDim.z; }
    SIMT_INLINE static unsigned long long num_threads() { return num_blocks() * detail::threads_of_block(); }
    SIMT_INLINE static unsigned long long size() { return num_threads(); }
    SIMT_INLINE static unsigned long long block_rank() {
        return blockIdx.x + 1ull * gridDim.x * (blockIdx.y + 1ull * gridDim.y * blockIdx.z);
    }
    SIMT_INLINE static unsigned long long thread_rank() {
        return block_rank() * detail::threads_of_block() + detail::rank_in_block();
    }
    SIMT_INLINE static dim3 block_index() { return blockIdx; }
    SIMT_INLINE static dim3 dim_blocks() { return gridDim; }
    SIMT_INLINE static dim3 group_dim() { return gridDim; }
    SIMT_INLINE static bool is_valid() { return false; }  // for a barrier
};
SIMT_INLINE grid_group this_grid() { return grid_group(); }
class multi_grid_group;
multi_grid_group this_multi_grid() SIMT_REFUSED("second device");

}  // namespace cooperative_groups
