// Barriers in shared memory that count arrivals of threads and bytes of asynchronous copies (PTX ISA, "Parallel
// Synchronization and Communication Instructions: mbarrier"; sm_90). An mbarrier is a uint64_t at a multiple of 8:
//
//   mbarrier_init(b, n)     phase 0 begins; it misses n arrivals and 0 bytes
//   an arrival              one arrival less; mbarrier_expect_tx adds bytes that are missing, a copy that lands takes its off
//   nothing is missing      the phase is over: the next begins at once, misses n arrivals again, and its number is one more
//   mbarrier_wait(b, p)     returns once the phase with parity p (its number % 2) is over. Phases begin with 0, and who waits
//                           for parity 1 at a new barrier passes at once: what came before phase 0 is over.
//
// What a thread did before it arrived, is seen by who has waited for that phase.
#pragma once
#include "ptx/asm.h"

// mbarrier.init: one thread does it, before anybody else uses the barrier
__device__ __forceinline__ void mbarrier_init(uint64_t *b, uint32_t arrivals) {
#ifdef __SIMT_SIM__
    simt_mbarrier_init(b, arrivals);
#else
    PTX_ASM_SM90("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(ptx_shared(b)), "r"(arrivals) : "memory");
#endif
}

// mbarrier.inval: before its bytes become something else
__device__ __forceinline__ void mbarrier_invalidate(uint64_t *b) {
#ifdef __SIMT_SIM__
    simt_mbarrier_invalidate(b);
#else
    PTX_ASM_SM90("mbarrier.inval.shared::cta.b64 [%0];" ::"r"(ptx_shared(b)) : "memory");
#endif
}

// fence.mbarrier_init: after mbarrier_init, by the same thread, before copies and other blocks of the cluster use the barrier.
// The block's other threads need a __syncthreads(), those of other blocks a cluster_sync().
__device__ __forceinline__ void fence_mbarrier_init() {
#ifdef __SIMT_SIM__
    simt_fence_mbarrier_init();
#else
    PTX_ASM_SM90("fence.mbarrier_init.release.cluster;" ::: "memory");
#endif
}

// fence.proxy.async ("Async proxy"): what this thread wrote to shared memory with ordinary stores is there for TMA and
// wgmma, too, which go another way. Then a barrier, then they may read it.
__device__ __forceinline__ void fence_proxy_async() {
#ifdef __SIMT_SIM__
    simt_fence_proxy_async();
#else
    PTX_ASM_SM90("fence.proxy.async.shared::cta;" ::: "memory");
#endif
}

// mbarrier.arrive
__device__ __forceinline__ void mbarrier_arrive(uint64_t *b) {
#ifdef __SIMT_SIM__
    simt_mbarrier_arrive(b, 0, 0);
#else
    PTX_ASM_SM90("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(ptx_shared(b)) : "memory");
#endif
}

// mbarrier.expect_tx: so many bytes more will come by copies in this phase
__device__ __forceinline__ void mbarrier_expect_tx(uint64_t *b, uint32_t bytes) {
#ifdef __SIMT_SIM__
    simt_mbarrier_expect(b, bytes);
#else
    PTX_ASM_SM90("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], %1;" ::"r"(ptx_shared(b)), "r"(bytes)
                 : "memory");
#endif
}

// mbarrier.arrive.expect_tx: both, in this order
__device__ __forceinline__ void mbarrier_arrive_expect_tx(uint64_t *b, uint32_t bytes) {
#ifdef __SIMT_SIM__
    simt_mbarrier_arrive(b, bytes, 1);
#else
    PTX_ASM_SM90("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(ptx_shared(b)), "r"(bytes) : "memory");
#endif
}

// mapa and mbarrier.arrive: at the barrier that lies at the same place in block `rank` of the cluster (one's own, too). Tells that
// reads are over, as an empty stage's. What this thread wrote to the other block's memory with ordinary stores needs a
// __threadfence() before it: a release for the whole cluster would have one in every arrival (MEMBAR.ALL.GPU in nvcc 13's code).
__device__ __forceinline__ void mbarrier_arrive_cluster(uint64_t *b, uint32_t rank) {
#ifdef __SIMT_SIM__
    simt_mbarrier_arrive_at(simt_cluster_map(b, rank));
#else
    PTX_ASM_SM90(
        "{\n"
        ".reg .b32 there;\n"
        "mapa.shared::cluster.u32 there, %0, %1;\n"
        "mbarrier.arrive.shared::cluster.b64 _, [there];\n"
        "}" ::"r"(ptx_shared(b)),
        "r"(rank)
        : "memory");
#endif
}

// mbarrier.test_wait.parity: is the phase with this parity over? Does not wait.
__device__ __forceinline__ bool mbarrier_test(uint64_t *b, uint32_t parity) {
#ifdef __SIMT_SIM__
    return simt_mbarrier_test(b, parity) != 0;
#else
    uint32_t over = 0;
    PTX_ASM_SM90(
        "{\n"
        ".reg .pred over;\n"
        "mbarrier.test_wait.parity.shared::cta.b64 over, [%1], %2;\n"
        "selp.u32 %0, 1, 0, over;\n"
        "}"
        : "=r"(over)
        : "r"(ptx_shared(b)), "r"(parity)
        : "memory");
    return over != 0;
#endif
}

// mbarrier.try_wait.parity, which sleeps for a while, until it says yes
__device__ __forceinline__ void mbarrier_wait(uint64_t *b, uint32_t parity) {
#ifdef __SIMT_SIM__
    simt_mbarrier_wait(b, parity);
#else
    PTX_ASM_SM90(
        "{\n"
        ".reg .pred over;\n"
        "AGAIN:\n"
        "mbarrier.try_wait.parity.shared::cta.b64 over, [%0], %1;\n"
        "@!over bra AGAIN;\n"
        "}" ::"r"(ptx_shared(b)),
        "r"(parity)
        : "memory");
#endif
}
