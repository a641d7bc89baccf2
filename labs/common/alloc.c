// Memory that is zeroed, aligned to a cache line, and never NULL.
#define _DEFAULT_SOURCE  // for madvise
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/common.h"

// Linux maps memory in pages of 4 KiB, and a processor remembers where some thousand of them are. Looking up the others
// costs a training step some percent: this asks for large pages where whole ones, of 2 MiB, lie in `memory`.
static void ask_for_large_pages(void *memory, size_t bytes) {
#ifdef MADV_HUGEPAGE
    enum { LARGE_PAGE = 2 << 20 };
    size_t before = -(uintptr_t)memory % LARGE_PAGE;
    if (bytes >= before + LARGE_PAGE)  // if Linux says no, small pages do, too
        madvise((char *)memory + before, (bytes - before) / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
#else
    (void)memory, (void)bytes;
#endif
}

void *alloc_zeroed(size_t count, size_t size) {
    enum { LINE = 64 };  // a vector load that crosses two cache lines costs twice
    size_t bytes;
    void *memory;
    if (__builtin_mul_overflow(count > 0 ? count : 1, size, &bytes) || posix_memalign(&memory, LINE, bytes) != 0)
        die("no memory for %zu objects of %zu bytes. Close other programs, or choose smaller sizes.", count, size);
    ask_for_large_pages(memory, bytes);
    return memset(memory, 0, bytes);
}

float *alloc_floats(size_t count) {
    return alloc_zeroed(count, sizeof(float));
}

double *alloc_doubles(size_t count) {
    return alloc_zeroed(count, sizeof(double));
}
