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

enum { WARP = 32, MAX_THREADS = 1024, MAX_WARPS = MAX_THREADS / WARP, MAX_CTAS = 8 };

// ---- places: an address tells by itself what it is ------------------------------------------------------------------
// Below them lies what AddressSanitizer needs (up to 0x10007fff8000), above what Criterion maps (from 0x200000000000).
#define HEAP_BASE 0x110000000000ull  // cudaMalloc; no access while host code runs
#define HEAP_SIZE (256ull << 30)     // reserved, not used: wide gaps lie between allocations
#define SHARED_BASE 0x150000000000ull
#define SHARED_SIZE (16ull << 20)  // variables of a block lie far apart, at the banks where a GPU has them
#define STACK_BASE 0x160000000000ull
#define STACK_SIZE (64ull << 10)  // of one thread; its lowest page is a guard

// ---- fiber.c: stacks that are switched ------------------------------------------------------------------------------
struct fiber {
    void *top;  // saved stack pointer while it does not run
};
void fiber_make(struct fiber *f, int slot, void (*entry)(void));  // slot 0..MAX_THREADS-1: which stack
void fiber_switch(struct fiber *from, struct fiber *to);
bool fiber_overflow(uintptr_t address);  // where there was a fault: a stack is too small

// ---- launch.c: the grid, block after block --------------------------------------------------------------------------
enum state { READY, AT_BARRIER, AT_WARP, AT_PAUSE, AT_POLL, AT_EVENT, ENDED };
struct thread {
    struct fiber fiber;
    enum state state;
    int id;  // in its block: x + size.x * (y + size.y * z); in a cluster the blocks' threads follow each other
    int cta;  // which block of the cluster
    struct uint3 index;
    uint32_t pc;            // where it waits: the caller's return address
    int site, mode, value;  // AT_BARRIER: which __syncthreads, its mode, what it returns
    unsigned mask;          // AT_WARP: the lanes it waits for
    void *argument;         // AT_WARP: of the collective
    void (*all)(void **arguments, unsigned lanes);
    const char *name;  // AT_WARP: "__shfl_sync"
    const struct waiting *waiting;  // AT_EVENT: hopper.h
    void *awaited;
    bool accumulates;  // it uses wgmma: who touches its stack is looked at (accumulators.c)
};
struct launch {  // the one that runs
    const char *kernel;
    struct simt_config config;
    uint32_t pc;  // of the launch
    int threads, warps, ended;  // of a block, or of all blocks of a cluster; ended: of those that run
    int ctas, block_threads;    // blocks of a cluster: 1 as a rule; threads of each
    int ended_in[MAX_CTAS];     // of the cluster's blocks
    struct uint3 block;  // the block that runs; of a cluster the first
    struct uint3 cluster;  // its dimensions, (1,1,1) as a rule
    struct thread thread[MAX_THREADS];
    bool running;
    int error;                      // the cudaError_t that a killed launch leaves
    const char *exercise;           // of the gap that a thread has met
    uint64_t barriers, warp_calls, copies, copies_ahead, copies_left;  // for its counters
    uint64_t tma_loads, tma_ahead, tma_outside, tma_stores, tma_read, tma_landed, tma_written, wgmmas, mbarrier_arrivals;
};
extern struct launch simt_now;
extern struct thread *simt_self;  // the thread that runs; NULL in host code and while the runtime works
void simt_yield(enum state state);  // in a thread: to the scheduler; comes back when it is its turn again
void simt_pause(void);              // in a thread: lets the other lanes of its warp catch up (events.c: a full log)
_Noreturn void simt_kill(int error);  // ends the launch: in a thread, the scheduler or a signal handler
void simt_index_of(unsigned index[3], int thread);  // thread's id as coordinates
struct uint3 simt_block_of(int cta);                // the coordinates of a block of the cluster that runs
_Noreturn void simt_begin_anew(void);               // in the launch's first thread: by clusters of config.cluster
void thread_resume(struct thread *t);  // the scheduler: runs it until it waits or ends

// ---- waits.c: nobody can go on any more (hopper.h has the rest) -----------------------------------------------------
void waits_explain(void);             // a finding for each kind of waiter but those that poll
_Noreturn void waits_deadlock(void);  // the same, then ends the launch

// ---- limits.c: what a GPU does not take ----------------------------------------------------------------------------
int limits_check(void);          // the configuration of simt_now; returns a cudaError_t
int limits_check_cluster(void);  // the same of its clusters
void limits_check_shared(void);  // once a block has run: its static and dynamic shared memory together. Ends the launch

// ---- stop.c: what a kernel ends itself with ------------------------------------------------------------------------
_Noreturn void stop_at_gap(const char *exercise);  // on the host's stack

// ---- barrier.c: __syncthreads ---------------------------------------------------------------------------------------
void barrier_begin_block(void);
bool barrier_release(void);  // if all threads of the block that have not ended are at one: they go on
void barrier_explain(void);  // who waits there for ever

// ---- poll.c: threads that wait for a value in memory ----------------------------------------------------------------
void simt_poll(const void *p, unsigned size, uint32_t pc);  // before every atomic and volatile read: lets others run
bool poll_round(void);  // the threads that wait so are READY again; false: there are none. Ends a launch where nobody can go on

// ---- faults.c: what stops a launch from outside -------------------------------------------------------------------------
extern volatile int simt_late;      // the launch runs longer than SIMT_TIMEOUT
void simt_late_at(uint32_t pc);     // to be called where simt_late is set, in a thread: ends the launch, if not at once
void faults_begin_launch(void);
void faults_end_launch(void);  // explains what has ended the launch; simt_self is still the thread

// ---- warp.c: what lanes do together ---------------------------------------------------------------------------------
void warp_run(int warp);  // until every lane of it has ended, waits at a barrier or for an event, or polls
void warp_explain(int warp);  // lanes that wait for lanes which never come
// In a thread: waits for the lanes of mask that have not ended; the last of them calls all, without simt_self.
void warp_arrive(unsigned mask, const char *name, void *argument, void (*all)(void **arguments, unsigned lanes), uint32_t pc);

// ---- heap.c: cudaMalloc and what lies there -------------------------------------------------------------------------
enum memory { DEVICE_MEMORY, HOST_MEMORY };  // HOST: cudaMallocHost; kernels and host code may use it
struct allocation {
    uintptr_t start;
    size_t size;
    uint32_t pc;     // of the cudaMalloc
    uint32_t freed;  // pc of the cudaFree
    uint32_t copy;   // pc of the last cudaMemcpy into it, which wrote
    size_t copied;   // its bytes up to here
    enum memory memory;
    bool live;
    struct shadow *shadow;  // shadow.c; NULL without checks
};
struct allocation *heap_find(uintptr_t address);      // that holds this byte, live or freed; NULL: none
struct allocation *heap_nearest(uintptr_t address);   // for messages; NULL: there is none at all
void heap_open(void);   // kernels and cudaMemcpy may touch it
void heap_close(void);  // host code may not
void heap_leaks(void);  // a finding for each array that lives: when the program ends by itself
void heap_reset(void);  // cudaDeviceReset

// ---- shared.c: a block's shared memory ------------------------------------------------------------------------------
struct shared_variable {
    const char *name;
    size_t start, size;  // start: from SHARED_BASE
    struct simt_place declared;
    size_t packed;  // where a GPU has it
    int cta;        // of which block of the cluster it is
};
void shared_begin_launch(size_t dynamic);
size_t shared_static_size(void);  // as a GPU would lay it out
const struct shared_variable *shared_find(uintptr_t address);     // NULL: between variables
const struct shared_variable *shared_nearest(uintptr_t address);  // for messages
bool shared_gone(uintptr_t address);  // in the memory of a block of the cluster that has ended: shared_find gives NULL
void shared_begin_block(void);        // all of the cluster are there again
void shared_end_cta(int cta);         // this one has ended

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
// How many bytes of device memory no one ever wrote; *first: the first of them; *element: bytes of what kernels access there.
size_t shadow_never_written(uintptr_t from, size_t size, size_t *first, size_t *element);

// ---- hooks.c: every load and store of a kernel ----------------------------------------------------------------------
enum { ACCESS_WRITE = 1, ACCESS_ATOMIC = 2 };  // an atomic has both bits
void simt_access(uintptr_t address, unsigned size, int how, uint32_t pc);
extern bool simt_instrumented;  // the program was compiled with hooks

// ---- events.c: what the lanes of a warp did since it stopped last ---------------------------------------------------
extern bool simt_counting;  // SIMT_COUNTERS=0 switches counting off
struct event_log {  // row i holds access i of every lane
    uint64_t (*key)[WARP];
    uintptr_t (*address)[WARP];
    unsigned rows;  // when it is full
    unsigned length[WARP];
};
extern struct event_log simt_events;
enum { EVENT_LOOP = 128 };  // in the place of how: no access, but the way back to the loop that starts at pc, from address
void event_wait(int lane);  // lets the other lanes catch up until there is room

// Into the log of this lane, in a thread. Here, because every access of every kernel comes by.
static inline void event_access(int lane, uint32_t pc, int how, bool shared, unsigned size, uintptr_t address) {
    if (__builtin_expect(simt_events.length[lane] == simt_events.rows, 0)) event_wait(lane);
    const unsigned row = simt_events.length[lane]++;
    simt_events.key[row][lane] = pc | (uint64_t)((unsigned)how << 8 | (unsigned)shared << 16 | size) << 32;
    simt_events.address[row][lane] = address;
}
// The lanes of a warp have stopped, at a pause or else: pairs their accesses to requests, counts them, and empties the logs.
void events_flush(void);
void events_begin_launch(void);

// ---- traffic.c: requests, sectors, wavefronts -----------------------------------------------------------------------
struct traffic_line {
    uint32_t pc;
    uint8_t how, size;
    bool shared;
    struct simt_traffic traffic;
};
void traffic_begin_launch(void);
// One request, counted now: of lanes that did the same at once.
void traffic_request(uint32_t pc, int how, bool shared, unsigned size, const uintptr_t *addresses, int lanes);
struct traffic_line *traffic_end_launch(struct simt_counters *counters, int *lines);  // to be freed
// A wavefront moves a word of 4 bytes from each of the 32 banks; accesses of 8 bytes go by 16 lanes, of 16 bytes by 8.
// Of a load; see traffic.c for stores and atomics.
int shared_wavefronts(const uintptr_t *addresses, int lanes, unsigned size, int *ideal);
int global_sectors(const uintptr_t *addresses, int lanes, unsigned size, int *ideal);
void traffic_add(struct simt_traffic *to, const struct simt_traffic *t);

// ---- lines.c: traffic by the learner's lines ------------------------------------------------------------------------
struct simt_line *lines_of(const struct traffic_line *traffic, int n, int *lines);  // in their order. To be freed
int lines_merge(struct simt_line *line, int n);  // sorts, adds up those of the same access, returns how many are left

// ---- flops.c: arithmetic, counted by basic blocks -------------------------------------------------------------------
// Blocks are counted while the kernel runs; what one holds is disassembled when somebody asks.
struct flops_count {
    uint32_t block;  // return address of its call of __sanitizer_cov_trace_pc
    uint64_t times;
};
void flops_begin_launch(void);
void flops_begin_block(void);
struct flops_count *flops_end_launch(struct simt_counters *counters, int *blocks);  // to be freed; tensor_flops are set
void flops_tensor(uint64_t n);  // of one matrix instruction of a warp: 2 m n k
void flops_resolve(struct simt_counters *counters, const struct flops_count *count, int n);  // flops, special

// ---- blocks.c: what a block computes, as objdump shows it -----------------------------------------------------------
struct block_flops {
    unsigned flops, special;  // of one time
};
void blocks_flops(struct block_flops *out, const uint32_t *start, int n);  // of the blocks that start there
const char *flops_trouble(void);  // why flops are 0 although there may be some: a sentence; NULL: they are right

// ---- async.c --------------------------------------------------------------------------------------------------------
void async_begin_block(void);
void async_end_block(void);  // finds copies that nobody waited for

// ---- findings.c: what was found -------------------------------------------------------------------------------------
// Kept once for each (kind, pc, other) of a kernel: the first in words, the rest counted. Strings are copied. In host
// code (told at once) or a kernel (told when the launch ends). simt_self, where it is set, is the thread that is named.
// what and fix are sentences without a full stop; fix may be NULL: that of the kind.
void finding_add(enum simt_kind kind, uint32_t pc, uint32_t other, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
bool finding_known(enum simt_kind kind, uint32_t pc, uint32_t other);  // if so, counts it: spares the words
// The launch of simt_now. They call traffic_..., flops_begin_launch and ..._end_launch, too: launch.c calls only these.
void findings_begin_launch(void);
// Takes the launch into the list of simt.h (kernel is copied), prints what is new (report.c). The caller fills kernel, grid,
// block, static_shared, dynamic_shared, error, seconds, counters.barriers and counters.warp_calls.
void findings_end_launch(struct simt_launch *record);
// Ends the process at once, in a signal handler say, with the report and the JSON of a usual end.
_Noreturn void findings_exit(int status);

// ---- kinds.c: of findings ------------------------------------------------------------------------------------------
const char *finding_title(enum simt_kind kind);  // for people: "data race"
const char *finding_fix(enum simt_kind kind);    // what helps as a rule

// ---- tool.c: programs that the runtime asks -------------------------------------------------------------------------
// Runs it without a shell, what it prints goes to take(line, context), line by line without '\n'. False: it is not there or failed.
bool tool_lines(char *const arguments[], void (*take)(char *line, void *context), void *context);
const char *tool_program(void);  // the path of this program's file

// ---- source_lines.c -------------------------------------------------------------------------------------------------
struct simt_place source_place(uint32_t pc);                    // the learner's line: the simulator's own headers are skipped
void source_places(struct simt_place *out, const uint32_t *pc, int n);  // one addr2line for all
const char *source_text(struct simt_place place);  // the line, without the blanks at its ends; NULL: cannot be read

// ---- report.c, json.c -----------------------------------------------------------------------------------------------
enum report { REPORT_OFF, REPORT_FINDINGS, REPORT_SUMMARY, REPORT_FULL };
enum report report_wanted(void);  // SIMT_REPORT=off|findings|summary|full
void report_finding(const struct simt_finding *finding);
void report_exit(void);
void json_exit(void);  // SIMT_JSON=FILE

// ---- summary.c: what every kernel moved and computed ----------------------------------------------------------------
void summary(bool lines);  // on stderr; lines: with a table of every access

// ---- api.c: errors --------------------------------------------------------------------------------------------------
void api_error(int error, uint32_t pc, const char *call);  // what the next cudaGetLastError gives
void api_refused(int error, uint32_t pc);  // the same of a launch that did not run: remembered until somebody asks
void api_stick(int error);  // a launch was killed: every later call gives this error, as on a GPU
void api_one_thread(void);  // ends the process if another host thread has called before
bool api_broken(void);     // by such a launch: no other runs
int api_sticky(void);       // to be returned at once by every call of the API if it is not cudaSuccess
// A call that makes no sense: finding SIMT_API with this text, api_error; returns error.
int api_misuse(int error, uint32_t pc, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool stream_live(const void *stream);  // streams.c
