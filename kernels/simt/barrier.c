// __syncthreads: all threads of the block come, and only then do they go on.
#include <string.h>

#include "simt/heap.h"
#include "simt/hopper.h"

enum { PLAIN, COUNT, AND, OR };  // simt_barrier's modes

static struct crowd {
    int waiting, yes;       // threads at a barrier, and those with a predicate that holds
    int site;               // of the first that came
    bool mixed;             // others wait at another
} crowds[MAX_CTAS];         // of each block of the cluster
static int told[MAX_CTAS];  // threads of the block whose end was told: not again at every barrier

int simt_barrier(int site, int mode, int predicate) {
    struct thread *t = simt_self;
    t->pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    t->site = site;
    t->mode = mode;
    struct crowd *crowd = &crowds[t->cta];
    if (crowd->waiting++ == 0) crowd->site = site;
    crowd->mixed |= site != crowd->site;
    crowd->yes += predicate != 0;
    simt_yield(AT_BARRIER);
    return t->value;
}

void barrier_begin_block(void) {
    memset(crowds, 0, sizeof crowds);
    memset(told, 0, sizeof told);
}

// The threads of a block of the cluster: from *first on, before *end.
static void threads_of(int cta, struct thread **first, struct thread **end) {
    *first = &simt_now.thread[cta * simt_now.block_threads];
    *end = *first + simt_now.block_threads;
}

static const struct thread *first_elsewhere(int cta, int site) {
    struct thread *t, *end;
    for (threads_of(cta, &t, &end); t < end; t++)
        if (t->state == AT_BARRIER && t->site != site) return t;
    return NULL;
}

// Threads that have ended in warps of which others wait here. Warps that are through as a whole hold up nobody, on no GPU.
static int ended_midst(int cta) {
    int ended = 0;
    struct thread *warp, *end;
    for (threads_of(cta, &warp, &end); warp < end; warp += WARP) {
        int here = 0, gone = 0;
        for (const struct thread *t = warp; t < warp + WARP && t < end; t++) {
            here += t->state == AT_BARRIER;
            gone += t->state == ENDED;
        }
        if (here) ended += gone;
    }
    return ended;
}

// GPUs before Volta hang at such barriers; later ones wait for all threads that have not ended (CUDA C++ Programming Guide,
// "Independent Thread Scheduling"), and then those that came for something that the others were to bring miss it.
static void find_divergence(int cta) {
    const char *fix =
        "let all threads of the block reach the same __syncthreads: put the `if` around the work, not around it";
    int here = 0;
    struct thread *first = NULL, *t, *end;
    for (threads_of(cta, &t, &end); t < end; t++) {
        if (t->state != AT_BARRIER || (first && t->site != first->site)) continue;
        if (!first) first = t;
        here++;
    }
    // cppcheck-suppress nullPointer  // somebody waits, or nobody would ask
    const struct thread *other = first_elsewhere(cta, first->site);
    const int ended = simt_now.ended_in[cta];
    simt_self = first;
    if (other)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, other->pc, fix,
                    "%d of the block's %d threads wait at this __syncthreads, %d at another", here,
                    simt_now.block_threads, crowds[cta].waiting - here);
    if (ended > told[cta] && ended_midst(cta) > 0)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, 0, fix,
                    "%d of the block's %d threads wait at this __syncthreads, and %d have ended without reaching it, "
                    "%d of them in the same warps",
                    here, simt_now.block_threads, ended, ended_midst(cta));
    told[cta] = ended;
    simt_self = NULL;
}

static int combined(const struct crowd *crowd, int mode) {
    switch (mode) {
        case COUNT:
            return crowd->yes;
        case AND:
            return crowd->yes == crowd->waiting;
        case OR:
            return crowd->yes > 0;
        default:
            return 0;
    }
}

// In a cluster not all threads have met: those of a block know of each other what they did.
static void exchange(int cta) {
    struct message all = {.known = NULL};
    struct thread *t, *first, *end;
    threads_of(cta, &first, &end);
    for (t = first; t < end; t++) {
        if (t->state == ENDED) continue;
        simt_self = t;
        clock_send(&all);
    }
    simt_self = NULL;
    for (t = first; t < end; t++)
        if (t->state != ENDED) clock_receive_for(t->id, &all);
    clock_forget(&all);
}

static bool release(int cta) {
    struct crowd *crowd = &crowds[cta];
    struct thread *t, *end;
    const int ended = simt_now.ended_in[cta];
    if (crowd->waiting == 0 || crowd->waiting + ended < simt_now.block_threads) return false;
    if (crowd->mixed || ended > told[cta]) find_divergence(cta);
    for (threads_of(cta, &t, &end); t < end; t++) {
        if (t->state == ENDED) continue;
        t->value = combined(crowd, t->mode);
        t->state = READY;
    }
    memset(crowd, 0, sizeof *crowd);
    simt_now.barriers++;
    if (simt_now.ctas > 1) exchange(cta);
    else shadow_barrier();
    return true;
}

bool barrier_release(void) {
    bool any = false;
    for (int cta = 0; cta < simt_now.ctas; cta++) any |= release(cta);
    return any;
}

static void explain(int cta) {
    struct thread *first = NULL, *other = NULL, *t, *end;
    for (threads_of(cta, &t, &end); t < end; t++) {
        if (t->state == AT_BARRIER) first = first ? first : t;
        else if (t->state != ENDED) other = other ? other : t;
    }
    if (!first || !other) return;
    const int waiting = crowds[cta].waiting;
    simt_self = first;
    finding_add(SIMT_DEADLOCK, first->pc, other->pc,
                "let all threads of the block reach this __syncthreads, or let only those that need it meet at a named "
                "barrier (bar.sync)",
                "%d of the block's %d threads wait at this __syncthreads, and %d never come: they wait for something "
                "else, %s in %s",
                waiting, simt_now.block_threads, simt_now.block_threads - waiting - simt_now.ended_in[cta],
                describe_thread(other->id).text, describe_line(other->pc, first->pc).text);
}

void barrier_explain(void) {
    for (int cta = 0; cta < simt_now.ctas; cta++) explain(cta);
}
