// What programs ask before they work: devices, attributes, limits, memory; and an error that is provoked and read.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void nothing() {}

int main() {
    int devices = 0, device = -1, warp = 0, version = 0;
    check(cudaGetDeviceCount(&devices));
    check(cudaSetDevice(0));
    check(cudaGetDevice(&device));
    check(cudaRuntimeGetVersion(&version));
    check(cudaDeviceGetAttribute(&warp, cudaDevAttrWarpSize, device));
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, device));
    size_t free_bytes = 0, total = 0;
    check(cudaMemGetInfo(&free_bytes, &total));
    if (devices < 1 || device != 0 || warp != 32 || properties.warpSize != 32 || free_bytes > total) return 1;
    if (properties.maxThreadsPerBlock != 1024 || strlen(properties.name) == 0) return 1;
    nothing<<<1, 1>>>();
    check(cudaGetLastError());
    void *pointer;
    check(cudaMalloc(&pointer, 100));
    cudaPointerAttributes attributes;
    check(cudaPointerGetAttributes(&attributes, pointer));
    if (attributes.type != cudaMemoryTypeDevice) return 1;
    check(cudaFree(pointer));
    if (cudaMalloc(&pointer, (size_t)1 << 60) != cudaErrorMemoryAllocation) return 1;
    if (cudaGetLastError() != cudaErrorMemoryAllocation || cudaGetLastError() != cudaSuccess) return 1;
    check(cudaDeviceSynchronize());
    check(cudaDeviceReset());
    return 0;
}
