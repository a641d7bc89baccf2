// TMA: one thread asks, and an engine copies a box of a tensor between global and shared memory, while all threads go on (PTX
// ISA, "Data Movement: cp.async.bulk.tensor"; sm_90). What a tensor is, says a CUtensorMap (tensor_map.h). Coordinates count
// elements, the innermost dimension first: x is the column, y the row.
//
// In shared memory the rows of a box follow each other; the box begins at a multiple of 128 bytes. With a swizzle of 128 bytes the
// pieces of 16 bytes of each row change places: piece p of row r lies where piece p ^ (r % 8) would, so that eight rows' pieces p
// lie in different banks. It begins anew every 1024 bytes of the address (64: p ^ (r / 2 % 4), 512 bytes; 32: p ^ (r / 4 % 2),
// 256), and that is where such boxes should begin:
//
//   row 0 | 0 1 2 3 4 5 6 7 |     row 2 | 2 3 0 1 6 7 4 5 |     the numbers are the pieces of the row, at the places
//   row 1 | 1 0 3 2 5 4 7 6 |     row 3 | 3 2 1 0 7 6 5 4 |     where they lie; rows 4 to 7 likewise, with 4 to 7 first
//
// Loads tell an mbarrier of the bytes that have come (mbarrier.h): those of the whole box, be it inside the tensor or not. Stores
// are gathered into groups of the thread that asks. Before one, the threads that wrote the box call fence_proxy_async(), and
// all meet at a barrier; then one thread stores, commits, and waits before the shared memory is used anew:
//
//   fence_proxy_async(); __syncthreads();
//   if (threadIdx.x == 0) { tma_store_2d(&map, tile, x, y); tma_commit(); tma_wait_read<0>(); }
#pragma once
#include <cuda.h>

#include "ptx/asm.h"

// What a load or store should mean to the L2 cache: the last argument of each, if it is given ("Cache Eviction Priority Hints";
// the numbers are those of NVIDIA's CUTLASS, TMA::CacheHintSm90).
constexpr uint64_t TMA_EVICT_NORMAL = 0x1000000000000000;
constexpr uint64_t TMA_EVICT_FIRST = 0x12F0000000000000;  // read once: others may stay
constexpr uint64_t TMA_EVICT_LAST = 0x14F0000000000000;   // will be read again

// prefetch.tensormap: brings the map itself near, before the first copy by it
__device__ __forceinline__ void tma_prefetch(const CUtensorMap *map) {
#ifdef __SIMT_SIM__
    simt_tma_prefetch(map);
#else
    PTX_ASM_SM90("prefetch.tensormap [%0];" ::"l"(map) : "memory");
#endif
}

// ---- loads ("cp.async.bulk.tensor", .mbarrier::complete_tx::bytes) ----------------------------------------------------------
// A box to shared memory at `to`; b gets its bytes.

// 2 dimensions
__device__ __forceinline__ void tma_load_2d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    simt_tma_load(to, map, b, 2, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4}], [%2];" ::"r"(
            ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y)
        : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_load_2d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y,
                                            uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    (void)hint;
    simt_tma_load(to, map, b, 2, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%3, "
        "%4}], [%2], %5;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y), "l"(hint)
        : "memory");
#endif
}

// 3 dimensions
__device__ __forceinline__ void tma_load_3d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    simt_tma_load(to, map, b, 3, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4, %5}], [%2];" ::
            "r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y), "r"(z)
        : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_load_3d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z,
                                            uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    (void)hint;
    simt_tma_load(to, map, b, 3, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%3, "
        "%4, %5}], [%2], %6;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y), "r"(z), "l"(hint)
        : "memory");
#endif
}

// 4 dimensions
__device__ __forceinline__ void tma_load_4d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z, int w) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z, w};
    simt_tma_load(to, map, b, 4, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4, %5, %6}], "
        "[%2];" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y), "r"(z), "r"(w)
        : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_load_4d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z, int w,
                                            uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z, w};
    (void)hint;
    simt_tma_load(to, map, b, 4, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1, {%3, "
        "%4, %5, %6}], [%2], %7;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "r"(x), "r"(y), "r"(z), "r"(w), "l"(hint)
        : "memory");
#endif
}

// ---- loads for several blocks of a cluster (.multicast::cluster) ---------------------------------------------------------------
// The box comes to the same place in each block whose bit is set in `blocks` (bit 0: rank 0), and its bytes to the barrier at the
// same place there: memory is read once. Each block's barrier expects the whole box.

// 2 dimensions
__device__ __forceinline__ void tma_multicast_2d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y,
                                                 uint16_t blocks) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    simt_tma_load(to, map, b, 2, at, blocks);
#else
    PTX_ASM_SM90A(
        "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, "
        "{%4, %5}], [%2], %3;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "h"(blocks), "r"(x), "r"(y)
        : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_multicast_2d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y,
                                                 uint16_t blocks, uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    (void)hint;
    simt_tma_load(to, map, b, 2, at, blocks);
#else
    PTX_ASM_SM90A(
        "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint "
        "[%0], [%1, {%4, %5}], [%2], %3, %6;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "h"(blocks), "r"(x), "r"(y), "l"(hint)
        : "memory");
#endif
}

// 3 dimensions
__device__ __forceinline__ void tma_multicast_3d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z,
                                                 uint16_t blocks) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    simt_tma_load(to, map, b, 3, at, blocks);
#else
    PTX_ASM_SM90A(
        "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, "
        "{%4, %5, %6}], [%2], %3;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "h"(blocks), "r"(x), "r"(y), "r"(z)
        : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_multicast_3d(void *to, const CUtensorMap *map, uint64_t *b, int x, int y, int z,
                                                 uint16_t blocks, uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    (void)hint;
    simt_tma_load(to, map, b, 3, at, blocks);
#else
    PTX_ASM_SM90A(
        "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint "
        "[%0], [%1, {%4, %5, %6}], [%2], %3, %7;" ::"r"(ptx_shared(to)),
        "l"(map), "r"(ptx_shared(b)), "h"(blocks), "r"(x), "r"(y), "r"(z), "l"(hint)
        : "memory");
#endif
}

// ---- stores ("cp.async.bulk.tensor", .bulk_group) --------------------------------------------------------------------------
// The box at `from` in shared memory to the tensor. What lies outside of the tensor is not written.

// 2 dimensions
__device__ __forceinline__ void tma_store_2d(const CUtensorMap *map, const void *from, int x, int y) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    simt_tma_store(map, from, 2, at, 0);
#else
    PTX_ASM_SM90("cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%0, {%2, %3}], [%1];" ::"l"(map),
                 "r"(ptx_shared(from)), "r"(x), "r"(y)
                 : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_store_2d(const CUtensorMap *map, const void *from, int x, int y, uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    (void)hint;
    simt_tma_store(map, from, 2, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.2d.global.shared::cta.bulk_group.L2::cache_hint [%0, {%2, %3}], [%1], %4;" ::"l"(map),
        "r"(ptx_shared(from)), "r"(x), "r"(y), "l"(hint)
        : "memory");
#endif
}

// 3 dimensions
__device__ __forceinline__ void tma_store_3d(const CUtensorMap *map, const void *from, int x, int y, int z) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    simt_tma_store(map, from, 3, at, 0);
#else
    PTX_ASM_SM90("cp.async.bulk.tensor.3d.global.shared::cta.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(map),
                 "r"(ptx_shared(from)), "r"(x), "r"(y), "r"(z)
                 : "memory");
#endif
}

// with a hint
__device__ __forceinline__ void tma_store_3d(const CUtensorMap *map, const void *from, int x, int y, int z,
                                             uint64_t hint) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    (void)hint;
    simt_tma_store(map, from, 3, at, 0);
#else
    PTX_ASM_SM90(
        "cp.async.bulk.tensor.3d.global.shared::cta.bulk_group.L2::cache_hint [%0, {%2, %3, %4}], [%1], %5;" ::"l"(map),
        "r"(ptx_shared(from)), "r"(x), "r"(y), "r"(z), "l"(hint)
        : "memory");
#endif
}

// The same, but added to what is there, element by element, each as by an atomic ("cp.reduce.async.bulk.tensor", .add)
__device__ __forceinline__ void tma_add_2d(const CUtensorMap *map, const void *from, int x, int y) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y};
    simt_tma_store(map, from, 2, at, 1);
#else
    PTX_ASM_SM90("cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.bulk_group [%0, {%2, %3}], [%1];" ::"l"(map),
                 "r"(ptx_shared(from)), "r"(x), "r"(y)
                 : "memory");
#endif
}

// 3 dimensions
__device__ __forceinline__ void tma_add_3d(const CUtensorMap *map, const void *from, int x, int y, int z) {
#ifdef __SIMT_SIM__
    const int at[] = {x, y, z};
    simt_tma_store(map, from, 3, at, 1);
#else
    PTX_ASM_SM90(
        "cp.reduce.async.bulk.tensor.3d.global.shared::cta.add.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(map),
        "r"(ptx_shared(from)), "r"(x), "r"(y), "r"(z)
        : "memory");
#endif
}

// cp.async.bulk.commit_group: this thread's stores since the last commit are a group. It may be empty.
__device__ __forceinline__ void tma_commit() {
#ifdef __SIMT_SIM__
    simt_tma_commit();
#else
    PTX_ASM_SM90("cp.async.bulk.commit_group;" ::: "memory");
#endif
}

// cp.async.bulk.wait_group N: all but this thread's last N groups are through, and what they wrote is there
template <int N>
__device__ __forceinline__ void tma_wait() {
#ifdef __SIMT_SIM__
    simt_tma_wait(N, 0);
#else
    PTX_ASM_SM90("cp.async.bulk.wait_group %0;" ::"n"(N) : "memory");
#endif
}

// cp.async.bulk.wait_group.read N: they have read their shared memory, which may be used anew
template <int N>
__device__ __forceinline__ void tma_wait_read() {
#ifdef __SIMT_SIM__
    simt_tma_wait(N, 1);
#else
    PTX_ASM_SM90("cp.async.bulk.wait_group.read %0;" ::"n"(N) : "memory");
#endif
}
