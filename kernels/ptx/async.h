// cp.async: each thread copies a few bytes from global to shared memory, past its registers (sm_80).
#pragma once
#include "ptx/asm.h"

// ---- cp.async: from global to shared memory, past the registers ("Non-bulk copy: cp.async") -------------------------
// The copy goes on while the thread computes. Both addresses are multiples of the size. Copies are gathered into
// groups: after cp_async_wait<N>() at most the last N groups of this thread are still under way. What other threads
// copied is there only after they waited, too, and a __syncthreads().

// 4 bytes
__device__ __forceinline__ void cp_async_4(void *shared, const void *global) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 4, 4);
#else
    PTX_ASM("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(ptx_shared(shared)), "l"(global) : "memory");
#endif
}

// the same, but reads only the first `bytes` of them, 0 to 4, and zeroes the rest: for the rim of a matrix
__device__ __forceinline__ void cp_async_4(void *shared, const void *global, uint32_t bytes) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 4, bytes);
#else
    PTX_ASM("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(ptx_shared(shared)), "l"(global), "r"(bytes)
            : "memory");
#endif
}

// 8 bytes
__device__ __forceinline__ void cp_async_8(void *shared, const void *global) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 8, 8);
#else
    PTX_ASM("cp.async.ca.shared.global [%0], [%1], 8;" ::"r"(ptx_shared(shared)), "l"(global) : "memory");
#endif
}

// the same, but reads only the first `bytes` of them, 0 to 8, and zeroes the rest: for the rim of a matrix
__device__ __forceinline__ void cp_async_8(void *shared, const void *global, uint32_t bytes) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 8, bytes);
#else
    PTX_ASM("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(ptx_shared(shared)), "l"(global), "r"(bytes)
            : "memory");
#endif
}

// 16 bytes, past the L1 cache
__device__ __forceinline__ void cp_async_16(void *shared, const void *global) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 16, 16);
#else
    PTX_ASM("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(ptx_shared(shared)), "l"(global) : "memory");
#endif
}

// the same, but reads only the first `bytes` of them, 0 to 16, and zeroes the rest: for the rim of a matrix
__device__ __forceinline__ void cp_async_16(void *shared, const void *global, uint32_t bytes) {
#ifdef __SIMT_SIM__
    simt_cp_async(shared, global, 16, bytes);
#else
    PTX_ASM("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(ptx_shared(shared)), "l"(global), "r"(bytes)
            : "memory");
#endif
}

// The copies since the last commit are a group (cp.async.commit_group). It may be empty.
__device__ __forceinline__ void cp_async_commit() {
#ifdef __SIMT_SIM__
    simt_cp_async_commit();
#else
    PTX_ASM("cp.async.commit_group;" ::: "memory");
#endif
}

// cp.async.wait_group N
template <int N>
__device__ __forceinline__ void cp_async_wait() {
#ifdef __SIMT_SIM__
    simt_cp_async_wait(N);
#else
    PTX_ASM("cp.async.wait_group %0;" ::"n"(N) : "memory");
#endif
}

// cp.async.wait_all: those that are in no group, too
__device__ __forceinline__ void cp_async_wait_all() {
#ifdef __SIMT_SIM__
    simt_cp_async_wait(-1);
#else
    PTX_ASM("cp.async.wait_all;" ::: "memory");
#endif
}
