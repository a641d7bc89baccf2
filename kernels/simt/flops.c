// Arithmetic, counted by basic blocks: the compiler calls __sanitizer_cov_trace_pc at the start of each
// (-fsanitize-coverage=trace-pc). How often a block ran is counted here, what is in it comes from blocks.c.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "simt/runtime.h"

extern char __executable_start[], etext[];  // of the linker: where the program's code lies
void __sanitizer_cov_trace_pc(void);

static struct {
    uint64_t *times;  // by return address, from __executable_start on; NULL: nothing is counted
    uint64_t *memory;
    size_t size;
    uint32_t *block;  // those that ran in this launch
    int blocks, room;
    uint64_t tensor;
    uint32_t last[MAX_THREADS];  // the block that each thread is in
} flops;

static __attribute__((noinline)) void first_time(size_t at) {
    if (flops.blocks == flops.room) {
        flops.room = flops.room ? 2 * flops.room : 256;
        flops.block = realloc(flops.block, (size_t)flops.room * sizeof *flops.block);
        if (!flops.block) abort();
    }
    flops.block[flops.blocks++] = (uint32_t)at;
}

void __sanitizer_cov_trace_pc(void) {
    if (!simt_self) return;
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    if (__builtin_expect(simt_late, 0)) simt_late_at(pc);
    if (!flops.times) return;
    const size_t at = (size_t)((char *)__builtin_return_address(0) - __executable_start);
    if (at < flops.size && flops.times[at]++ == 0) first_time(at);
    const int thread = simt_self->id;
    const uint32_t last = flops.last[thread];
    flops.last[thread] = pc;
    if (pc <= last) event_access(thread % WARP, pc, EVENT_LOOP, false, 0, last);
}

void flops_begin_launch(void) {
    flops.size = (uintptr_t)etext - (uintptr_t)__executable_start;
    if (!flops.memory) {  // mostly zero, and zero pages cost nothing
        flops.memory = mmap(NULL, flops.size * sizeof *flops.memory, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (flops.memory == MAP_FAILED) abort();
    }
    flops.times = simt_counting ? flops.memory : NULL;
    flops.tensor = 0;
}

void flops_begin_block(void) {
    memset(flops.last, 0, sizeof flops.last);  // every thread begins at the top
}

struct flops_count *flops_end_launch(struct simt_counters *counters, int *blocks) {
    struct flops_count *count = malloc((size_t)(flops.blocks + 1) * sizeof *count);
    if (!count) abort();
    for (int i = 0; i < flops.blocks; i++) {
        uint64_t *times = &flops.memory[flops.block[i]];
        count[i] = (struct flops_count){(uint32_t)(uintptr_t)(__executable_start + flops.block[i]), *times};
        *times = 0;
    }
    *blocks = flops.blocks;
    flops.blocks = 0;
    flops.times = NULL;
    counters->tensor_flops = flops.tensor;
    return count;
}

void flops_tensor(uint64_t n) {
    flops.tensor += n;
}

void flops_resolve(struct simt_counters *counters, const struct flops_count *count, int n) {
    uint32_t *start = calloc((size_t)n + 1, sizeof *start);
    struct block_flops *block = calloc((size_t)n + 1, sizeof *block);
    if (!start || !block) abort();
    for (int i = 0; i < n; i++) start[i] = count[i].block;
    blocks_flops(block, start, n);
    counters->flops = counters->special = 0;
    for (int i = 0; i < n; i++) {
        counters->flops += count[i].times * block[i].flops;
        counters->special += count[i].times * block[i].special;
    }
    free(start), free(block);
}
