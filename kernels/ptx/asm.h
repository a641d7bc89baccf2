// What the other parts of ptx.h stand on: assembly for GPUs that have the instruction, and a trap on those that have not, so
// that one set of compiler flags builds every kernel. ptx.h takes the macros back at its end.
#pragma once
#include <cuda_runtime.h>
#include <stdint.h>

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
#define PTX_ASM(...) asm volatile(__VA_ARGS__)
#else
#define PTX_ASM(...) __trap()
#endif
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
#define PTX_ASM_SM90(...) asm volatile(__VA_ARGS__)
#else
#define PTX_ASM_SM90(...) __trap()
#endif
// Only Hopper has these, and no GPU after it: they need the architecture's "a" (-gencode arch=compute_90a,code=sm_90a).
#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define PTX_ASM_SM90A(...) asm volatile(__VA_ARGS__)
#else
#define PTX_ASM_SM90A(...) __trap()
#endif

// Where an array of shared memory lies, as instructions take it: a number of 32 bits.
__device__ __forceinline__ uint32_t ptx_shared(const void *p) {
    return static_cast<uint32_t>(__cvta_generic_to_shared(p));
}
