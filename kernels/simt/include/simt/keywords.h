// The words that CUDA adds to C++. Host and device code are one program here, compiled once, so most of them say
// nothing.
//
// __CUDA_ARCH__ is not defined: `#ifdef __CUDA_ARCH__` takes the branch for hosts, which is right wherever both do the
// same, and no kernel meets assembly that only a GPU understands. __SIMT_SIM__ is 1; code that must know can ask for
// it.
#pragma once

#ifndef __SIMT_SIM__
#define __SIMT_SIM__ 1
#endif
#ifndef __CUDACC__
#define __CUDACC__ 1
#endif

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)
#define __grid_constant__
#define __managed__ simt_refused_managed_variables_use_cudaMalloc
// __noinline__ stays what it is: the C++ library writes __attribute__((__noinline__)). simtcc leaves the word out.

// in the simulator's headers: always part of the caller, so that an access in them has the learner's line
#define SIMT_INLINE inline __attribute__((always_inline))
// never part of the caller, and without hooks: what the hardware does in one piece
#define SIMT_PLAIN __attribute__((no_sanitize("thread"), noinline))
