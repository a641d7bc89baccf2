// What the check and the benchmark of chapter 24 on a real GPU share: its rungs, and numbers as they take them.
#pragma once
#include "24-tensor-cores/gemm.h"
#include "gpu/device.cuh"

// How the operands of C (M,N) are stored. A: (M,K), or (K,M) in TN. B: (N,K), or (K,N) in NN and TN.
enum form { NT, NN, TN };
static const char *const form_names[] = {"NT", "NN", "TN"};

enum { HOPPER = 90 };  // what is compiled for sm_90a

struct tensor_rung {
    const char *name;
    gemm_function *run;
    int needs;  // instructions: 80 or HOPPER
    form stored;
    void (*by_blocks)(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks);  // or none
};

static const tensor_rung tensor_rungs[] = {
    {"10 WMMA", gemm_10, 80, NT, nullptr},
    {"11 mma.sync", gemm_11, 80, NT, nullptr},
    {"12 wgmma", gemm_12, HOPPER, NT, nullptr},
    {"13 large tile", gemm_13, HOPPER, NT, nullptr},
    {"14 producer, consumer", gemm_14, HOPPER, NT, nullptr},
    {"15 two consumers", gemm_15, HOPPER, NT, nullptr},
    {"16 persistent", gemm_16, HOPPER, NT, gemm_16_blocks},
    {"17 few arrivals", gemm_17, HOPPER, NT, gemm_17_blocks},
    {"18 cluster", gemm_18, HOPPER, NT, gemm_18_blocks},
    {"19 first overwrites", gemm_19, HOPPER, NT, gemm_19_blocks},
    {"20 TMA store", gemm_20, HOPPER, NT, gemm_20_blocks},
    {"21 Hilbert", gemm_21, HOPPER, NT, gemm_21_blocks},
    {"22 stmatrix", gemm_22, HOPPER, NT, gemm_22_blocks},
    {"23 last", gemm_23, HOPPER, NT, gemm_23_blocks},
    {"23 last, NN", gemm_23_nn, HOPPER, NN, gemm_23_nn_blocks},
    {"23 last, TN", gemm_23_tn, HOPPER, TN, gemm_23_tn_blocks},
};

// ---- numbers of the three kinds ---------------------------------------------------------------------------------------
__host__ __device__ static inline double value(uint16_t bf16) {
    uint32_t bits = (uint32_t)bf16 << 16;
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}
__host__ __device__ static inline double value(int8_t x) {
    return x;
}
__host__ __device__ static inline double value(int32_t x) {
    return x;
}
__host__ __device__ static inline double value(float x) {
    return (double)x;
}

// What a rung takes for a number in N(0,1): bfloat16, to nearest even; bytes, divided by a scale and rounded, as a network's
// weights are; floats.
__host__ __device__ static inline void set(uint16_t &x, float normal) {
    uint32_t bits;
    memcpy(&bits, &normal, sizeof bits);
    x = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
__host__ __device__ static inline void set(int8_t &x, float normal) {
    x = (int8_t)rintf(fminf(fmaxf(normal * 32, -127), 127));
}
__host__ __device__ static inline void set(float &x, float normal) {
    x = normal;
}

// ---- what this GPU and this program can do ----------------------------------------------------------------------------
__global__ static void tell_instructions(int *told) {
#if defined(__SIMT_SIM__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
    *told = HOPPER;
#elif __CUDA_ARCH__ >= 800
    *told = 80;
#else
    *told = 0;
#endif
}

// What was the code compiled for that runs on this GPU? 0, 80 or HOPPER. (Kernels that need more trap: kernels/ptx.h.)
static inline int instructions(void) {
    int *told = nullptr, got = 0;
    CUDA_CHECK(cudaMalloc(&told, sizeof *told));
    tell_instructions<<<1, 1>>>(told);
    CUDA_CHECK(cudaGetLastError());
    CUDA_CHECK(cudaMemcpy(&got, told, sizeof got, cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaFree(told));
    return got;
}
