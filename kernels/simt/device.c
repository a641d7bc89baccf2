// The device that programs are told about: one that does not exist, with the limits of an H100 (compute capability 9.0;
// CUDA Programming Guide, "Compute Capabilities").
#include <string.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

static const struct cudaDeviceProp model = {
    .name = "Daybreak simulator",
    .uuid = {"daybreak simt 1"},
    .sharedMemPerBlock = 48 << 10,
    .regsPerBlock = 64 << 10,
    .warpSize = WARP,
    .memPitch = 0x7fffffff,
    .maxThreadsPerBlock = MAX_THREADS,
    .maxThreadsDim = {1024, 1024, 64},
    .maxGridSize = {0x7fffffff, 65535, 65535},
    .totalConstMem = 64 << 10,
    .major = 9,
    .minor = 0,
    .multiProcessorCount = 132,
    .unifiedAddressing = 1,
    .memoryBusWidth = 5120,
    .l2CacheSize = 50 << 20,
    .maxThreadsPerMultiProcessor = 2048,
    .globalL1CacheSupported = 1,
    .localL1CacheSupported = 1,
    .sharedMemPerMultiprocessor = 228 << 10,
    .regsPerMultiprocessor = 64 << 10,
    .sharedMemPerBlockOptin = 227 << 10,
    .maxBlocksPerMultiProcessor = 32,
    .reservedSharedMemPerBlock = 1 << 10,
    .memoryPoolsSupported = 1,
};

#define CALLER ((uint32_t)(uintptr_t)__builtin_return_address(0))

static int check_device(int number, const char *call, uint32_t pc) {
    if (api_sticky()) return api_sticky();
    if (number == 0) return cudaSuccess;
    return api_misuse(cudaErrorInvalidDevice, pc, "%s: device %d, and there is only device 0", call, number);
}

cudaError_t cudaGetDeviceCount(int *count) {
    *count = 1;
    return api_sticky();
}

cudaError_t cudaGetDevice(int *device) {
    *device = 0;
    return api_sticky();
}

cudaError_t cudaSetDevice(int device) {
    return check_device(device, "cudaSetDevice", CALLER);
}

cudaError_t cudaSetDeviceFlags(unsigned flags) {
    (void)flags;
    return api_sticky();
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device) {
    const int error = check_device(device, "cudaGetDeviceProperties", CALLER);
    if (error != cudaSuccess) return error;
    *properties = model;
    size_t unused;
    return cudaMemGetInfo(&unused, &properties->totalGlobalMem);
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
    const int error = check_device(device, "cudaDeviceGetAttribute", CALLER);
    if (error != cudaSuccess) return error;
    switch (attribute) {
        case cudaDevAttrMaxThreadsPerBlock:
            *value = model.maxThreadsPerBlock;
            break;
        case cudaDevAttrMaxBlockDimX:
            *value = model.maxThreadsDim[0];
            break;
        case cudaDevAttrMaxBlockDimY:
            *value = model.maxThreadsDim[1];
            break;
        case cudaDevAttrMaxBlockDimZ:
            *value = model.maxThreadsDim[2];
            break;
        case cudaDevAttrMaxGridDimX:
            *value = model.maxGridSize[0];
            break;
        case cudaDevAttrMaxGridDimY:
            *value = model.maxGridSize[1];
            break;
        case cudaDevAttrMaxGridDimZ:
            *value = model.maxGridSize[2];
            break;
        case cudaDevAttrMaxSharedMemoryPerBlock:
            *value = (int)model.sharedMemPerBlock;
            break;
        case cudaDevAttrTotalConstantMemory:
            *value = (int)model.totalConstMem;
            break;
        case cudaDevAttrWarpSize:
            *value = model.warpSize;
            break;
        case cudaDevAttrMaxRegistersPerBlock:
            *value = model.regsPerBlock;
            break;
        case cudaDevAttrClockRate:
            *value = 1980000;
            break;  // kHz
        case cudaDevAttrMultiProcessorCount:
            *value = model.multiProcessorCount;
            break;
        case cudaDevAttrMemoryClockRate:
            *value = 2619000;
            break;  // kHz
        case cudaDevAttrGlobalMemoryBusWidth:
            *value = model.memoryBusWidth;
            break;
        case cudaDevAttrL2CacheSize:
            *value = model.l2CacheSize;
            break;
        case cudaDevAttrMaxThreadsPerMultiProcessor:
            *value = model.maxThreadsPerMultiProcessor;
            break;
        case cudaDevAttrComputeCapabilityMajor:
            *value = model.major;
            break;
        case cudaDevAttrComputeCapabilityMinor:
            *value = model.minor;
            break;
        case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
            *value = (int)model.sharedMemPerMultiprocessor;
            break;
        case cudaDevAttrMaxRegistersPerMultiprocessor:
            *value = model.regsPerMultiprocessor;
            break;
        case cudaDevAttrMaxSharedMemoryPerBlockOptin:
            *value = (int)model.sharedMemPerBlockOptin;
            break;
        case cudaDevAttrMaxBlocksPerMultiprocessor:
            *value = model.maxBlocksPerMultiProcessor;
            break;
        case cudaDevAttrMemoryPoolsSupported:
            *value = model.memoryPoolsSupported;
            break;
        case cudaDevAttrConcurrentKernels:
        case cudaDevAttrConcurrentManagedAccess:
        case cudaDevAttrCooperativeLaunch:
            *value = 0;
            break;
        default:
            return api_misuse(cudaErrorInvalidValue, CALLER, "cudaDeviceGetAttribute: unknown attribute %d",
                              (int)attribute);
    }
    return cudaSuccess;
}

// Limits and caches that the simulator does not have.
cudaError_t cudaDeviceGetLimit(size_t *value, enum cudaLimit limit) {
    *value = limit == cudaLimitStackSize ? STACK_SIZE - 8192 : limit == cudaLimitPrintfFifoSize ? 1 << 20 : 8 << 20;
    return api_sticky();
}

cudaError_t cudaDeviceSetLimit(enum cudaLimit limit, size_t value) {
    (void)limit, (void)value;
    return api_sticky();
}

cudaError_t cudaDeviceSetCacheConfig(enum cudaFuncCache config) {
    (void)config;
    return api_sticky();
}

cudaError_t cudaFuncSetCacheConfig(const void *kernel, enum cudaFuncCache config) {
    (void)kernel, (void)config;
    return api_sticky();
}

cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *attributes, const void *kernel) {
    (void)kernel;
    *attributes = (struct cudaFuncAttributes){.maxThreadsPerBlock = MAX_THREADS,
                                              .binaryVersion = 90,
                                              .ptxVersion = 90,
                                              .maxDynamicSharedSizeBytes = (int)model.sharedMemPerBlock};
    return api_sticky();
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *kernel, int block_threads,
                                                          size_t dynamic_shared) {
    (void)kernel;
    if (api_sticky()) return api_sticky();
    struct simt_occupancy occupancy;
    if (block_threads < 1 || block_threads > MAX_THREADS)
        return api_misuse(cudaErrorInvalidValue, CALLER,
                          "cudaOccupancyMaxActiveBlocksPerMultiprocessor: blocks of %d threads", block_threads);
    *blocks = simt_occupancy(&occupancy, "sm_90", block_threads, 0, dynamic_shared);
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaProfilerStart(void) {
    return api_sticky();
}

cudaError_t cudaProfilerStop(void) {
    return api_sticky();
}
