// Layouts of wgmma's factors in shared memory, as TMA writes them and PTX ISA draws them: what the tests of descriptors and of products
// share.
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "simt/descriptor.h"
#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

enum { M = 64, STEPS = 2, A_BYTES = 8 << 10, B_BYTES = 32 << 10 };

struct layout {
    int span, turned;  // span 0: no swizzle
    int leading, stride;
};

// A tile of so many rows and STEPS times 32 bytes of k.
static inline struct layout layout_of(int rows, int kind) {
    static const int spans[4] = {128, 64, 32, 0};
    const int span = spans[kind % 4], turned = kind / 4;
    if (!span) return turned ? (struct layout){0, 1, 16 * rows, 128} : (struct layout){0, 0, 128, 2 * STEPS * 128};
    return turned ? (struct layout){span, 1, 16 * STEPS * span, 8 * span}
                  : (struct layout){span, 0, rows * span, 8 * span};
}

// TMA writes boxes of rows of `span` bytes, one box after another; the 16-byte pieces of a row change places with the row's number.
static inline int boxed(int line, int byte, int lines, int span) {
    const int box = byte / span, row = box * lines + line, period = 128 / span;  // rows in 128 bytes
    return row * span + ((byte % span / 16) ^ (row / period % (span / 16))) * 16 + byte % 16;
}

// Pieces of 8 lines of 16 bytes, beside each other at `beside`, below each other at `below`
static inline int pieces(int line, int byte, int beside, int below) {
    return line / 8 * below + byte / 16 * beside + line % 8 * 16 + byte % 16;
}

// Where byte `byte` of k of a row lies, of numbers of `size` bytes; turned: of 16-bit numbers.
static inline int place(struct layout l, int rows, int row, int byte) {
    const int k = byte / 2;
    if (l.turned && l.span) return boxed(k, 2 * row + byte % 2, 16 * STEPS, l.span);
    if (l.turned) return pieces(k, 2 * row + byte % 2, l.stride, l.leading);
    return l.span ? boxed(row, byte, rows, l.span) : pieces(row, byte, l.leading, l.stride);
}

static inline uint64_t bits_of(struct layout l, uint32_t address) {
    const uint64_t swizzle = l.span == 128 ? 1 : l.span == 64 ? 2 : l.span == 32 ? 3 : 0;
    return (address & 0x3ffff) >> 4 | (uint64_t)l.leading / 16 << 16 | (uint64_t)l.stride / 16 << 32 | swizzle << 62;
}

// Where the step begins, 32 bytes of k further each
static inline int step_start(struct layout l, int rows, int step) {
    if (l.turned) return l.span ? step * 2 * l.stride : step * 2 * l.leading;
    return l.span ? step * 32 / l.span * rows * l.span + step * 32 % l.span : step * 2 * l.leading;
}
