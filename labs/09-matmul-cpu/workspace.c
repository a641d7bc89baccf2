// Memory for panels. One piece, not two: the C library gives a large piece back to the system when it is freed, unless
// as large a one was freed before, and fresh pages cost a few percent of a product's time.
#include <stdlib.h>

#include "09-matmul-cpu/matmul.h"

enum { LINE = 16 };  // floats in a cache line of 64 bytes

struct matmul_workspace alloc_workspace(size_t a_floats, size_t b_floats) {
    size_t most = SIZE_MAX / sizeof(float) / 4;
    size_t a_lines = (a_floats + LINE - 1) / LINE, b_lines = (b_floats + LINE - 1) / LINE;
    float *panels = a_floats < most && b_floats < most ? aligned_alloc(64, (a_lines + b_lines) * 64) : NULL;
    if (!panels) die("no memory for panels of %zu and %zu floats. Close other programs.", a_floats, b_floats);
    return (struct matmul_workspace){panels, panels + a_lines * LINE};
}
