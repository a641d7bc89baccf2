// Who read a cell of shared memory: the last lane of each warp. A cell itself keeps one reader and whether there were others. That
// is enough where barriers make order of all at once; where threads tell each other one by one, each reader has to have told.
// Kept only in blocks that send messages (clock.c).
#define _GNU_SOURCE
#include <sys/mman.h>

#include "simt/clock.h"
#include "simt/heap.h"

struct readers {
    uint32_t epoch,
        offset;      // of the cell, from SHARED_BASE: what is kept here may be of another time, or of a wider cell
    uint32_t warps;  // that read it
    struct {
        uint32_t pc;
        uint16_t tick, thread;
    } last[MAX_WARPS];
};

// In the place that the cell has among the cells.
static struct readers *readers_of(uintptr_t address) {
    static struct readers *all;
    if (!all) {
        all = mmap(NULL, SHARED_SIZE * sizeof *all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
        if (all == MAP_FAILED) fatal_memory("cannot reserve addresses for the readers of shared memory");
    }
    const struct shared_array *a = shared_at(address);
    const uintptr_t base = (SHARED_BASE + a->variable.start) & ~(uintptr_t)15;
    return &all[base - SHARED_BASE + ((address - base) >> a->shadow.shift)];
}

static bool valid(const struct readers *r, uintptr_t address) {
    return r->epoch == shadow_now.epoch && r->offset == (uint32_t)(address - SHARED_BASE);
}

void readers_note(uintptr_t address, uint32_t pc) {
    struct readers *r = readers_of(address);
    const int t = simt_self->id, warp = t / WARP;
    if (!valid(r, address)) {
        r->epoch = shadow_now.epoch;
        r->offset = (uint32_t)(address - SHARED_BASE);
        r->warps = 0;
    }
    r->warps |= 1u << warp;
    r->last[warp].pc = pc;
    r->last[warp].tick = shadow_now.tick;
    r->last[warp].thread = (uint16_t)t;
}

void readers_forget(uintptr_t address) {
    readers_of(address)->epoch = 0;
}

bool readers_known(uintptr_t address, const struct mark *mark, struct mark *unknown) {
    const struct readers *r = readers_of(address);
    *unknown = *mark;
    if (!valid(r, address)) return order_in_block(mark);
    for (uint32_t left = r->warps; left; left &= left - 1) {
        const int warp = __builtin_ctz(left);
        const unsigned thread = r->last[warp].thread;
        *unknown = (struct mark){r->epoch, r->last[warp].pc, r->last[warp].tick, (uint16_t)thread};
        if ((int)thread == simt_self->id || order_in_block(unknown)) continue;
        return false;
    }
    // lanes of its own warp that read before it did
    *unknown = *mark;
    return !(mark->who & OF_WARP) || mark->who & OF_WARPS || order_in_block(mark);
}
