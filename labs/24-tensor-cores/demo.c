#include "24-tensor-cores/demo.h"

#include <cuda_runtime_api.h>
#include <math.h>
#include <string.h>

#include "common/common.h"

void must(int error, const char *what) {
    if (error != cudaSuccess) die("%s: %s", what, cudaGetErrorString((cudaError_t)error));
}

double from_bf16(uint16_t bits) {
    uint32_t whole = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &whole, sizeof x);
    return x;
}

uint16_t to_bf16(float x) {
    uint32_t whole;
    memcpy(&whole, &x, sizeof whole);
    return (uint16_t)((whole + 0x7fff + (whole >> 16 & 1)) >> 16);
}

void *device_copy(const void *host, size_t bytes) {
    void *device = NULL;
    must(cudaMalloc(&device, bytes), "memory for a matrix");
    must(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), "copying a matrix");
    return device;
}

double relative_error(const double *got, const double *want, int n) {
    double error = 0, size = 0;
    for (int i = 0; i < n; i++) {
        error += (got[i] - want[i]) * (got[i] - want[i]);
        size += want[i] * want[i];
    }
    return isfinite(error) ? sqrt(error / size) : INFINITY;
}
