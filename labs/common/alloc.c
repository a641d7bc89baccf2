// Memory that is zeroed and never NULL.
#include <stdlib.h>

#include "common/common.h"

void *alloc_zeroed(size_t count, size_t size) {
    void *memory = calloc(count > 0 ? count : 1, size);  // calloc itself refuses a product that overflows
    if (!memory)
        die("no memory for %zu objects of %zu bytes. Close other programs, or choose smaller sizes.", count, size);
    return memory;
}

float *alloc_floats(size_t count) {
    return alloc_zeroed(count, sizeof(float));
}

double *alloc_doubles(size_t count) {
    return alloc_zeroed(count, sizeof(double));
}
