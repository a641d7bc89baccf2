// Two threads, one place, and nothing that says who comes first. hooks.c sees at once that most accesses are in order; what is left
// is looked at here, and put into words.
#include <stdio.h>
#include <string.h>

#include "simt/clock.h"
#include "simt/heap.h"

// Two threads that write the same value do no harm ("found = true"), but what a write brings is known only after it.
static struct {
    uintptr_t address;
    unsigned size;
    unsigned char old[16];
    struct thread *thread;
    struct mark before;
    uint32_t pc;
    bool of_blocks;
} doubt;

// Nothing is wrong with two atomics, nor with an atomic beside a volatile access, or a plain read beside compare-and-swap.
static bool agree(const struct mark *m, int how, bool of_blocks) {
    unsigned now = mark_kind(how), kinds = ATOMIC | VOLATILE;
    if (!(how & ACCESS_WRITE) && m->who & CAS) return true;
    if (!(now & kinds) || !(m->who & kinds)) return false;
    return of_blocks || (now | m->who) & ATOMIC;
}

// ---- words ----------------------------------------------------------------------------------------------------------
// READ_EARLY: nobody of the block had written it yet when it was read: the write is missing before, not the barrier after.
enum order { WRITE_READ, READ_WRITE, WRITE_WRITE, READ_EARLY };

static struct words advice(enum order order, uint32_t before, uint32_t pc, bool of_warp) {
    struct words w, a = describe_line(before, pc), b = describe_line(pc, pc);
    if (order == READ_EARLY) return advice(WRITE_READ, pc, before, of_warp);
    const char *first = order == READ_WRITE ? "read" : "write", *then = order == WRITE_READ ? "read" : "write";
    const char *barrier = of_warp && simt_now.threads <= WARP ? "__syncwarp() or __syncthreads()" : "__syncthreads()";
    const char *also = of_warp && simt_now.threads > WARP ? " (__syncwarp() where only one warp comes)" : "";
    bool same = strcmp(a.text, b.text) == 0, again = source_place(before).line > source_place(pc).line;
    if (order == WRITE_WRITE && same)
        snprintf(w.text, sizeof w.text,
                 "let each thread write an element of its own (check the index), or use an atomic");
    else if (same)
        snprintf(w.text, sizeof w.text,
                 "put %s between the %s and the %s of %.40s%s; if all add to one element, use atomicAdd", barrier,
                 first, then, b.text, also);
    else
        snprintf(w.text, sizeof w.text, "put %s between the %s of %.60s and the %s%s of %.60s%s", barrier, first,
                 a.text, again ? "next " : "", then, b.text, also);
    return w;
}

// Where threads tell each other by messages, __syncthreads() is hardly what is missing.
static struct words advice_with_messages(enum order order, uint32_t before, uint32_t pc) {
    struct words w, a = describe_line(before, pc), b = describe_line(pc, pc);
    if (order == READ_WRITE)
        snprintf(w.text, sizeof w.text,
                 "let every reader arrive at an mbarrier (\"empty\") after %.60s, and wait for it before %.60s; or put "
                 "__syncthreads() between",
                 a.text, b.text);
    else
        snprintf(
            w.text, sizeof w.text,
            "let the thread of %.60s arrive at an mbarrier afterwards, and this one wait for it before %.60s; or put "
            "__syncthreads() between",
            a.text, b.text);
    return w;
}

static struct words advice_of(enum order order, uint32_t before, uint32_t pc, bool of_warp) {
    if (!(shadow_now.careful & MESSAGES) || of_warp || order == READ_EARLY) return advice(order, before, pc, of_warp);
    return advice_with_messages(order, before, pc);
}

static void tell(enum order order, uintptr_t address, unsigned size, const struct mark *before, uint32_t pc,
                 bool of_blocks) {
    static const char *const verb[] = {"reads", "writes", "writes", "writes"}, *const past[] = {"wrote", "read",
                                                                                                "wrote",
                                                                                                "has read already,"};
    if (finding_known(SIMT_RACE, pc, before->pc)) return;
    struct words at = describe_memory(address, size, pc);
    int other = before->who & THREAD;
    if (of_blocks) {
        memory_finding(
            SIMT_RACE, pc, before->pc,
            order == WRITE_READ && order_saw_atomic()
                ? "call __threadfence() between the write and the atomic that tells other blocks of it"
                : "blocks run in no order: give each its own element, use an atomic, or make two launches of it",
            "%s %s, which another block %s in the same launch", verb[order], at.text, past[order]);
        return;
    }
    bool of_warp = other / WARP == simt_self->id / WARP && !(before->who & OF_WARPS);
    struct words who = describe_thread(other);
    if (other == simt_self->id) snprintf(who.text, sizeof who.text, "another thread");
    memory_finding(SIMT_RACE, pc, before->pc, advice_of(order, before->pc, pc, of_warp).text,
                   "%s %s, which %s%s %s with no barrier between them", verb[order], at.text, who.text,
                   of_warp ? " of the same warp" : "", past[order]);
}

static void on_its_way(uintptr_t address, unsigned size, const struct mark *copy, int how, uint32_t pc) {
    race_on_its_way(address, size, copy, how & ACCESS_WRITE ? "writes" : "reads", false, pc);
}

static const char wait_for_full[] =
    "wait for the copy first: mbarrier_wait on its barrier, with the parity of this phase";
static const char wait_for_empty[] =
    "wait until the readers of the tile that lies there have arrived: mbarrier_wait on the empty barrier";

// Copies to shared memory are by cp.async or, where there is a barrier for them, by TMA; those to global memory are TMA stores.
void race_on_its_way(uintptr_t address, unsigned size, const struct mark *copy, const char *verb, bool engine_writes,
                     uint32_t pc) {
    if (finding_known(SIMT_ASYNC, pc, copy->pc)) return;
    unsigned phase;
    const uintptr_t barrier = tma_barrier_of(address, &phase);
    const bool store = !shared_holds(address);
    const char *fix = store ? "wait for it first: tma_wait<0>() by the thread that stored, then __syncthreads()"
                      : barrier && engine_writes ? wait_for_empty
                      : barrier                  ? mbarrier_fix(barrier, phase)
                                : "wait for the copy (cp.async.wait_group), then __syncthreads(), then use it";
    memory_finding(SIMT_ASYNC, pc, copy->pc, fix, "%s %s while the %s of %s is still on its way there%s", verb,
                   describe_memory(address, size, pc).text,
                   store     ? "TMA store"
                   : barrier ? "TMA load"
                             : "asynchronous copy",
                   describe_line(copy->pc, pc).text, barrier && !engine_writes ? mbarrier_hint(barrier, phase) : "");
}

void race_landed(uintptr_t address, unsigned size, const struct mark *w, const char *verb, bool writes, uint32_t pc) {
    if (finding_known(SIMT_MBARRIER, pc, w->pc)) return;
    const struct words at = describe_memory(address, size, pc), line = describe_line(w->pc, pc);
    if (writes)
        memory_finding(SIMT_MBARRIER, pc, w->pc, wait_for_empty,
                       "%s %s, which the TMA load of %s has brought, and nobody has told this thread that it was read",
                       verb, at.text, line.text);
    else
        memory_finding(SIMT_MBARRIER, pc, w->pc, wait_for_full,
                       "%s %s, which the TMA load of %s brings%s, and this thread has not waited for that", verb,
                       at.text, line.text, mbarrier_of_source(w->who & THREAD, pc).text);
}

static bool of_engine(const struct mark *w) {
    return w->epoch == shadow_now.epoch && w->who & ENGINE;
}

static bool knows_landing(const struct mark *w) {
    return clock_knows_landing(simt_self->id, w->who & THREAD, time_of(w->epoch, w->tick));
}

// ---- a write over a write -------------------------------------------------------------------------------------------
void race_settle(void) {
    if (!(shadow_now.careful & DOUBT)) return;
    shadow_now.careful &= ~DOUBT;
    if (memcmp((const void *)doubt.address, doubt.old, doubt.size) == 0) return;
    struct thread *self = simt_self;
    simt_self = doubt.thread;
    tell(WRITE_WRITE, doubt.address, doubt.size, &doubt.before, doubt.pc, doubt.of_blocks);
    simt_self = self;
}

static void write_over(uintptr_t address, unsigned size, const struct mark *before, int how, uint32_t pc,
                       bool of_blocks) {
    if (how & ACCESS_ATOMIC || before->who & ATOMIC) {
        tell(WRITE_WRITE, address, size, before, pc, of_blocks);
        return;
    }
    if (shadow_now.careful & DOUBT) {  // of this very access: its cells follow each other
        doubt.size = (unsigned)(address + size - doubt.address);
        memcpy(doubt.old, (const void *)doubt.address, doubt.size);
        return;
    }
    shadow_now.careful |= DOUBT;
    doubt.address = address, doubt.size = size;
    doubt.thread = simt_self, doubt.before = *before;
    doubt.pc = pc, doubt.of_blocks = of_blocks;
    memcpy(doubt.old, (const void *)address, size);
}

// ---- the three orders -----------------------------------------------------------------------------------------------
bool race_read(struct cell *c, uintptr_t address, unsigned size, int how, uint32_t pc) {
    const struct mark *w = &c->write;
    if (w->epoch == PENDING) {
        on_its_way(address, size, w, how, pc);
    } else if (w->epoch < shadow_now.block) {
        if (shared_holds(address)) return true;
        if (agree(w, how, true) || order_of_blocks(w)) return false;
        tell(WRITE_READ, address, size, w, pc, true);
    } else if (of_engine(w)) {
        if (!knows_landing(w)) race_landed(address, size, w, "reads", false, pc);
    } else if ((w->who & THREAD) != simt_self->id && !agree(w, how, false) && !order_in_block(w)) {
        tell(WRITE_READ, address, size, w, pc, false);
    }
    return false;
}

static void write_after_write(const struct mark *w, uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (w->epoch == PENDING) {
        on_its_way(address, size, w, how, pc);
    } else if (of_engine(w)) {
        if (!knows_landing(w)) race_landed(address, size, w, "writes", true, pc);
    } else if (w->epoch == shadow_now.epoch) {
        if ((w->who & THREAD) != simt_self->id && !agree(w, how, false) && !order_in_block(w))
            write_over(address, size, w, how, pc, false);
    } else if (w->epoch < shadow_now.block && w->epoch >= shadow_now.launch && !shared_holds(address)) {
        if (!agree(w, how, true) && !order_of_blocks(w)) write_over(address, size, w, how, pc, true);
    }
}

// Of this epoch, by others. Once all have told simt_self, they are past for everybody who comes after this write.
static bool reads_known(struct mark *r, uintptr_t address, struct mark *unknown) {
    *unknown = *r;
    if (!(shadow_now.careful & MESSAGES) || !shared_holds(address)) return order_in_block(r);
    if (!readers_known(address, r, unknown)) return false;
    r->epoch = 0;
    readers_forget(address);
    return true;
}

static void write_after_read(struct mark *r, bool fresh, uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (agree(r, how, false) || how & ACCESS_CAS || r->epoch < shadow_now.launch) return;
    if (r->epoch == shadow_now.epoch) {
        struct mark unknown;
        bool others = (r->who & THREAD) != simt_self->id || r->who & (OF_WARP | OF_WARPS);
        if (others && !reads_known(r, address, &unknown)) {
            tell(shared_holds(address) && fresh ? READ_EARLY : READ_WRITE, address, size, &unknown, pc, false);
            return;
        }
    }
    if (shared_holds(address) || agree(r, how, true)) return;
    bool earlier = r->epoch < shadow_now.block ? !order_of_blocks(r) : r->who & OF_BLOCKS && !order_any_block();
    if (earlier) tell(READ_WRITE, address, size, r, pc, true);
}

void race_write(struct cell *c, uintptr_t address, unsigned size, int how, uint32_t pc) {
    write_after_write(&c->write, address, size, how, pc);
    write_after_read(&c->read, c->write.epoch < shadow_now.block, address, size, how, pc);
}

void race_mark_read(struct cell *c, int how, uint32_t pc) {
    struct mark *r = &c->read;
    int t = simt_self->id, other = r->who & THREAD;
    int others = r->who & (OF_WARP | OF_WARPS | OF_BLOCKS);
    if (order_in_block(r)) others &= OF_BLOCKS;  // who is in order after this read is in order after those, too
    else if (other != t) others |= other / WARP == t / WARP ? OF_WARP : OF_WARPS;
    unsigned kind = weaker_kind(r->who, mark_kind(how));
    *r = (struct mark){r->epoch, pc, shadow_now.tick, (uint16_t)((unsigned)t | (unsigned)others | kind)};
}

// ---- blocks with messages, and writes in doubt ----------------------------------------------------------------------
void race_carefully(uintptr_t address, unsigned size, int how, uint32_t pc) {
    race_settle();
    if (!(shadow_now.careful & MESSAGES)) return;
    shadow_now.used = true;
    if (!shared_holds(address)) return;
    if (simt_now.ctas > 1) cluster_touch(address, how, pc);
    if (!(how & ACCESS_WRITE)) return;
    engine_overwritten(address, size, "writes", pc);
    mbarrier_overwritten(address, size, "an ordinary store writes", pc);
}
