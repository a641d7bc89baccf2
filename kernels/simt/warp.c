// What the lanes of a warp do together. There is one primitive: all lanes of a mask arrive, then the last of them does
// the work for all. A warp runs until nothing more can happen in it.
#include <string.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

static struct thread *lanes_of(int warp, int *n) {
    const int left = simt_now.threads - warp * WARP;
    *n = left < WARP ? left : WARP;
    return &simt_now.thread[warp * WARP];
}

// ---- coming together ------------------------------------------------------------------------------------------------
static bool same_call(const struct thread *a, const struct thread *b) {
    return a->mask == b->mask && a->all == b->all && (a->name == b->name || strcmp(a->name, b->name) == 0);
}

// The lanes of t's mask that have come to the same call, and (missing) those that have neither come nor ended.
static unsigned come(const struct thread *t, const struct thread *lane, int n, unsigned *missing) {
    unsigned here = 0;
    *missing = 0;
    for (int i = 0; i < n; i++) {
        const unsigned bit = 1u << i & t->mask;
        if (!bit || lane[i].state == ENDED) continue;
        if (lane[i].state == AT_WARP && same_call(t, &lane[i])) here |= bit;
        else *missing |= bit;
    }
    return here;
}

static void together(struct thread *lane, unsigned lanes, int warp) {
    void *argument[WARP] = {NULL};
    void (*all)(void **, unsigned) = NULL;
    for (int i = 0; i < WARP; i++) {
        if (!(lanes >> i & 1)) continue;
        argument[i] = lane[i].argument;
        all = lane[i].all;
        lane[i].state = READY;
    }
    simt_now.warp_calls++;
    if (all) all(argument, lanes);
    shadow_syncwarp(warp, lanes);
}

// ---- __activemask: the lanes that come to the same line before any of them can go on --------------------------------
static void nothing(void **arguments, unsigned lanes) {
    (void)arguments, (void)lanes;
}

static bool is_active_mask(const struct thread *t) {
    return t->state == AT_WARP && t->all == nothing;
}

static unsigned beside(const struct thread *t, const struct thread *lane, int n) {
    unsigned lanes = 0;
    for (int i = 0; i < n; i++)
        if (is_active_mask(&lane[i]) && lane[i].pc == t->pc) lanes |= 1u << i;
    return lanes;
}

unsigned simt_active_mask(void) {
    struct thread *t = simt_self;
    t->pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    t->mask = 0;
    t->name = "__activemask";
    t->all = nothing;
    simt_yield(AT_WARP);
    return t->mask;
}

// ---- the warp -------------------------------------------------------------------------------------------------------
// One group of lanes goes on. False: none can.
static bool meet(struct thread *lane, int n, int warp) {
    for (int i = 0; i < n; i++) {
        if (lane[i].state != AT_WARP) continue;
        if (is_active_mask(&lane[i])) {
            const unsigned lanes = beside(&lane[i], lane, n);
            for (int j = 0; j < n; j++)
                if (lanes >> j & 1) lane[j].mask = lanes, lane[j].state = READY;
            return true;
        }
        unsigned missing;
        const unsigned lanes = come(&lane[i], lane, n, &missing);
        if (missing) continue;
        together(lane, lanes, warp);
        return true;
    }
    return false;
}

static bool wake_paused(struct thread *lane, int n) {
    bool any = false;
    for (int i = 0; i < n; i++)
        if (lane[i].state == AT_PAUSE) lane[i].state = READY, any = true;
    return any;
}

static const char *const all_lanes_come =
    "call it where all lanes of the mask come, or name in the mask only those that do";

// Lane i waits for lane `other`, which waits for something else.
static void explain_lane(const struct thread *lane, int i, int other) {
    const struct thread *t = &lane[i], *o = &lane[other];
    if (o->state == AT_BARRIER)
        finding_add(SIMT_DEADLOCK, t->pc, o->pc, all_lanes_come,
                    "lane %d waits in %s for lane %d, which waits at a __syncthreads", i, t->name, other);
    else if (o->state != AT_WARP)
        finding_add(SIMT_DEADLOCK, t->pc, o->pc, all_lanes_come,
                    "lane %d waits in %s for lane %d, which waits for something that never happens", i, t->name, other);
    else if (t->mask != o->mask)
        finding_add(SIMT_WARP_MASK, t->pc, o->pc, "give all lanes that work together the same mask",
                    "lane %d waits in %s with mask 0x%08x for lane %d, which waits in %s with mask 0x%08x", i, t->name,
                    t->mask, other, o->name, o->mask);
    else
        finding_add(SIMT_WARP_MASK, t->pc, o->pc, all_lanes_come, "lane %d waits in %s for lane %d, which waits in %s",
                    i, t->name, other, o->name);
}

void warp_explain(int warp) {
    int n;
    struct thread *lane = lanes_of(warp, &n);
    for (int i = 0; i < n; i++) {
        unsigned missing;
        if (lane[i].state != AT_WARP) continue;
        come(&lane[i], lane, n, &missing);
        if (!missing) continue;
        simt_self = &lane[i];
        explain_lane(lane, i, __builtin_ctz(missing));
        return;
    }
}

// A lane waits for lanes that wait for something else, as no other warp can change. Lanes that poll may still come, and those
// that wait for an event.
static void find_stuck(const struct thread *lane, int n, int warp) {
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (lane[i].state == AT_POLL || lane[i].state == AT_EVENT) return;
        any |= lane[i].state == AT_WARP;
    }
    if (!any) return;
    warp_explain(warp);
    simt_kill(cudaErrorLaunchTimeout);
}

// All lanes have ended or wait at a barrier.
static bool done(const struct thread *lane, int n) {
    for (int i = 0; i < n; i++)
        if (lane[i].state != AT_BARRIER && lane[i].state != ENDED) return false;
    return true;
}

void warp_run(int warp) {
    int n;
    struct thread *lane = lanes_of(warp, &n);
    do {
        for (int i = 0; i < n; i++)
            if (lane[i].state == READY) thread_resume(&lane[i]);
        events_flush();
        if (done(lane, n)) return;
    } while (wake_paused(lane, n) || meet(lane, n, warp));
    find_stuck(lane, n, warp);
}

void warp_arrive(unsigned mask, const char *name, void *argument, void (*all)(void **, unsigned), uint32_t pc) {
    struct thread *t = simt_self;
    t->pc = pc;
    t->name = name;
    t->argument = argument;
    t->all = all;
    t->mask = mask;
    const unsigned lane = (unsigned)t->id % WARP;
    if (!(mask >> lane & 1)) {
        finding_add(SIMT_WARP_MASK, pc, 0, "every lane that makes the call must be in its mask",
                    "lane %u calls %s with mask 0x%08x, which does not name it", lane, name, mask);
        t->mask = 1u << lane;  // it goes on alone
    }
    simt_yield(AT_WARP);
}

void simt_collective(unsigned mask, const char *name, void *argument, void (*all)(void **arguments, unsigned lanes)) {
    warp_arrive(mask, name, argument, all, (uint32_t)(uintptr_t)__builtin_return_address(0));
}

void simt_syncwarp(unsigned mask) {
    warp_arrive(mask, "__syncwarp", NULL, NULL, (uint32_t)(uintptr_t)__builtin_return_address(0));
}
