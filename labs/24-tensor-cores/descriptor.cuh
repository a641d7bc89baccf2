// What wgmma is told about a tile in shared memory: 64 bits (PTX ISA, "Matrix Descriptor Format").
//
//     63 62     51 49       45      32     29      16     13       0
//     [swizzle].[base offset].[stride ].....[leading ].....[address ]      address, leading, stride: in units of 16 bytes, 14 bits
//
// Of the address only bits 4 to 17 go in. In a cluster the block's rank stands above them, and would end up in `leading`.
// swizzle: 0 none, 1 rows of 128 bytes, 2 of 64, 3 of 32. base offset: 0 for tiles that begin where the swizzle's pattern does.
//
// For the tiles of the ladder, rows of 64 numbers along k (128 bytes), swizzled, 8 rows are one pattern of 1024 bytes, and
// `stride` is the way to the next 8 rows: 1024. `leading` is not used there; it is set to 16 bytes by habit. In tiles of other
// forms (without a swizzle; or with M or N in a row) both are used, and each means something else: see rung 23 and PTX ISA,
// "Strides".
//
// A wrong descriptor is no error on a GPU. It gives plausible numbers. So test with data in which each number is different.
#pragma once
#include "24-tensor-cores/gemm.h"
#include "common/todo.cuh"

ON_BOTH inline uint64_t matrix_descriptor(uint32_t shared_address, int leading, int stride, int span) {
    // TODO 24.6 matrix_descriptor: three numbers divided by 16 at bits 0, 16, 32, and the swizzle's code at bit 62
    todo("24.6 matrix_descriptor");
}
