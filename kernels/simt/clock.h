// Between clock.c, engine.c, mbarrier.c and the files about order: what one thread knows of the others beyond barriers of the whole
// block. Ticks of this epoch in a row (all know what came before it); to learn something is to take the larger of each pair:
//   [0, MAX_THREADS)     all that this thread did up to then, is known
//   [LANDED, +SOURCES)   all that came to barriers with this number up to then
//   [OVER, +WARPGROUPS)  all that wgmma had read by then for this warpgroup, is read
//   [FENCED, +THREADS)   what this thread wrote up to then, engines see too (fence.proxy.async)
#pragma once
#include "simt/heap.h"
#include "simt/hopper.h"

enum {
    SOURCES = 128,
    WARPGROUPS = MAX_THREADS / (4 * WARP),
    LANDED = MAX_THREADS,
    OVER = LANDED + SOURCES,
    FENCED = OVER + 64,  // a multiple of clock.c's step
    KNOWN = FENCED + MAX_THREADS,
};
struct knowledge {
    uint32_t epoch;            // of the ticks: in another epoch they say nothing
    uint64_t all, all_fenced;  // the same of all threads; these are times
    uint16_t tick[KNOWN];
};

static inline uint64_t time_of(uint32_t epoch, uint16_t tick) {
    return (uint64_t)epoch << 16 | tick;
}

// ---- clock.c
void clock_wake(void);       // from now on in this block every access goes the careful way
uint64_t clock_stamp(void);  // all that was done up to it is past: later things get later times
void clock_pass(const struct message *from, struct message *to);
bool clock_knows_landing(int thread, int source, uint64_t time);
bool clock_knows_over(int thread, int team, uint64_t time);
bool clock_knows_fence(int thread, int other, uint64_t time);  // what `other` wrote at that time
void clock_land(struct message *by);                           // something has come to its barrier, now
void clock_lanes_meet(int warp, unsigned lanes, bool all);
void clock_end_epoch(void);

// ---- order.c
void order_next_tick(void);
uint64_t order_of_lane(int thread, int lane);  // up to when `thread` knows what this lane of its warp did; 0: not
uint64_t order_taken(int thread);              // up to when it has taken over what all did (fences and atomics)

// ---- readers.c: who read a cell of shared memory in this epoch, warp by warp
void readers_forget(uintptr_t address);
// Whether simt_self knows of every read; else *unknown is one. r: the cell's own mark, for reads that were not noted.
bool readers_known(uintptr_t address, const struct mark *r, struct mark *unknown);

// ---- race.c: words. verb: "reads", "a TMA load overwrites"; mbarrier_words.c has the name of the barrier
void race_on_its_way(uintptr_t address, unsigned size, const struct mark *copy, const char *verb, bool engine_writes,
                     uint32_t pc);
// A TMA load wrote it, and simt_self does not know that it has.
void race_landed(uintptr_t address, unsigned size, const struct mark *w, const char *verb, bool writes, uint32_t pc);
const char *mbarrier_fix(uintptr_t barrier, unsigned phase);  // what to do beside what mbarrier_hint says
struct words mbarrier_of_source(int source, uint32_t pc);  // " for full[0]"; "": not known

// ---- shadow.c: cells of bytes of shared memory, first to last; NULL: they are not all of one variable
struct cell *shadow_cells(uintptr_t to, size_t size, struct cell **last);
void shadow_landed_by(uintptr_t to, size_t size, struct mark by);

// ---- mbarrier.c
// Something else than a barrier's functions writes there. how: "an ordinary store writes"
void mbarrier_overwritten(uintptr_t address, size_t size, const char *how, uint32_t pc);
void mbarrier_fence(int thread, bool proxy);  // fence.mbarrier_init; fence.proxy.async: others' barriers, too

// ---- engine.c
void engine_overwritten(uintptr_t address, size_t size, const char *verb, uint32_t pc);  // simt_self writes there
