// Where a thread stands: threadIdx, blockIdx, blockDim, gridDim. They are objects, not macros, so that host code may
// have variables of these names (`dim3 blockDim(16, 16);` is common). g++ reads them as constants, which stay in
// registers and get no hooks; clang++ (-fdeclspec) makes each member a call of a pure function.
#pragma once
#include "../cuda_runtime_api.h"
#include "abi.h"
#include "keywords.h"

#ifdef __clang__
namespace simt {
template <uint3 (*get)()>
struct index {
    static constexpr uint3 (*simt_get)() = get;
    __declspec(property(get = get_x)) unsigned x;
    __declspec(property(get = get_y)) unsigned y;
    __declspec(property(get = get_z)) unsigned z;
    SIMT_INLINE unsigned get_x() const { return get().x; }
    SIMT_INLINE unsigned get_y() const { return get().y; }
    SIMT_INLINE unsigned get_z() const { return get().z; }
    SIMT_INLINE operator uint3() const { return get(); }
};
template <uint3 (*get)()>
struct size {
    __declspec(property(get = get_x)) unsigned x;
    __declspec(property(get = get_y)) unsigned y;
    __declspec(property(get = get_z)) unsigned z;
    SIMT_INLINE unsigned get_x() const { return get().x; }
    SIMT_INLINE unsigned get_y() const { return get().y; }
    SIMT_INLINE unsigned get_z() const { return get().z; }
    SIMT_INLINE operator dim3() const { return get(); }
};
}  // namespace simt
extern const simt::index<simt_thread_index> threadIdx;
extern const simt::index<simt_block_index> blockIdx;
extern const simt::size<simt_block_size> blockDim;
extern const simt::size<simt_grid_size> gridDim;
#else
namespace simt {
struct size {  // without a constructor: only then does g++ take it for a constant
    unsigned x, y, z;
    SIMT_INLINE operator dim3() const { return dim3(x, y, z); }
};
}  // namespace simt
extern "C" {
extern const uint3 threadIdx __asm__("simt_thread");
extern const uint3 blockIdx __asm__("simt_block");
extern const simt::size blockDim __asm__("simt_block_dim");
extern const simt::size gridDim __asm__("simt_grid_dim");
}
#endif

constexpr int warpSize = 32;
