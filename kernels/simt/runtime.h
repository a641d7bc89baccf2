// How the simulator's parts speak to each other. A section per file; what a .cu file calls is in include/simt/abi.h, what
// programs may ask in simt.h. One process, one host thread, one kernel at a time; the runtime itself is never instrumented.
//
// A launch runs block after block; a block runs warp after warp; a warp runs lane after lane, each lane on a stack of its own
// (a fiber) until it ends, waits at a barrier, or waits for its warp. Nothing depends on time, so every run is the same.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simt.h"
#include "include/simt/abi.h"

enum { WARP = 32, MAX_THREADS = 1024, MAX_WARPS = MAX_THREADS / WARP };

// ---- places: an address tells by itself what it is ------------------------------------------------------------------
#define HEAP_BASE 0x200000000000ull  // cudaMalloc; no access while host code runs
#define HEAP_SIZE (256ull << 30)     // reserved, not used: wide gaps lie between allocations
#define SHARED_BASE 0x250000000000ull
#define SHARED_SIZE (16ull << 20)  // variables of a block lie far apart, at the banks where a GPU has them
#define STACK_BASE 0x260000000000ull
#define STACK_SIZE (64ull << 10)  // of one thread; its lowest page is a guard

// ---- fiber.c: stacks that are switched ------------------------------------------------------------------------------
struct fiber {
    void *top;  // saved stack pointer while it does not run
};
void fiber_make(struct fiber *f, int slot, void (*entry)(void));  // slot 0..MAX_THREADS-1: which stack
void fiber_switch(struct fiber *from, struct fiber *to);

// ---- launch.c: grid, blocks, barriers -------------------------------------------------------------------------------
enum state { READY, AT_BARRIER, AT_WARP, AT_PAUSE, ENDED };
struct thread {
    struct fiber fiber;
    enum state state;
    int id;  // in its block: x + size.x * (y + size.y * z)
    struct uint3 index;
    uint32_t pc;       // where it waits: the caller's return address
    int site;          // AT_BARRIER: which __syncthreads
    unsigned mask;     // AT_WARP: the lanes it waits for
    void *argument;    // AT_WARP: of the collective
    void (*all)(void **arguments, unsigned lanes);
    const char *name;  // AT_WARP: "__shfl_sync"
};
struct launch {  // the one that runs
    const char *kernel;
    struct simt_config config;
    int threads, warps;
    struct uint3 block;  // the block that runs
    struct thread thread[MAX_THREADS];
    bool killed;  // by a fault, a deadlock, an assert, a time limit: no thread goes on
    int error;    // the cudaError_t that a killed launch leaves
};
extern struct launch simt_now;
extern struct thread *simt_self;  // the thread that runs; NULL in host code and while the runtime works
void simt_yield(enum state state);  // in a thread: to the scheduler; comes back when it is its turn again
void simt_pause(void);              // in a thread: lets the other lanes of its warp catch up (events.c: a full log)
_Noreturn void simt_kill(int error);  // in a thread: ends the launch
void simt_index_of(unsigned index[3], int thread);  // thread's id as coordinates

// ---- warp.c ---------------------------------------------------------------------------------------------------------
void warp_run(int warp);  // until every lane of it has ended or waits at a barrier

// ---- heap.c: cudaMalloc and what lies there -------------------------------------------------------------------------
struct allocation {
    uintptr_t start;
    size_t size;
    uint32_t pc;  // of the cudaMalloc
    bool live;
    struct shadow *shadow;  // shadow.c
};
struct allocation *heap_find(uintptr_t address);      // that holds this byte, live or freed; NULL: none
struct allocation *heap_nearest(uintptr_t address);   // for messages; NULL: there is none at all
void heap_open(void);   // kernels and cudaMemcpy may touch it
void heap_close(void);  // host code may not

// ---- shared.c: a block's shared memory ------------------------------------------------------------------------------
struct shared_variable {
    const char *name;
    size_t start, size;  // start: from SHARED_BASE
    struct simt_place declared;
};
void shared_begin_launch(size_t dynamic);
size_t shared_static_size(void);  // as a GPU would lay it out
const struct shared_variable *shared_find(uintptr_t address);     // NULL: between variables
const struct shared_variable *shared_nearest(uintptr_t address);  // for messages

// ---- shadow.c: who touched what last --------------------------------------------------------------------------------
void shadow_begin_launch(void);
void shadow_begin_block(void);
void shadow_barrier(void);                       // all threads of the block have met
void shadow_syncwarp(int warp, unsigned lanes);  // these lanes have met
void shadow_fence(int thread);
// cp.async and its like: the bytes are on their way (no one may touch them), and have arrived
void shadow_pending(uintptr_t to, size_t size, uint32_t pc);
void shadow_landed(uintptr_t to, size_t size, uint32_t pc);
void shadow_host_wrote(uintptr_t to, size_t size);  // cudaMemcpy, cudaMemset
// how many bytes of device memory no one ever wrote; *first: the first of them
size_t shadow_never_written(uintptr_t from, size_t size, size_t *first);

// ---- hooks.c: every load and store of a kernel ----------------------------------------------------------------------
enum { ACCESS_WRITE = 1, ACCESS_ATOMIC = 2 };  // an atomic has both bits
void simt_access(uintptr_t address, unsigned size, int how, uint32_t pc);
extern bool simt_instrumented;  // the program was compiled with hooks

// ---- events.c, traffic.c: requests, sectors, wavefronts -------------------------------------------------------------
extern bool simt_counting;  // SIMT_COUNTERS=0 switches counting off
void event_access(int lane, uint32_t pc, int how, bool shared, unsigned size, uintptr_t address);
void events_flush(void);  // the lanes of a warp have stopped: pairs their accesses, counts, and empties the logs
void traffic_begin_launch(void);
void traffic_request(uint32_t pc, int how, bool shared, unsigned size, const uintptr_t *addresses, int lanes);  // one request, counted now
void traffic_end_launch(struct simt_counters *counters, struct simt_line **lines, int *count);
int shared_wavefronts(const uintptr_t *addresses, int lanes, unsigned size, int *ideal);
int global_sectors(const uintptr_t *addresses, int lanes, unsigned size, int *ideal);

// ---- flops.c: arithmetic, counted by basic blocks -------------------------------------------------------------------
void flops_begin_launch(void);
void flops_end_launch(struct simt_counters *counters);

// ---- async.c --------------------------------------------------------------------------------------------------------
void async_begin_block(void);
void async_end_block(void);  // finds copies that nobody waited for

// ---- findings.c: what was found -------------------------------------------------------------------------------------
// Kept once for each (kind, pc, other): the first in words, the rest counted. Strings are copied. In host code or a kernel.
// what and fix are sentences without a full stop; fix may be NULL: that of the kind.
void finding_add(enum simt_kind kind, uint32_t pc, uint32_t other, const char *fix, const char *format, ...) __attribute__((format(printf, 5, 6)));
bool finding_known(enum simt_kind kind, uint32_t pc, uint32_t other);  // if so, counts it: spares the words
void findings_begin_launch(void);
void findings_end_launch(struct simt_launch *record);  // takes the launch into the list of simt.h, prints what is new (report.c)

// ---- source_lines.c -------------------------------------------------------------------------------------------------
struct simt_place source_place(uint32_t pc);                    // the learner's line: the simulator's own headers are skipped
void source_places(struct simt_place *out, const uint32_t *pc, int n);  // one addr2line for all

// ---- report.c, json.c -----------------------------------------------------------------------------------------------
void report_finding(const struct simt_finding *finding);
void report_exit(void);  // SIMT_REPORT=off|findings|summary|full
void json_exit(void);    // SIMT_JSON=FILE

// ---- api.c: errors --------------------------------------------------------------------------------------------------
void api_error(int error, uint32_t pc, const char *call);  // what the next cudaGetLastError gives; remembered as unread
