// Named barriers: bar.sync and bar.arrive, ids 1 to 15 of each block. PTX ISA, "Parallel Synchronization and Communication
// Instructions: bar". They count warps, 32 threads each; whoever comes by bar.sync waits, and who comes by bar.arrive does not.
// All who came are known to those who wait.
#include <string.h>

#include "simt/heap.h"
#include "simt/hopper.h"

enum { NAMES = 16 };

static struct named {
    unsigned expected, arrived;  // threads
    unsigned phase;              // how often it has opened
    uint32_t pc;                 // of the first warp that came since
    int last;                    // thread of the warp that opened it last, ...
    uint64_t opened;             // ... and when that came
    uint32_t opened_pc;
    bool wrong;                // something was told of it, and more would follow from that
    unsigned came[MAX_WARPS];  // phase + 1 in which a warp came last
    struct message message;
} named[MAX_CTAS][NAMES];
static unsigned waits_in[MAX_THREADS];  // the phase in which a thread waits
static bool any;

struct arrival {  // of a lane
    struct named *barrier;
    int thread, id;
    unsigned threads, phase;
    uint32_t pc;
};

void named_begin_block(void) {
    if (!any) return;
    for (int i = 0; i < MAX_CTAS * NAMES; i++) clock_forget(&named[i / NAMES][i % NAMES].message);
    memset(named, 0, sizeof named);
    any = false;
}

// ---- coming ---------------------------------------------------------------------------------------------------------
// simt_self is of the warp that comes.
static void check(const struct arrival *a) {
    struct named *b = a->barrier;
    const bool other_count = b->arrived && b->expected != a->threads;
    const bool twice = b->came[a->thread / WARP] == b->phase + 1;
    if (other_count)
        finding_add(SIMT_DEADLOCK, a->pc, b->pc, "give all calls that meet at one barrier the same number of threads",
                    "barrier %d is to open after %u threads, and for those that came by %s after %u", a->id, a->threads,
                    describe_line(b->pc, a->pc).text, b->expected);
    if (twice)
        finding_add(
            SIMT_DEADLOCK, a->pc, b->pc,
            "let a warp come once each time that the barrier opens, and take two barriers in turn if it runs ahead",
            "the warp comes to barrier %d for the second time before it has opened: it counts twice of %u", a->id,
            b->expected);
    if (other_count || twice) b->wrong = true;
}

// Who comes for the next time has to know that it has opened: else it may come too early, and count for that time.
static void check_opened(const struct arrival *a) {
    struct named *b = a->barrier;
    if (!simt_instrumented || b->phase == 0 || b->wrong || clock_knows(a->thread, b->last, b->opened)) return;
    b->wrong = true;
    finding_add(
        SIMT_DEADLOCK, a->pc, b->opened_pc,
        "give each group of warps that meets a number of its own; and let a warp that only arrives wait for the "
        "others before it comes again",
        "comes to barrier %d, which %s opened before at %s, and cannot know of that: it might have counted there",
        a->id, describe_thread(b->last).text, describe_line(b->opened_pc, a->pc).text);
}

static void open(struct named *b, void *const *argument) {
    for (int i = 0; i < WARP; i++) {
        const struct arrival *a = argument[i];
        if (a) clock_receive_for(a->thread, &b->message);
    }
    for (int t = 0; t < simt_now.threads; t++)
        if (simt_now.thread[t].state == AT_EVENT && simt_now.thread[t].awaited == b) clock_receive_for(t, &b->message);
    clock_forget(&b->message);
    b->arrived = 0;
    b->phase++;
}

// All lanes of a warp have come: it counts as 32 threads, be they there or ended.
static void warp_comes(void **argument, unsigned lanes) {
    const struct arrival *first = argument[__builtin_ctz(lanes)];
    struct named *b = first->barrier;
    simt_self = &simt_now.thread[first->thread];
    check(first);
    check_opened(first);
    if (b->arrived == 0) b->expected = first->threads, b->pc = first->pc;
    const uint64_t now = clock_now();
    for (int i = 0; i < WARP; i++) {
        struct arrival *a = argument[i];
        if (!a) continue;
        simt_self = &simt_now.thread[a->thread];
        clock_send(&b->message);
        a->phase = b->phase;
    }
    simt_self = NULL;
    b->came[first->thread / WARP] = b->phase + 1;
    b->arrived += WARP;
    if (b->arrived < b->expected) return;
    b->last = first->thread, b->opened = now, b->opened_pc = first->pc;
    open(b, argument);
}

static bool opened(struct thread *t) {
    const struct named *b = t->awaited;
    return b->phase != waits_in[t->id];
}

static void explain(struct thread *t) {
    const struct named *b = t->awaited;
    finding_add(
        SIMT_DEADLOCK, t->pc, 0,
        "let as many threads come, by bar.sync or bar.arrive, as the second argument says; it counts whole warps",
        "bar.sync waits at barrier %d for %u threads, and %u have come", (int)(b - named[t->cta]), b->expected,
        b->arrived);
}

static bool is_wrong(int id, unsigned threads, const char *name, uint32_t pc) {
    const unsigned most = (unsigned)simt_now.block_threads;
    if (id < 1 || id >= NAMES)
        finding_add(SIMT_DEADLOCK, pc, 0, "take a number from 1 to 15", "%s at barrier %d: %s", name, id,
                    id ? "a block has 16 of them" : "that one is __syncthreads's");
    else if (threads == 0 || threads % WARP)
        finding_add(SIMT_DEADLOCK, pc, 0, "give a multiple of 32", "%s for %u threads: barriers count whole warps",
                    name, threads);
    else if (threads > (most + WARP - 1) / WARP * WARP)
        finding_add(SIMT_DEADLOCK, pc, 0, "give the number of threads that come",
                    "%s for %u threads, and the block has %u", name, threads, most);
    else return false;
    return true;
}

void simt_named_barrier(int id, unsigned threads, int wait) {
    static const struct waiting until_open = {.over = opened, .explain = explain};
    struct thread *t = simt_self;
    const char *name = wait ? "bar.sync" : "bar.arrive";
    const uint32_t pc = CALLER;
    if (is_wrong(id, threads, name, pc)) return;
    any = true;
    struct arrival a = {.barrier = &named[t->cta][id], .thread = t->id, .id = id, .threads = threads, .pc = pc};
    warp_arrive(~0u, name, &a, warp_comes, pc);
    if (!wait || a.barrier->phase != a.phase) return;
    waits_in[t->id] = a.phase;
    simt_wait(&until_open, a.barrier, pc);
}
