// Memory, from C++: the templates of the host API, symbols, and loads and stores with a hint for the caches, which
// here are plain.
#pragma once
#include <cstddef>
#include <cstdint>

#include "../cuda_runtime_api.h"
#include "keywords.h"

// These stand in the caller, whose line the runtime remembers.
template <class T>
SIMT_INLINE cudaError_t cudaMalloc(T **pointer, std::size_t size) {
    return cudaMalloc(reinterpret_cast<void **>(pointer), size);
}
template <class T>
SIMT_INLINE cudaError_t cudaMallocAsync(T **pointer, std::size_t size, cudaStream_t stream) {
    return cudaMallocAsync(reinterpret_cast<void **>(pointer), size, stream);
}
template <class T>
SIMT_INLINE cudaError_t cudaMallocPitch(T **pointer, std::size_t *pitch, std::size_t width, std::size_t height) {
    return cudaMallocPitch(reinterpret_cast<void **>(pointer), pitch, width, height);
}
template <class T>
SIMT_INLINE cudaError_t cudaMallocHost(T **pointer, std::size_t size, unsigned = 0) {
    return cudaMallocHost(reinterpret_cast<void **>(pointer), size);
}
template <class T>
SIMT_INLINE cudaError_t cudaHostAlloc(T **pointer, std::size_t size, unsigned flags) {
    return cudaHostAlloc(reinterpret_cast<void **>(pointer), size, flags);
}
template <class T>
cudaError_t cudaMallocManaged(T **pointer, std::size_t size, unsigned flags = 1)
    SIMT_REFUSED("managed memory: use cudaMalloc and cudaMemcpy");

template <class T>
SIMT_INLINE cudaError_t cudaMemcpyToSymbol(const T &symbol, const void *from, std::size_t size, std::size_t offset = 0,
                                           cudaMemcpyKind kind = cudaMemcpyHostToDevice) {
    return cudaMemcpyToSymbol(static_cast<const void *>(&symbol), from, size, offset, kind);
}
template <class T>
SIMT_INLINE cudaError_t cudaMemcpyFromSymbol(void *to, const T &symbol, std::size_t size, std::size_t offset = 0,
                                             cudaMemcpyKind kind = cudaMemcpyDeviceToHost) {
    return cudaMemcpyFromSymbol(to, static_cast<const void *>(&symbol), size, offset, kind);
}
template <class T>
SIMT_INLINE cudaError_t cudaGetSymbolAddress(void **pointer, const T &symbol) {
    return cudaGetSymbolAddress(pointer, static_cast<const void *>(&symbol));
}
template <class T>
SIMT_INLINE cudaError_t cudaGetSymbolSize(std::size_t *size, const T &) {
    *size = sizeof(T);
    return cudaSuccess;
}

template <class... Parameters>
SIMT_INLINE cudaError_t cudaFuncSetAttribute(void (*kernel)(Parameters...), cudaFuncAttribute attribute, int value) {
    return cudaFuncSetAttribute(reinterpret_cast<const void *>(kernel), attribute, value);
}
template <class... Parameters>
SIMT_INLINE cudaError_t cudaFuncSetCacheConfig(void (*kernel)(Parameters...), cudaFuncCache config) {
    return cudaFuncSetCacheConfig(reinterpret_cast<const void *>(kernel), config);
}
template <class... Parameters>
SIMT_INLINE cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, void (*kernel)(Parameters...)) {
    return cudaFuncGetAttributes(attributes, reinterpret_cast<const void *>(kernel));
}
template <class... Parameters>
SIMT_INLINE cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void (*kernel)(Parameters...),
                                                                      int block_threads, std::size_t dynamic_shared) {
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(blocks, reinterpret_cast<const void *>(kernel), block_threads,
                                                         dynamic_shared);
}

// The largest block, in whole warps, of those with which a multiprocessor holds the most threads; and as many blocks as
// fill the device. shared_of: the dynamic shared memory of a block of so many threads.
template <class Kernel, class Shared>
cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMem(int *grid, int *block, Kernel kernel, Shared shared_of,
                                                           int limit = 0) {
    int most = 0, multiprocessors = 0;
    cudaError_t error = cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0);
    *grid = *block = 0;
    for (int threads = limit > 0 && limit < 1024 ? limit / 32 * 32 : 1024; threads > 0 && !error; threads -= 32) {
        int blocks = 0;
        error = cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, threads, shared_of(threads));
        if (blocks * threads <= most) continue;
        most = blocks * threads;
        *block = threads;
        *grid = blocks * multiprocessors;
    }
    return error;
}
template <class Kernel>
cudaError_t cudaOccupancyMaxPotentialBlockSize(int *grid, int *block, Kernel kernel, std::size_t shared = 0,
                                               int limit = 0) {
    return cudaOccupancyMaxPotentialBlockSizeVariableSMem(
        grid, block, kernel, [=](int) { return shared; }, limit);
}

template <class T>
SIMT_INLINE T __ldg(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE T __ldca(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE T __ldcg(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE T __ldcs(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE T __ldlu(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE T __ldcv(const T *p) {
    return *p;
}
template <class T>
SIMT_INLINE void __stwb(T *p, T value) {
    *p = value;
}
template <class T>
SIMT_INLINE void __stcg(T *p, T value) {
    *p = value;
}
template <class T>
SIMT_INLINE void __stcs(T *p, T value) {
    *p = value;
}
template <class T>
SIMT_INLINE void __stwt(T *p, T value) {
    *p = value;
}

// An address of shared memory as instructions take it. It is only good for descriptors and for the course's wrappers (ptx.h):
// there is no assembly here.
SIMT_INLINE std::size_t __cvta_generic_to_shared(const void *p) { return simt_shared_address(p); }
SIMT_INLINE void *__cvta_shared_to_generic(std::size_t address) {
    return simt_shared_pointer(static_cast<std::uint32_t>(address));
}
SIMT_INLINE std::size_t __cvta_generic_to_global(const void *p) { return reinterpret_cast<std::size_t>(p); }

// ---- textures -------------------------------------------------------------------------------------------------------
typedef unsigned long long cudaTextureObject_t;
typedef unsigned long long cudaSurfaceObject_t;
#define SIMT_NO_TEXTURES SIMT_REFUSED("textures and surfaces: read the array through a pointer")
template <class T>
T tex1Dfetch(cudaTextureObject_t texture, int x) SIMT_NO_TEXTURES;
template <class T>
T tex1D(cudaTextureObject_t texture, float x) SIMT_NO_TEXTURES;
template <class T>
T tex2D(cudaTextureObject_t texture, float x, float y) SIMT_NO_TEXTURES;
template <class T>
T tex3D(cudaTextureObject_t texture, float x, float y, float z) SIMT_NO_TEXTURES;
template <class... Any>
cudaError_t cudaCreateTextureObject(Any...) SIMT_NO_TEXTURES;
template <class... Any>
cudaError_t cudaCreateSurfaceObject(Any...) SIMT_NO_TEXTURES;
template <class... Any>
cudaError_t cudaMallocArray(Any...) SIMT_NO_TEXTURES;
#undef SIMT_NO_TEXTURES
