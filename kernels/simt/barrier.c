// __syncthreads: all threads of the block come, and only then do they go on.
#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

enum { PLAIN, COUNT, AND, OR };  // simt_barrier's modes

int simt_barrier(int site, int mode, int predicate) {
    struct thread *t = simt_self;
    t->pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    t->site = site;
    t->mode = mode;
    t->value = predicate != 0;
    simt_yield(AT_BARRIER);
    return t->value;
}

// Threads that are there, of them at this site, and threads that have ended.
struct crowd {
    int waiting, here, ended;
};

static struct crowd crowd_at(int site) {
    struct crowd c = {0, 0, 0};
    for (int i = 0; i < simt_now.threads; i++) {
        const struct thread *t = &simt_now.thread[i];
        c.waiting += t->state == AT_BARRIER;
        c.here += t->state == AT_BARRIER && t->site == site;
        c.ended += t->state == ENDED;
    }
    return c;
}

static const struct thread *first_elsewhere(int site) {
    for (int i = 0; i < simt_now.threads; i++)
        if (simt_now.thread[i].state == AT_BARRIER && simt_now.thread[i].site != site) return &simt_now.thread[i];
    return NULL;
}

// Some hardware lets such threads pass, other hangs: it is wrong on all.
static void find_divergence(struct thread *first, struct crowd c) {
    const char *fix =
        "let all threads of the block reach the same __syncthreads: put the `if` around the work, not around it";
    const struct thread *other = first_elsewhere(first->site);
    simt_self = first;
    if (other)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, other->pc, fix,
                    "%d of the block's %d threads wait at this __syncthreads, %d at another", c.here, simt_now.threads,
                    c.waiting - c.here);
    if (c.ended > 0)
        finding_add(SIMT_DIVERGENT_BARRIER, first->pc, 0, fix,
                    "%d of the block's %d threads wait at this __syncthreads, and %d have ended without reaching it",
                    c.here, simt_now.threads, c.ended);
    simt_self = NULL;
}

static int combined(int mode, int count, int waiting) {
    switch (mode) {
        case COUNT:
            return count;
        case AND:
            return count == waiting;
        case OR:
            return count > 0;
        default:
            return 0;
    }
}

bool barrier_release(void) {
    struct thread *first = NULL;
    int count = 0, waiting = 0;
    bool together = true;
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state == ENDED) {
            together = false;
            continue;
        }
        if (t->state != AT_BARRIER) return false;
        if (!first) first = t;
        if (t->site != first->site) together = false;
        count += t->value;
        waiting++;
    }
    if (!together) find_divergence(first, crowd_at(first->site));
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state == ENDED) continue;
        t->value = combined(t->mode, count, waiting);
        t->state = READY;
    }
    simt_now.barriers++;
    shadow_barrier();
    return true;
}
