// What the tests of the simulator's engine share: launching a C function as a kernel, and looking at what was found.
#pragma once
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

#define HERE (line[0] = __LINE__)
#define THERE (line[1] = __LINE__)

static int line[2];  // of the calls that findings are to name
static int counted[4096];
static int result[2048];

static inline int id(void) {
    const struct uint3 i = simt_thread_index(), n = simt_block_size();
    return (int)(i.x + n.x * (i.y + n.y * i.z));
}

static inline int launch(void (*kernel)(void *), struct uint3 grid, struct uint3 block) {
    simt_quiet(true);
    const struct simt_config config = {.grid = grid, .block = block};
    simt_run("kernel", &config, kernel, NULL);
    return simt_launch(-1)->error;
}

static inline int launch1(void (*kernel)(void *), unsigned blocks, unsigned threads) {
    return launch(kernel, (struct uint3){blocks, 1, 1}, (struct uint3){threads, 1, 1});
}

// A cluster of so many blocks; 0: as the kernel says. dynamic: bytes of shared memory.
static inline int launch_clusters(void (*kernel)(void *), unsigned blocks, unsigned threads, unsigned cluster,
                                  size_t dynamic) {
    simt_quiet(true);
    const struct simt_config config = {
        .grid = {blocks, 1, 1}, .block = {threads, 1, 1}, .shared = dynamic, .cluster = {cluster, 1, 1}};
    simt_run("kernel", &config, kernel, NULL);
    return simt_launch(-1)->error;
}

static inline void check_none(void) {
    cr_assert_eq(simt_finding_count(), 0, "%s", simt_finding_count() ? simt_finding(0)->what : "");
}

// One finding of this kind at line[0], and line[1] if that is set.
static inline const struct simt_finding *check_found(enum simt_kind kind) {
    cr_assert_eq(simt_finding_count(), 1, "%d findings: %s", simt_finding_count(),
                 simt_finding_count() > 1 ? simt_finding(1)->what : "");
    const struct simt_finding *f = simt_finding(0);
    cr_assert_eq(f->kind, kind, "%s: %s", simt_kind_name(f->kind), f->what);
    cr_assert_eq(f->place.line, line[0], "line %d, expected %d: %s", f->place.line, line[0], f->what);
    if (line[1]) cr_assert_eq(f->other.line, line[1], "line %d, expected %d: %s", f->other.line, line[1], f->what);
    return f;
}
