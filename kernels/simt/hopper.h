// What the parts that simulate Hopper share: threads that wait for something other than their warp or __syncthreads, who knows of
// whom, engines that read and write shared memory beside the threads, and their barriers. Sections follow the owning files.
//
// A thread that waits does so in simt_wait; when no warp can go on and no barrier is full, the scheduler (launch.c) asks each such
// thread whether its wait is over, and if none is, lets the oldest asynchronous copy land (tma.c). So copies land as late as they
// may, and who did not wait for one finds what was there before it.
#pragma once
#include "simt/runtime.h"

// ---- waits.c: waiting for an event ----------------------------------------------------------------------------------
enum { MOST_BLAME = 2 };
struct waiting {
    bool (*over)(struct thread *t);     // asked without simt_self: may t go on? If so, it does
    void (*explain)(struct thread *t);  // nobody can go on: adds a finding, simt_self is t
    int (*blame)(struct thread *t);     // how near that is to the cause, 0 to MOST_BLAME: what is most is told first. NULL: 0
};
// In a thread: state AT_EVENT until for_->over(t). t->awaited is `what` meanwhile.
void simt_wait(const struct waiting *for_, void *what, uint32_t pc);
bool waits_over(void);  // the scheduler: threads whose wait is over are READY again; false: there are none

// ---- cluster.c: blocks that run together, and see each other's shared memory ----------------------------------------
// Threads of all blocks of the cluster that runs: simt_now.threads = simt_now.ctas * simt_now.block_threads; thread t is of block
// (rank) t->cta.
int cluster_size(void);
void cluster_begin(void);
void cluster_end_block(int cta);  // its last thread has ended
// simt_self reaches into the memory of block `cta` at once (an arrival: before its clock_send), and that must not end before.
// False: it has ended, and that was a finding.
bool cluster_reach(int cta, const char *what, uint32_t pc);
void cluster_touch(uintptr_t address, int how, uint32_t pc);  // the same of an access to shared memory, which is checked elsewhere

// ---- named.c: bar.sync ----------------------------------------------------------------------------------------------
void named_begin_block(void);

// ---- shared.c: addresses as instructions take them: rank << 24 | packed, which begins with 1024 -------------------------
// packed: 18 bits, as a GPU lays variables out: dynamic shared memory first, then the others; what lies at multiples of 1024 here
// does so there. 0: not an address of shared memory.
uint32_t shared_packed(uintptr_t address);
// The other way, for block `rank`; NULL: no variable's byte lies there.
void *shared_unpacked(uint32_t packed, int rank);
// The same variable's byte in the memory of block `rank` of the cluster. NULL: not shared memory.
void *shared_of_rank(const void *p, int rank);

// ---- clock.c: what threads know of each other by messages (mbarriers, named barriers, cluster barriers) -------------
// A time is epoch << 16 | tick, as order.c counts. A thread knows of another all that it did up to a time.
struct message {  // what everybody who reads it then knows
    struct knowledge *known;  // clock.h; NULL: nothing
    int source;               // of an mbarrier: its number for what engines bring
};
void clock_begin_block(void);
uint64_t clock_now(void);                             // of what happens now; then a tick passes
void clock_send(struct message *to);                  // simt_self: joins all it knows and all it did
void clock_receive(const struct message *from);       // simt_self
void clock_receive_for(int thread, const struct message *from);
bool clock_knows(int thread, int other, uint64_t time);  // does `thread` know what `other` did at `time`?
void clock_forget(struct message *m);                 // frees it

// ---- engine.c: reads and writes of shared memory that no thread makes itself (wgmma, TMA), by simt_self's order --------
// `what` is the instruction's name in findings: "wgmma", "a TMA store". They check bounds, bytes that are still on their way, order
// (somebody wrote them, and simt_self cannot know that it has), and that what threads wrote was fenced (fence.proxy.async).
// Both are false where the bytes do not lie inside a variable: then nothing may be touched, and there is nothing to end.
// engine_read: until engine_read_end with the same bytes, whoever writes there overwrites what is being read: a finding. The
// reader `team` is whoever may tell others that it is over: a warpgroup (0, 1, ...) for wgmma, NO_TEAM for simt_self alone.
enum { NO_TEAM = -1 };
bool engine_read(uintptr_t at, size_t size, int team, const char *what, uint32_t pc);
void engine_read_end(uintptr_t at, size_t size, int team);
// simt_self has waited for reads of its team, up to those that ended then: from now on, others may hear it from this thread.
void engine_heard(int team, uint64_t ended);
// engine_write: the bytes are on their way, until engine_landed, which is made known by `by` (to whoever waits for that barrier)
bool engine_write(uintptr_t at, size_t size, const char *what, uint32_t pc);
void engine_landed(uintptr_t at, size_t size, int thread, uint32_t pc, struct message *by);
void engine_begin_block(void);
void engine_fence(int thread);  // fence.proxy.async

// ---- mbarrier.c -----------------------------------------------------------------------------------------------------
void mbarrier_begin_block(void);
bool mbarrier_live(uintptr_t barrier);  // initialised, and not invalidated
// simt_self asks an engine to tell this barrier: live, and made known to engines (fence.mbarrier_init)? False: not live. Findings.
bool mbarrier_for_engine(uintptr_t barrier, const char *what, uint32_t pc);
// An asynchronous copy that thread `issuer` began has brought so many bytes. The barrier is of the block where they landed.
void mbarrier_complete(uintptr_t barrier, size_t bytes, int issuer, uint32_t pc);
struct message *mbarrier_message(uintptr_t barrier);  // of the phase that is running
unsigned mbarrier_phase(uintptr_t barrier);           // phases that are over
// simt_self touches bytes that a copy brings to this barrier, asked for in this phase: if it has waited there, says why that was
// of no use: "" or " (the wait of line 31 looked for parity 1, and that phase was over: phases begin with parity 0)"
const char *mbarrier_hint(uintptr_t barrier, unsigned phase);
bool mbarrier_explain_asked(const struct thread *t);  // t polls, t->awaited: a finding, if that is a barrier

// ---- tma.c ----------------------------------------------------------------------------------------------------------
void tma_begin_block(void);
bool tma_land_next(void);  // the oldest copy under way lands; false: there is none
bool tma_pending(uintptr_t barrier, size_t *bytes);  // copies under way that will come to this barrier
// Of the copy under way that brings this byte, and that barrier's phase when it was asked for; 0: none
uintptr_t tma_barrier_of(uintptr_t address, unsigned *phase);
// Of the load that landed last over this byte of shared memory, in this block or cluster: the span of its swizzle (0: none), its pc.
bool tma_brought(uintptr_t address, unsigned *span, uint32_t *pc);
void tma_end_block(void);  // finds stores that nobody waited for, copies that nobody waited for

// ---- groups.c, accumulators.c: wgmma --------------------------------------------------------------------------------
void wgmma_begin_block(void);
void wgmma_end_block(void);  // finds products that nobody waited for
// A thread touches its own stack: is it an accumulator that a wgmma under way will write? Called while simt_self->accumulates.
void wgmma_touch(uintptr_t address, unsigned size, int how, uint32_t pc);

// ---- registers.c: setmaxnreg ----------------------------------------------------------------------------------------
void registers_begin_block(void);
void registers_end_block(void);  // finds warpgroups whose warps have different numbers
