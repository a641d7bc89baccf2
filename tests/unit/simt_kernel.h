// What the tests of the simulator's memory share: device arrays, and kernels in C that call what a compiler and the headers
// of a .cu file call.
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

void __tsan_init(void);
void __tsan_read1(void *p), __tsan_read2(void *p), __tsan_read4(void *p), __tsan_read8(void *p), __tsan_read16(void *p);
void __tsan_write1(void *p), __tsan_write2(void *p), __tsan_write4(void *p), __tsan_write16(void *p);
void __tsan_volatile_read4(void *p), __tsan_volatile_write4(void *p);
void __tsan_unaligned_read8(void *p), __tsan_read_range(void *p, size_t size);

enum { N = 1000 };
static float *x, *y;  // device arrays of N floats
static int *counter;  // one on the device

static inline int tid(void) {
    return (int)simt_thread_index().x;
}
static inline int bid(void) {
    return (int)simt_block_index().x;
}

static inline float *shared(int id, size_t floats) {
    return simt_shared_variable("tile.cu", 7, id, 4 * floats, 4, id ? "other" : "tile");
}

// ---- accesses, each with its hook before it -----------------------------------------------------------------------------
#define LOAD(p) (__tsan_read4(p), *(volatile __typeof__(*(p)) *)(p))
#define STORE(p, value) (__tsan_write4(p), *(p) = (value))
#define ADD(p, value) (simt_atomic(p, 4), (*(p) += (value)) - (value))
#define BARRIER() simt_barrier(__LINE__, 0, 0)

// After cudaMalloc of x, y and counter: each file does that itself, so that findings name a line of it.
static inline void clear_all(void) {
    simt_quiet(true);
    cudaMemset(x, 0, N * sizeof *x);
    cudaMemset(y, 0, N * sizeof *y);
    cudaMemset(counter, 0, sizeof *counter);
}

static inline int run(void (*kernel)(void *), unsigned blocks, unsigned threads) {
    const struct simt_config config = {.grid = {blocks, 1, 1}, .block = {threads, 1, 1}};
    simt_run("kernel", &config, kernel, NULL);
    return simt_launch(-1)->error;
}

static inline void check_none(const char *what) {
    cr_assert_eq(simt_finding_count(), 0, "%s: %s", what,
                 simt_finding_count() ? simt_finding(simt_finding_count() - 1)->what : "");
}

// Some finding of this kind says `words`.
static inline const struct simt_finding *check_found(enum simt_kind kind, const char *words) {
    for (int i = 0; i < simt_finding_count(); i++) {
        const struct simt_finding *f = simt_finding(i);
        if (f->kind == kind && strstr(f->what, words)) return f;
    }
    cr_assert_fail("no %s with \"%s\", but %d: %s", simt_kind_name(kind), words, simt_finding_count(),
                   simt_finding_count() ? simt_finding(0)->what : "");
    return NULL;
}
