// What the check and the benchmark on a real GPU share: the rungs of chapter 23, and matrices of random numbers.
#pragma once
#include <cuda_runtime.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "23-cuda-matmul/sgemm.h"
#include "common/cuda_check.cuh"

struct rung {
    const char *name;
    sgemm_function *run;
    int capability;  // that its code must have been compiled for, times 10
};

static const rung rungs[] = {
    {"01 naive", sgemm_01, 0},       {"02 coalesced", sgemm_02, 0},   {"03 shared tile", sgemm_03, 0},
    {"04 register 1d", sgemm_04, 0}, {"05 register 2d", sgemm_05, 0}, {"06 vectorised", sgemm_06, 0},
    {"07 warp tile", sgemm_07, 0},   {"08 async", sgemm_08, 80},      {"09 persistent", sgemm_09, 80},
};
enum { RUNGS = sizeof rungs / sizeof *rungs };

// A number in N(0,1) for every seed and index: a hash (PCG, O'Neill 2014), then Box and Muller.
__host__ __device__ static inline uint32_t random_bits(uint64_t seed, uint64_t index) {
    uint64_t state = (seed * 2654435761u + index) * 6364136223846793005u + 1442695040888963407u;
    state = (state ^ (state >> 29)) * 6364136223846793005u + 1442695040888963407u;
    uint32_t word = (uint32_t)(((state >> ((state >> 59) + 5)) ^ state) * 12605985483714917081ull >> 32);
    return (word >> 22) ^ word;
}

__host__ __device__ static inline float random_normal(uint64_t seed, uint64_t index) {
    float u = ((float)(random_bits(seed, 2 * index) >> 8) + 1) / 16777216,
          v = (float)(random_bits(seed, 2 * index + 1) >> 8) / 16777216;
    return sqrtf(-2 * logf(u)) * cosf(6.2831853f * v);
}

__global__ static void fill_normal(float *x, size_t n, uint64_t seed) {
    size_t step = (size_t)gridDim.x * blockDim.x;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) x[i] = random_normal(seed, i);
}

static inline float *device_floats(size_t n) {
    float *x = nullptr;
    CUDA_CHECK(cudaMalloc(&x, n * sizeof *x));
    return x;
}

static inline void fill(float *x, size_t n, uint64_t seed) {
    fill_normal<<<1024, 256>>>(x, n, seed);
    CUDA_CHECK(cudaGetLastError());
}

static inline void poison(float *x, size_t n) {  // all bits set is a NaN
    CUDA_CHECK(cudaMemset(x, 0xff, n * sizeof *x));
}

// The GPU that is used; ends the program, with status 1, if there is none or if nothing was compiled for it.
static inline cudaDeviceProp the_gpu(void) {
    cudaDeviceProp device;
    cudaFuncAttributes attributes;
    cudaError_t error = cudaGetDeviceProperties(&device, 0);
    if (error != cudaSuccess) {
        fprintf(stderr, "error: there is no GPU here that CUDA can use: %s\n", cudaGetErrorString(error));
        exit(1);
    }
    if (cudaFuncGetAttributes(&attributes, fill_normal) != cudaSuccess) {
        fprintf(stderr, "error: nothing here was compiled for %s (%d.%d): make -B gpu GPU_ARCH=-arch=native\n",
                device.name, device.major, device.minor);
        exit(1);
    }
    return device;
}

// Was this rung's code compiled for an instruction set that has what it needs? (On older ones kernels/ptx.h traps.)
static inline bool rung_runs(const rung *r) {
    cudaFuncAttributes attributes;
    CUDA_CHECK(cudaFuncGetAttributes(&attributes, fill_normal));
    return attributes.binaryVersion >= r->capability;
}
