// Threads that wait for an event: an mbarrier, a named barrier, registers. And what is said when nobody can go on.
#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

void simt_wait(const struct waiting *for_, void *what, uint32_t pc) {
    struct thread *t = simt_self;
    t->pc = pc;
    t->waiting = for_;
    t->awaited = what;
    simt_yield(AT_EVENT);
}

bool waits_over(void) {
    bool any = false;
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state != AT_EVENT || !t->waiting->over(t)) continue;
        t->state = READY;
        any = true;
    }
    return any;
}

// Threads that wait for the same at the same line have one explanation.
static bool explained(int thread) {
    const struct thread *t = &simt_now.thread[thread];
    for (int i = 0; i < thread; i++) {
        const struct thread *o = &simt_now.thread[i];
        if (o->state == AT_EVENT && o->waiting == t->waiting && o->awaited == t->awaited && o->pc == t->pc) return true;
    }
    return false;
}

static void explain(int blame) {
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state != AT_EVENT || explained(i)) continue;
        if (blame != (t->waiting->blame ? t->waiting->blame(t) : 0)) continue;
        simt_self = t;
        t->waiting->explain(t);
    }
}

void waits_explain(void) {
    for (int blame = MOST_BLAME; blame > 0; blame--) explain(blame);
    barrier_explain();
    explain(0);
    for (int w = 0; w < simt_now.warps; w++) warp_explain(w);
    simt_self = NULL;
}

_Noreturn void waits_deadlock(void) {
    waits_explain();
    simt_kill(cudaErrorLaunchTimeout);
}
