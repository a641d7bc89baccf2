// What the tests of the headers share: a kernel fills an array, and the host looks at it.
#pragma once
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

static int failures;

#define EXPECT(condition)                                                                    \
    do {                                                                                     \
        if (!(condition)) failures++, printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    } while (0)

static inline void succeed(cudaError_t error, int line) {
    if (error == cudaSuccess) return;
    printf("line %d: %s\n", line, cudaGetErrorString(error));
    exit(1);
}
#define SUCCEED(call) succeed(call, __LINE__)

// An array of n elements on the device, from the host's, or zero.
template <class T>
static T *to_device(const T *host, size_t n) {
    T *device;
    SUCCEED(cudaMalloc(&device, n * sizeof(T)));
    if (host) SUCCEED(cudaMemcpy(device, host, n * sizeof(T), cudaMemcpyHostToDevice));
    else SUCCEED(cudaMemset(device, 0, n * sizeof(T)));
    return device;
}

// Waits for the kernel, fetches its array, and gives the device's memory back.
template <class T>
static void fetch(T *host, T *device, size_t n) {
    SUCCEED(cudaGetLastError());
    SUCCEED(cudaDeviceSynchronize());
    SUCCEED(cudaMemcpy(host, device, n * sizeof(T), cudaMemcpyDeviceToHost));
    SUCCEED(cudaFree(device));
}
