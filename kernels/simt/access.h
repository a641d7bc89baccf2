// The check of one access: inlined into every hook, where its size and direction are constants. Most accesses are in order, and
// that is seen here; race.c and illegal.c have the rest.
#pragma once
#include "simt/heap.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define INLINE static inline __attribute__((always_inline))

// ---- illegal.c: accesses that are wrong by themselves ------------------------------------------------------------------
void illegal_misaligned(uintptr_t address, unsigned size, int how, uint32_t pc);
void illegal_shared(uintptr_t address, unsigned size, int how, uint32_t pc);  // outside of every variable
void illegal_heap(uintptr_t address, unsigned size, int how, uint32_t pc);  // outside of every array, or of a freed one
void illegal_unwritten(uintptr_t address, unsigned size, uint32_t pc);
void access_elsewhere(uintptr_t address, unsigned size, int how,
                      uint32_t pc);  // neither shared memory nor heap: right or wrong

// ---- cells ----------------------------------------------------------------------------------------------------------
// Nobody else wrote it since the last barrier, and no other block wrote it in this launch.
INLINE bool write_settled(const struct mark *w, unsigned t, bool shared, bool reading) {
    uint32_t e = w->epoch;
    if (e == shadow_now.epoch) return (w->who & (THREAD | ENGINE)) == t;
    if (shared && !reading) return e < shadow_now.epoch;
    return e - shadow_now.block < shadow_now.epoch - shadow_now.block || (!shared && e < shadow_now.launch);
}

INLINE bool reads_settled(const struct mark *r, unsigned t, bool shared) {
    if (r->epoch == shadow_now.epoch) return (r->who & (THREAD | OF_WARP | OF_WARPS)) == t && !(r->who & OF_BLOCKS);
    return shared || r->epoch < shadow_now.launch || (r->epoch >= shadow_now.block && !(r->who & OF_BLOCKS));
}

// Of this epoch: another read by t tells nothing new.
INLINE bool read_known(const struct mark *r, unsigned t) {
    unsigned who = r->who, other = (who ^ t) & THREAD;
    if (who & (ATOMIC | VOLATILE)) return false;
    return who & OF_WARPS || (r->tick == shadow_now.tick && (other == 0 || (who & OF_WARP && other < WARP)));
}

INLINE void mark_read(struct cell *c, unsigned t, int how, bool shared, uint32_t pc) {
    struct mark *r = &c->read;
    unsigned who = r->who;
    if (r->epoch == shadow_now.epoch) {
        if (!read_known(r, t)) race_mark_read(c, how, pc);
        return;
    }
    unsigned others = shared || r->epoch < shadow_now.launch ? 0
                      : r->epoch < shadow_now.block          ? (unsigned)OF_BLOCKS
                                                             : who & OF_BLOCKS;
    unsigned kind = others ? weaker_kind(who, mark_kind(how)) : mark_kind(how) & (ATOMIC | VOLATILE);
    *r = (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)(t | others | kind)};
}

// address is a multiple of size, and lies in the memory of s, whose cells begin at base.
INLINE void check_cells(struct shadow *s, uintptr_t base, uintptr_t address, unsigned size, int how, bool shared,
                        uint32_t pc) {
    unsigned t = (unsigned)simt_self->id;
    bool fresh = shared && how != ACCESS_WRITE && how != (ACCESS_WRITE | ACCESS_VOLATILE);
    if (UNLIKELY(1u << s->shift > size)) shadow_split(s, size == 1 ? 0 : 1);
    s->sizes |= size;
    unsigned step = 1u << s->shift;
    struct cell *c = &s->cells[(address - base) >> s->shift];
    for (unsigned i = 0; i < size; i += step, c++) {
        if (!(how & ACCESS_WRITE) || how & ACCESS_ATOMIC) {
            if (write_settled(&c->write, t, shared, true) || !race_read(c, address + i, step, how, pc)) fresh = false;
        }
        if (how & ACCESS_WRITE) {
            if (UNLIKELY(!write_settled(&c->write, t, shared, false) || !reads_settled(&c->read, t, shared)))
                race_write(c, address + i, step, how, pc);
            c->write = (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)(t | mark_kind(how))};
        }
        if (!(how & ACCESS_WRITE) || how & ACCESS_ATOMIC) mark_read(c, t, how, shared, pc);
        if (shared && how == 0 && UNLIKELY(shadow_now.careful & MESSAGES)) readers_note(address + i, pc);
    }
    if (UNLIKELY(fresh)) illegal_unwritten(address, size, pc);
}

INLINE void check_written(uint8_t *written, size_t at, uintptr_t address, unsigned size, int how, uint32_t pc) {
    uint8_t *bits = &written[at / 8], mask = (uint8_t)(size >= 8 ? 0xff : ((1u << size) - 1) << at % 8);
    bool any = bits[0] & mask || (size == 16 && bits[1]);
    if (UNLIKELY(!any) && (!(how & ACCESS_WRITE) || how & ACCESS_ATOMIC)) illegal_unwritten(address, size, pc);
    if (!(how & ACCESS_WRITE)) return;
    bits[0] |= mask;
    if (size == 16) bits[1] = 0xff;
}

// ---- one access -----------------------------------------------------------------------------------------------------
INLINE void access_shared(uintptr_t address, unsigned size, int how, uint32_t pc) {
    struct shared_array *a = shared_at(address);
    size_t at = a ? address - SHARED_BASE - a->variable.start : 0;
    if (UNLIKELY(!a || at >= a->variable.size || size > a->variable.size - at)) {
        illegal_shared(address, size, how, pc);
        return;
    }
    if (simt_counting) event_access(simt_self->id % WARP, pc, how & 3, true, size, address);
    if (how & ACCESS_ATOMIC) order_atomic(address);
    check_cells(&a->shadow, (SHARED_BASE + a->variable.start) & ~(uintptr_t)15, address, size, how, true, pc);
}

INLINE void access_heap(uintptr_t address, unsigned size, int how, uint32_t pc) {
    const struct allocation *a = heap_at(address);
    size_t at = a ? address - a->start : 0;
    if (UNLIKELY(!a || !a->live || at >= a->size || size > a->size - at)) {
        illegal_heap(address, size, how, pc);
        return;
    }
    if (simt_counting) event_access(simt_self->id % WARP, pc, how & 3, false, size, address);
    if (how & (ACCESS_ATOMIC | ACCESS_VOLATILE)) order_atomic(address);
    if (a->shadow->written) check_written(a->shadow->written, at, address, size, how, pc);
    check_cells(a->shadow, a->start, address, size, how, false, pc);
}

INLINE void access_any(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (UNLIKELY(shadow_now.careful)) race_carefully(address, size, how, pc);
    if (UNLIKELY(simt_late)) simt_late_at(pc);
    if (UNLIKELY(address & (size - 1))) illegal_misaligned(address, size, how, pc);
    else if (shared_holds(address)) access_shared(address, size, how, pc);
    else if (heap_holds(address)) access_heap(address, size, how, pc);
    else access_elsewhere(address, size, how, pc);
}

// ---- the usual case -------------------------------------------------------------------------------------------------
// A plain read or write of shared memory that is in order: without a loop, and without a call but the last. False: it was not
// that, and nothing was done that access_any would not do again.
INLINE bool usual_cell(struct cell *c, unsigned t, int how, uint32_t pc) {
    if (!write_settled(&c->write, t, true, !how)) return false;
    if (how) {
        if (!reads_settled(&c->read, t, true)) return false;
        c->write = (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)t};
        return true;
    }
    if (c->read.epoch == shadow_now.epoch) {
        if (read_known(&c->read, t)) return true;
        if (c->read.who & (ATOMIC | VOLATILE) || c->read.tick != shadow_now.tick) return false;
        c->read.who |= ((c->read.who ^ t) & THREAD) < WARP ? OF_WARP : OF_WARPS;  // nothing can have come between
        return true;
    }
    c->read = (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)t};
    return true;
}

INLINE bool usual_access(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (!shared_holds(address) || address & (size - 1) || shadow_now.careful || simt_late) return false;
    struct shared_array *a = shared_at(address);
    if (!a) return false;
    size_t at = address - SHARED_BASE - a->variable.start;
    unsigned shift = size >= 4 ? 2 : size / 2, t = (unsigned)simt_self->id;
    if (at >= a->variable.size || size > a->variable.size - at || a->shadow.shift != shift) return false;
    struct cell *c = &a->shadow.cells[(address - ((SHARED_BASE + a->variable.start) & ~(uintptr_t)15)) >> shift];
    for (unsigned i = 0; i < size >> shift; i++)
        if (!usual_cell(&c[i], t, how, pc)) return false;
    if (simt_counting) event_access(t % WARP, pc, how, true, size, address);
    return true;
}
