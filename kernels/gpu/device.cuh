// What the checks and the benchmarks on a real GPU share: matrices of random numbers, and the GPU itself.
#pragma once
#include <cuda_runtime.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cuda_check.cuh"

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
