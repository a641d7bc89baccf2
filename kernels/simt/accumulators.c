// Registers that wgmma uses: accumulators, and A. Here they are arrays on the stacks of threads, and a kernel's hooks tell who
// touches them. While a product is under way nobody may touch its accumulators. And what was touched since the last fence, a
// product may not use: the few places that were are kept for each thread.
#include "simt/heap.h"
#include "simt/wgmma.h"

enum { PLACES = 8 };
static struct touched {
    int places;
    struct place {
        uintptr_t start, end;
        bool written;
        uint32_t pc;  // of the last
    } place[PLACES];
} touched[MAX_THREADS];

void touched_forget(void) {
    touched[simt_self->id].places = 0;
}

// Neighbours are one place. Where there are too many, what comes is forgotten: better no finding than a wrong one.
static void note(uintptr_t start, uintptr_t end, bool written, uint32_t pc) {
    struct touched *t = &touched[simt_self->id];
    for (int i = 0; i < t->places; i++) {
        struct place *p = &t->place[i];
        if (start > p->end || end < p->start || written != p->written) continue;
        if (start < p->start) p->start = start;
        if (end > p->end) p->end = end;
        p->pc = pc;
        return;
    }
    if (t->places < PLACES) t->place[t->places++] = (struct place){start, end, written, pc};
}

static const struct place *find(uintptr_t start, size_t size, bool only_written) {
    const struct touched *t = &touched[simt_self->id];
    for (int i = 0; i < t->places; i++) {
        const struct place *p = &t->place[i];
        if (start < p->end && p->start < start + size && (p->written || !only_written)) return p;
    }
    return NULL;
}

void touched_check(const struct product *p, void *d, const unsigned *a, uint32_t pc) {
    const size_t bytes = (size_t)p->w.n / 2 * 4;
    const struct place *of_d = find((uintptr_t)d, bytes, true);
    const struct place *of_a = a ? find((uintptr_t)a, 4 * sizeof *a, true) : NULL;
    if (!of_d) of_d = find((uintptr_t)d, bytes, false);
    if (of_d)
        memory_finding(SIMT_WGMMA, pc, of_d->pc, "call wgmma_fence() after that and before the product",
                       "the accumulators were %s by %s, and there was no wgmma_fence() since",
                       of_d->written ? "written" : "read", describe_line(of_d->pc, pc).text);
    if (of_a)
        memory_finding(SIMT_WGMMA, pc, of_a->pc, "call wgmma_fence() after that and before the product",
                       "the registers of A were written by %s, and there was no wgmma_fence() since",
                       describe_line(of_a->pc, pc).text);
}

static void find_early(const struct product *p, int warp, uintptr_t d, uintptr_t address, int how, uint32_t pc) {
    const bool committed = p->group[warp] != UNCOMMITTED;
    memory_finding(SIMT_WGMMA, pc, p->pc,
                   committed
                       ? "call wgmma_wait<0>() before the accumulators are used"
                       : "call wgmma_commit() behind the products, then wgmma_wait<0>(), then use the accumulators",
                   "%s accumulator %zu of the product of %s, which is still under way%s",
                   how & ACCESS_WRITE ? "writes" : "reads", (size_t)(address - d) / 4, describe_line(p->pc, pc).text,
                   committed ? "" : ": it was never committed, so that no wait waits for it");
}

void wgmma_touch(uintptr_t address, unsigned size, int how, uint32_t pc) {
    const struct team *g = team_of(simt_self);
    const int warp = team_warp(simt_self), thread = simt_self->id - team_first(simt_self);
    for (int i = g->done[warp]; i < g->next[warp]; i++) {
        const struct product *p = product_at(g, i);
        const uintptr_t d = (uintptr_t)p->d[thread], end = d + (uintptr_t)p->w.n / 2 * 4;
        if (address >= end || address + size <= d) continue;
        find_early(p, warp, d, address, how, pc);
        return;
    }
    note(address, address + size, how & ACCESS_WRITE, pc);
}
