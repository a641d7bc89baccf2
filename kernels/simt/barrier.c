// __syncthreads: all threads of the block come, and only then do they go on.
#include <string.h>

#include "simt/runtime.h"

enum { PLAIN, COUNT, AND, OR };  // simt_barrier's modes

static struct {
    int waiting, yes;  // threads at a barrier, and those with a predicate that holds
    int site;          // of the first that came
    bool mixed;        // others wait at another
} crowd;
static int told;  // threads of this block whose end was told: not again at every barrier

int simt_barrier(int site, int mode, int predicate) {
    struct thread *t = simt_self;
    t->pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    t->site = site;
    t->mode = mode;
    if (crowd.waiting++ == 0) crowd.site = site;
    crowd.mixed |= site != crowd.site;
    crowd.yes += predicate != 0;
    simt_yield(AT_BARRIER);
    return t->value;
}

static void begin(void) {
    memset(&crowd, 0, sizeof crowd);
}

void barrier_begin_block(void) {
    begin();
    told = 0;
}

static const struct thread *first_elsewhere(int site) {
    for (int i = 0; i < simt_now.threads; i++)
        if (simt_now.thread[i].state == AT_BARRIER && simt_now.thread[i].site != site) return &simt_now.thread[i];
    return NULL;
}

// Threads that have ended in warps of which others wait here. Warps that are through as a whole hold up nobody, on no GPU.
static int ended_midst(void) {
    int ended = 0;
    for (int warp = 0; warp < simt_now.threads; warp += WARP) {
        int here = 0, gone = 0;
        for (int i = warp; i < warp + WARP && i < simt_now.threads; i++) {
            here += simt_now.thread[i].state == AT_BARRIER;
            gone += simt_now.thread[i].state == ENDED;
        }
        if (here) ended += gone;
    }
    return ended;
}

// GPUs before Volta hang at such barriers; later ones wait for all threads that have not ended (CUDA C++ Programming Guide,
// "Independent Thread Scheduling"), and then those that came for something that the others were to bring miss it.
static void find_divergence(void) {
    const char *fix =
        "let all threads of the block reach the same __syncthreads: put the `if` around the work, not around it";
    int here = 0;
    struct thread *first = NULL;
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state != AT_BARRIER || (first && t->site != first->site)) continue;
        if (!first) first = t;
        here++;
    }
    // cppcheck-suppress nullPointer  // somebody waits, or nobody would ask
    const struct thread *other = first_elsewhere(first->site);
    simt_self = first;
    if (other)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, other->pc, fix,
                    "%d of the block's %d threads wait at this __syncthreads, %d at another", here, simt_now.threads,
                    crowd.waiting - here);
    if (simt_now.ended > told && ended_midst() > 0)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, 0, fix,
                    "%d of the block's %d threads wait at this __syncthreads, and %d have ended without reaching it, "
                    "%d of them in the same warps",
                    here, simt_now.threads, simt_now.ended, ended_midst());
    told = simt_now.ended;
    simt_self = NULL;
}

static int combined(int mode) {
    switch (mode) {
        case COUNT:
            return crowd.yes;
        case AND:
            return crowd.yes == crowd.waiting;
        case OR:
            return crowd.yes > 0;
        default:
            return 0;
    }
}

bool barrier_release(void) {
    if (crowd.waiting == 0 || crowd.waiting + simt_now.ended < simt_now.threads) return false;
    if (crowd.mixed || simt_now.ended > told) find_divergence();
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state == ENDED) continue;
        t->value = combined(t->mode);
        t->state = READY;
    }
    begin();
    simt_now.barriers++;
    shadow_barrier();
    return true;
}

void barrier_explain(void) {
    struct thread *first = NULL;
    const struct thread *other = NULL;
    int missing = 0;
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state == ENDED) continue;
        if (t->state == AT_BARRIER) first = first ? first : t;
        else missing++, other = other ? other : t;
    }
    if (!first || !other) return;
    simt_self = first;
    finding_add(
        SIMT_DEADLOCK, first->pc, other->pc,
        "let all threads of the block reach this __syncthreads, or let only those that need it meet at a named barrier",
        "%d of the block's %d threads wait at this __syncthreads, and %d never come: they wait for something else",
        crowd.waiting, simt_now.threads, missing);
}
