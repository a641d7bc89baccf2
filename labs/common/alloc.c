// Memory that is zeroed, aligned to a cache line, and never NULL.
#define _POSIX_C_SOURCE 200112L
#include <stdlib.h>
#include <string.h>

#include "common/common.h"

void *alloc_zeroed(size_t count, size_t size) {
    enum { LINE = 64 };  // a vector load that crosses two cache lines costs twice
    size_t bytes;
    void *memory;
    if (__builtin_mul_overflow(count > 0 ? count : 1, size, &bytes) || posix_memalign(&memory, LINE, bytes) != 0)
        die("no memory for %zu objects of %zu bytes. Close other programs, or choose smaller sizes.", count, size);
    return memset(memory, 0, bytes);
}

float *alloc_floats(size_t count) {
    return alloc_zeroed(count, sizeof(float));
}

double *alloc_doubles(size_t count) {
    return alloc_zeroed(count, sizeof(double));
}
