// Where a tile's bytes lie so that no two rows meet in a bank.
//
// Shared memory has 32 banks of 4 bytes: 128 bytes side by side. In a tile with rows of 128 bytes, 16 bytes at the same place of
// 8 rows (what ldmatrix reads, and wgmma) would all lie in the same 4 banks, and be read one after another. So the 16-byte
// chunks of a row are exchanged, in each row of eight in another way: chunk c of row r is kept at place c ^ (r % 8).
//
//     row 0    0 1 2 3 4 5 6 7        rows of 128 bytes, 8 chunks of 16 in each; the number says which chunk is kept there.
//     row 1    1 0 3 2 5 4 7 6        Any column of the picture has each number once: all 8 rows' chunk 0 lie in
//     row 2    2 3 0 1 6 7 4 5        different banks. An exclusive or is its own inverse: who reads asks the same
//     row 3    3 2 1 0 7 6 5 4        function.
//     ...
//
// Narrower rows need less. With rows of 64 bytes two rows fill the banks once, so every second row changes: c ^ (r / 2 % 4).
// With 32 bytes: c ^ (r / 4 % 2). Written by the byte's offset it is the same for all three: bits 4, 5, 6 of the offset (the
// first 1, 2 or 3 of them: which chunk of the row) take in bits 7, 8, 9 (which of the 128-byte lines of the pattern).
//
//     offset   ... 9 8 7 | 6 5 4 | 3 2 1 0          span 128: bits 4-6 ^= bits 7-9     64: 4-5 ^= 7-8     32: 4 ^= 7
//                  line    chunk   byte of the chunk
//
// TMA and wgmma do this by themselves (PTX ISA, "Tensors", "Swizzling Modes"), and they go by the address itself: a
// buffer has to begin where the pattern does, at a multiple of 1024.
#pragma once
#include "24-tensor-cores/gemm.h"
#include "common/todo.cuh"

ON_BOTH inline int swizzle_place(int offset, int span) {
    // TODO 24.2 swizzle_place: the number of the 128-byte line, cut to as many bits as a row has chunks, onto the chunk
    todo("24.2 swizzle_place");
}
