// Between mbarrier.c and mbarrier_words.c: one barrier.
#pragma once
#include "simt/clock.h"

struct mbarrier {
    uintptr_t at;
    bool live;
    bool fenced;  // engines and other blocks know of it
    unsigned count, pending;
    unsigned phase;                    // phases that are over
    int64_t expected, came;            // bytes, in this phase
    int64_t last_expected, last_came;  // in the phase before
    struct message running,
        done;  // of the phase that runs, and of those that are over: never emptied, for who waits for a phase
               // has waited for all before it
    int initialiser;
    uint64_t initialised;                              // when
    uint32_t init_pc, arrive_pc, expect_pc, fence_pc;  // of the last ones; expect_pc: in this phase or the one before
};

// Of the wait that a thread makes, or made last for this barrier.
struct mbarrier_wait {
    const struct mbarrier *barrier;
    unsigned parity, phase;  // that ran when the wait began
    bool at_once;
    bool expecting;  // that phase expected bytes already
    uint32_t pc;
};
// ---- mbarrier_wait.c
// The thread's last wait for this barrier (back: 0), or the one before it (1). NULL: none, or long ago.
const struct mbarrier_wait *mbarrier_last_wait(int thread, const struct mbarrier *b, int back);
void mbarrier_forget_waits(void);

// ---- mbarrier_words.c
struct words mbarrier_name(uintptr_t barrier, uint32_t pc);  // "full[1]"
void mbarrier_explain(struct thread *t);                     // nobody can go on, and t waits for a barrier
void mbarrier_too_much(const struct mbarrier *b,
                       uint32_t pc);  // all have arrived, and more bytes came than they expected

// ---- mbarrier.c
struct mbarrier *mbarrier_find(uintptr_t barrier);     // NULL: there is none
const struct mbarrier *mbarrier_numbered(int source);  // the first of this block that has this number
// The barrier, if simt_self may use it; else NULL, and that is a finding. what: "mbarrier_wait on"
struct mbarrier *mbarrier_usable(uintptr_t at, const char *what, uint32_t pc);
