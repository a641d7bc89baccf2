// Copies to shared memory that go on beside the computation (CUDA C++ Programming Guide, "Asynchronous Data Copies"):
// the primitives. They are cp.async: async.c.
#pragma once
#include "cuda_runtime.h"

SIMT_INLINE void __pipeline_memcpy_async(void *shared, const void *global, std::size_t size, std::size_t zfill = 0) {
    if (size != 4 && size != 8 && size != 16) simt_unsupported("__pipeline_memcpy_async copies 4, 8 or 16 bytes");
    simt_cp_async(shared, global, static_cast<unsigned>(size), static_cast<unsigned>(size - zfill));
}
SIMT_INLINE void __pipeline_commit() { simt_cp_async_commit(); }
SIMT_INLINE void __pipeline_wait_prior(std::size_t groups) { simt_cp_async_wait(static_cast<int>(groups)); }
