// Parts of a block and blocks of a cluster: named barriers, registers that change hands, clusters (sm_90; setmaxnreg sm_90a).
#pragma once
#include "ptx/asm.h"

// ---- bar.sync and bar.arrive with a number ("bar{.cta}, barrier{.cta}"; any GPU) --------------------------------------
// Barrier `id` (1 to 15; 0 is __syncthreads) is over when `threads` of them, a multiple of 32, have come. Whole warps come.

__device__ __forceinline__ void bar_sync(int id, int threads) {
#ifdef __SIMT_SIM__
    simt_named_barrier(id, threads, 1);
#else
    PTX_ASM("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
#endif
}

// counts as having come, and does not wait
__device__ __forceinline__ void bar_arrive(int id, int threads) {
#ifdef __SIMT_SIM__
    simt_named_barrier(id, threads, 0);
#else
    PTX_ASM("bar.arrive %0, %1;" ::"r"(id), "r"(threads) : "memory");
#endif
}

// ---- setmaxnreg ("Miscellaneous Instructions: setmaxnreg") -------------------------------------------------------------
// The four warps of a warpgroup change how many registers each of their threads has: N = 24, 32, ... 256. Those that are
// given back are the block's; who asks for more waits until there are as many. The kernel needs __launch_bounds__(threads): where
// ptxas does not know how many registers a thread begins with, it ignores these (C7508).

template <int N>
__device__ __forceinline__ void setmaxnreg_inc() {
    static_assert(N >= 24 && N <= 256 && N % 8 == 0, "setmaxnreg takes 24, 32, 40, ... 256");
#ifdef __SIMT_SIM__
    simt_set_registers(N, 1);
#else
    PTX_ASM_SM90A("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(N));
#endif
}

template <int N>
__device__ __forceinline__ void setmaxnreg_dec() {
    static_assert(N >= 24 && N <= 256 && N % 8 == 0, "setmaxnreg takes 24, 32, 40, ... 256");
#ifdef __SIMT_SIM__
    simt_set_registers(N, 0);
#else
    PTX_ASM_SM90A("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(N));
#endif
}

// ---- clusters: blocks that run together and see each other's shared memory ("Cluster of Cooperative Thread Arrays") ----
// __global__ void __cluster_dims__(2, 1, 1) kernel(...): two neighbours are a cluster. GPUs before Hopper have none, and nvcc
// refuses the word for them: there it says nothing.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 900
#undef __cluster_dims__
#define __cluster_dims__(...)
#endif

// %cluster_ctarank: which block of its cluster this is, 0 and on
__device__ __forceinline__ uint32_t cluster_rank() {
#ifdef __SIMT_SIM__
    return simt_cluster_rank();
#else
    uint32_t rank = 0;
    PTX_ASM_SM90("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank;
#endif
}

// %cluster_nctarank: of how many
__device__ __forceinline__ uint32_t cluster_size() {
#ifdef __SIMT_SIM__
    return simt_cluster_size();
#else
    uint32_t size = 1;
    PTX_ASM_SM90("mov.u32 %0, %%cluster_nctarank;" : "=r"(size));
    return size;
#endif
}

// barrier.cluster.arrive: every thread of the cluster does this once, and then waits once
__device__ __forceinline__ void cluster_arrive() {
#ifdef __SIMT_SIM__
    simt_cluster_arrive();
#else
    PTX_ASM_SM90("barrier.cluster.arrive.release.aligned;" ::: "memory");
#endif
}

// barrier.cluster.wait: until all have arrived. What they did before is seen by all.
__device__ __forceinline__ void cluster_wait() {
#ifdef __SIMT_SIM__
    simt_cluster_wait();
#else
    PTX_ASM_SM90("barrier.cluster.wait.acquire.aligned;" ::: "memory");
#endif
}

__device__ __forceinline__ void cluster_sync() {
    cluster_arrive();
    cluster_wait();
}

// mapa: the address, as instructions take it, of the same place in the shared memory of block `rank`
__device__ __forceinline__ uint32_t cluster_map(const void *p, uint32_t rank) {
#ifdef __SIMT_SIM__
    return simt_cluster_map(p, rank);
#else
    uint32_t there = 0;
    PTX_ASM_SM90("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(ptx_shared(p)), "r"(rank));
    return there;
#endif
}
