// Matrices in shared memory as wgmma is told of them: descriptor.c finds their bytes, product.c multiplies, wgmma.c says when.
#pragma once
#include "simt/hopper.h"

// ---- descriptor.c: PTX ISA, "Matrix Descriptor Format" --------------------------------------------------------------
struct descriptor {
    uint32_t start, leading, stride;  // bytes; start: an address of 18 bits
    unsigned base;                    // base offset: which row of the swizzle's pattern the start is
    unsigned span;                    // of the swizzle: 128, 64, 32 bytes, 0: none
    uint64_t reserved;                // bits that mean nothing, where they stand
};
struct descriptor descriptor_fields(uint64_t bits);

// Which matrix: rows (M or N) of 32 bytes of k; turned: 16-bit numbers, 16 k's of `rows` numbers
enum { CHUNK = 16, MOST_CHUNKS = 2 * 256 };
struct tile {
    uint64_t key;  // what it was made of
    int rows;
    bool turned;
    int chunks;  // pieces of 16 bytes, which every layout keeps together
    int32_t at
        [MOST_CHUNKS];  // of bytes 16 (i % 2) of row i / 2; turned: of numbers 8 (i % (rows / 8)) of k = i / (rows / 8).
                        // From the start address, may be negative
    int32_t lowest, end;  // of them all
    int lowest_chunk, last_chunk;
    int twice[2];  // two chunks at one place; twice[1] 0: there are none
    int ranges;    // the same bytes, sorted, and joined where they touch
    struct {
        int32_t at, size;
    } range[MOST_CHUNKS];
};
// Where the bytes lie: kept for the next time, and so to be used at once.
const struct tile *descriptor_tile(uint64_t bits, int rows, bool turned);
// The start in the memory of block `rank`. Finds what is wrong with the descriptor; 0: not all bytes lie in one variable.
// name: "A", "B"
uintptr_t descriptor_start(uint64_t bits, const struct tile *tile, const char *name, int rank, uint32_t pc);
