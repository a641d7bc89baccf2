// The simulator's public face, in C: what graders, tools and programs may ask about the launches of this process.
// Programs built for a real GPU do not have it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Memory instructions of one kind. A request is one instruction of one warp, whatever the number of its lanes.
struct simt_traffic {
    uint64_t requests;
    uint64_t lanes;  // of all requests together
    uint64_t bytes;  // that the lanes asked for, each by itself
    uint64_t
        moved;  // global: sectors of 32 bytes that the requests touched; shared: wavefronts (passes over the 32 banks)
    uint64_t
        ideal;  // the fewest with which as many different bytes can be moved. Shared: moved - ideal are bank conflicts
};

enum { SIMT_LOAD, SIMT_STORE };  // an atomic counts as a store

struct simt_counters {
    struct simt_traffic global[2], shared[2];  // [SIMT_LOAD], [SIMT_STORE]
    uint64_t atomics;                          // requests among them that are atomic
    uint64_t flops;         // floating-point operations: an add, multiply, divide or root is 1, a fused multiply-add 2
    uint64_t special;       // calls of exp, log, sin and their like
    uint64_t tensor_flops;  // of matrix instructions (wmma, mma.sync, wgmma)
    uint64_t barriers;      // __syncthreads that a block passed
    uint64_t warp_calls;    // shuffles, votes, __syncwarp and other calls of a whole warp
    uint64_t copies;        // by cp.async, that have landed: one for each lane
    uint64_t copies_ahead;  // of these: while they were under way their thread did something else
    uint64_t copies_left;   // the most of a thread that a wait of its left under way
    uint64_t tma_loads, tma_stores;  // boxes that TMA moved
    uint64_t tma_ahead;              // the most loads that were under way at once, in a block or cluster
    uint64_t tma_outside;            // loads of boxes that lie wholly outside of their tensors
    uint64_t tma_read;               // bytes of shared memory that its loads filled from global memory, a multicast once,
    uint64_t tma_landed;             // and in every block that they came to
    uint64_t tma_written;            // bytes that its stores wrote to global memory
    uint64_t wgmmas;                 // of a warpgroup
    uint64_t mbarrier_arrivals;      // of threads
};

enum simt_kind {  // of a finding. The name in text and JSON: simt_kind_name
    SIMT_OUT_OF_BOUNDS,
    SIMT_MISALIGNED,
    SIMT_USE_AFTER_FREE,
    SIMT_HOST_POINTER,
    SIMT_DEVICE_POINTER,
    SIMT_READ_ONLY,
    SIMT_UNINITIALISED,
    SIMT_NEVER_WRITTEN,
    SIMT_RACE,
    SIMT_DIVERGENT_BARRIER,
    SIMT_WARP_MASK,
    SIMT_DEADLOCK,
    SIMT_TIMEOUT,
    SIMT_ASYNC,
    SIMT_MBARRIER,
    SIMT_PROXY_FENCE,
    SIMT_TMA,
    SIMT_DESCRIPTOR,
    SIMT_WGMMA,
    SIMT_REGISTERS,
    SIMT_CLUSTER,
    SIMT_LAUNCH,
    SIMT_MEMCPY,
    SIMT_API,
    SIMT_UNCHECKED,
    SIMT_LEAK,
    SIMT_STACK,
    SIMT_ASSERT,
    SIMT_UNSUPPORTED,
    SIMT_KINDS
};
const char *simt_kind_name(enum simt_kind kind);  // "out-of-bounds"

struct simt_place {  // a line of a source file; file "" and line 0 where it is not known
    const char *file;
    int line;
};

struct simt_finding {
    enum simt_kind kind;
    const char *kernel;              // "" in host code
    unsigned block[3], thread[3];    // of the first time
    uint64_t count;                  // how often
    struct simt_place place, other;  // where; of a race also the access that came before
    const char *what;                // one sentence: what happened, to which memory
    const char *fix;                 // one sentence: what to do about it
};

struct simt_line {  // the traffic of one access in the source
    struct simt_place place;
    bool shared;
    int direction;  // SIMT_LOAD, SIMT_STORE
    bool atomic;
    int size;  // bytes per lane
    struct simt_traffic traffic;
};

struct simt_launch {
    const char *kernel;  // as the source writes it: "reduce<256>"
    unsigned grid[3], block[3];
    size_t static_shared, dynamic_shared;  // bytes per block
    struct simt_counters counters;
    int error;       // a cudaError_t
    int findings;    // how many different ones it brought
    double seconds;  // of the simulation: no measure of a GPU
};

// All launches and findings so far, oldest first; of the findings of one launch the most important first. What is returned lives until simt_forget.
int simt_launch_count(void);
const struct simt_launch *simt_launch(int i);  // -1: the last; NULL where there is none
int simt_finding_count(void);
const struct simt_finding *simt_finding(int i);
// The lines of launch i with their traffic, in the source's order. Returns how many; *lines lives until simt_forget.
int simt_lines(int launch, const struct simt_line **lines);
// "kernel reduce<256>, block (3,0,0), thread (7,0,0), line 12 of reduce.cu: ...", in at most size bytes
void simt_describe(char *text, size_t size, const struct simt_finding *finding);

void simt_forget(void);       // every launch and finding; memory that is allocated stays
void simt_quiet(bool quiet);  // true: findings are kept but not printed, and do not change the exit status (graders)
bool simt_checked(void);      // false in programs built with `simtcc -fast`: no findings, no counters
int simt_live_allocations(void);

// Blocks of this kernel that fit on one multiprocessor of `device` ("sm_75" to "sm_100"), and what limits them.
// registers: per thread, as nvcc -Xptxas -v gives them, 0 if not known. Returns 0 where not even one fits, -1 for an unknown device.
struct simt_occupancy {
    int blocks, warps, max_warps;
    const char *limit;  // "threads", "blocks", "registers" or "shared memory"
};
int simt_occupancy(struct simt_occupancy *out, const char *device, int block_threads, int registers,
                   size_t shared_bytes);

#ifdef __cplusplus
}
#endif
