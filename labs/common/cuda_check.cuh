// Every CUDA call can fail, and a launch tells it only when it is asked: CUDA_CHECK(cudaMalloc(&x, n * sizeof *x)) and, after
// a launch, CUDA_CHECK(cudaGetLastError()) end the program with file, line and reason.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

static inline void cuda_check(cudaError_t error, const char *call, const char *file, int line) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "error: %s:%d: %s: %s\n", file, line, call, cudaGetErrorString(error));
    exit(1);
}
#define CUDA_CHECK(call) cuda_check((call), #call, __FILE__, __LINE__)  // a macro: it is to know the call's text and line
