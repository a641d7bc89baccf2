// Threads that wait in a loop for a value in memory: a lock, a flag, a counter. A thread runs until it waits, so one
// that looks at the same values again and again has to let others run; and where nobody is left who could change them,
// the launch would never end.
#include <string.h>

#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

enum {
    PATIENCE = 64,  // looks without news, then others may run
    PLACES = 4,     // that a thread may look at in turn
    LEAST_ROUNDS = 20,
    LEAST_LOOKS = 1 << 20,  // without news, of all threads together: then nothing will come any more
};

struct seen {
    const void *place;
    uint64_t value;
};
static struct {
    struct seen seen[MAX_THREADS][PLACES];
    int looks[MAX_THREADS];
    bool news;
    int rounds;  // without news
} polling;

void simt_poll(const void *p, unsigned size, uint32_t pc) {
    struct thread *t = simt_self;
    if (!t) return;
    struct seen *s = &polling.seen[t->id][(uintptr_t)p / 4 % PLACES];
    uint64_t value = 0;
    memcpy(&value, p, size < sizeof value ? size : sizeof value);
    if (s->place != p || s->value != value) {
        *s = (struct seen){p, value};
        polling.looks[t->id] = 0;
        polling.news = true;
    } else if (++polling.looks[t->id] >= PATIENCE) {
        polling.looks[t->id] = 0;
        t->pc = pc;
        t->awaited = (void *)p;
        simt_yield(AT_POLL);
    }
}

static void end_waiting(int pollers) {
    struct thread *first = NULL, *other = NULL;
    int others = 0;
    bool events = false;
    for (int i = 0; i < simt_now.threads; i++) {
        struct thread *t = &simt_now.thread[i];
        if (t->state == AT_POLL && !first) first = t;
        events |= t->state == AT_EVENT;
        if (t->state != AT_BARRIER && t->state != AT_WARP && t->state != AT_EVENT) continue;
        if (!other) other = t;
        others++;
    }
    const char *fix =
        "blocks run in any order, here one after another: a block must not wait for a later one. Split the kernel in "
        "two launches; "
        "inside a block wait with __syncthreads";
    // cppcheck-suppress nullPointer  // somebody polls, or nobody would ask
    if (shared_find((uintptr_t)first->awaited))
        fix =
            "let a thread of the block change it before it waits itself; where all threads can come, use __syncthreads";
    const char *who = pollers == 1 ? "thread of the block waits" : "threads of the block wait";
    simt_self = first;
    const bool told = mbarrier_explain_asked(first);
    if (!told && other)
        finding_add(SIMT_DEADLOCK, first->pc, other->pc, fix,
                    "%d %s in a loop for a value that nobody changes any more, %d for them at another line", pollers,
                    who, others);
    else if (!told)
        finding_add(SIMT_DEADLOCK, first->pc, 0, fix, "%d %s in a loop for a value that nobody changes any more",
                    pollers, who);
    if (events) waits_explain();
    simt_kill(cudaErrorLaunchTimeout);
}

bool poll_round(void) {
    int pollers = 0;
    for (int i = 0; i < simt_now.threads; i++) pollers += simt_now.thread[i].state == AT_POLL;
    if (pollers == 0) return false;
    polling.rounds = polling.news ? 0 : polling.rounds + 1;
    polling.news = false;
    if (polling.rounds > LEAST_ROUNDS + LEAST_LOOKS / PATIENCE / pollers) end_waiting(pollers);
    for (int i = 0; i < simt_now.threads; i++)
        if (simt_now.thread[i].state == AT_POLL) simt_now.thread[i].state = READY;
    return true;
}
