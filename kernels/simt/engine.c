// Engines beside the threads: TMA and wgmma read and write shared memory on a thread's behalf, some time after it asked for it.
// Writing is checked by the cells of shadow.c, as with cp.async. Who reads is kept here, for each 16 bytes: until the reads are
// over nobody may write there, and then only who has been told so.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "simt/clock.h"
#include "simt/heap.h"

enum { CHUNK = 16, ALONE = WARPGROUPS, READERS, NAMES = 8 };
struct chunk {
    unsigned readers;  // of this block: a bit for each that has read
    int thread;        // ALONE: which
    struct reading {
        uint64_t ended;
        uint32_t pc;
        uint16_t flying, name;
    } by[READERS];
};
static const char *names[NAMES];  // what reads
static struct chunk *chunks;
static size_t flying;  // of all chunks

static struct chunk *chunk_of(uintptr_t address) {
    return &chunks[(address - SHARED_BASE) / CHUNK];
}

static void map(void) {
    if (chunks) return;
    chunks = mmap(NULL, SHARED_SIZE / CHUNK * sizeof *chunks, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (chunks == MAP_FAILED) fatal_memory("cannot reserve addresses for what engines read");
}

// A launch that was ended, or a kernel that did not wait, leaves reads that never end.
void engine_begin_block(void) {
    if (!flying) return;
    madvise(chunks, SHARED_SIZE / CHUNK * sizeof *chunks, MADV_DONTNEED);
    flying = 0;
}

// ---- what both directions check -------------------------------------------------------------------------------------
static bool inside(uintptr_t at, size_t size, const char *what, const char *does, uint32_t pc) {
    struct cell *last;
    if (shadow_cells(at, size, &last)) return true;
    memory_finding(SIMT_OUT_OF_BOUNDS, pc, 0, "let the whole tile lie inside one variable of shared memory",
                   "%s %s %zu bytes from %s on, and they do not all lie inside one array of shared memory", what, does,
                   size, describe_memory(at, 0, pc).text);
    return false;
}

static bool same_write(const struct mark *a, const struct mark *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

struct doing {  // who, and what it does, for words
    const char *what, *verb;
    uint32_t pc;
};

static struct words in_words(const struct doing *d) {
    struct words w;
    snprintf(w.text, sizeof w.text, "%.40s %s", d->what, d->verb);
    return w;
}

static void tell_race(const struct mark *before, uintptr_t at, const struct doing *d, const char *did) {
    const uint32_t pc = d->pc;
    if (finding_known(SIMT_RACE, pc, before->pc)) return;
    memory_finding(SIMT_RACE, pc, before->pc,
                   "let that thread arrive at an mbarrier afterwards and this one wait for it first, or put "
                   "__syncthreads() between",
                   "%s %s, which %s %s at %s, with no barrier between them", in_words(d).text,
                   describe_memory(at, 4, pc).text, describe_thread(before->who & THREAD).text, did,
                   describe_line(before->pc, pc).text);
}

static void tell_fence(const struct mark *w, uintptr_t at, const struct doing *d) {
    const uint32_t pc = d->pc;
    if (finding_known(SIMT_PROXY_FENCE, pc, w->pc)) return;
    memory_finding(SIMT_PROXY_FENCE, pc, w->pc, NULL,
                   "%s %s, which %s wrote at %s with an ordinary store and no fence_proxy_async() after it: the "
                   "engine may not see that store yet",
                   in_words(d).text, describe_memory(at, 4, pc).text, describe_thread(w->who & THREAD).text,
                   describe_line(w->pc, pc).text);
}

// An ordinary write of this block: true if it is in order and fenced.
static bool settled(const struct mark *w, uintptr_t at, const struct doing *d) {
    const int self = simt_self->id, writer = w->who & THREAD;
    const uint64_t time = time_of(w->epoch, w->tick);
    if (!clock_knows(self, writer, time)) {
        tell_race(w, at, d, "wrote");
        return false;
    }
    if (clock_knows_fence(self, writer, time)) return true;
    tell_fence(w, at, d);
    return false;
}

static bool landing_known(const struct mark *w) {
    return clock_knows_landing(simt_self->id, w->who & THREAD, time_of(w->epoch, w->tick));
}

// ---- reading --------------------------------------------------------------------------------------------------------
static void tell_unwritten(uintptr_t at, const struct doing *d) {
    if (finding_known(SIMT_UNINITIALISED, d->pc, 0)) return;
    memory_finding(SIMT_UNINITIALISED, d->pc, 0,
                   "fill the whole tile first, by TMA or by stores of all its elements, and wait for that",
                   "%s %s, which nobody in this block wrote", in_words(d).text, describe_memory(at, 4, d->pc).text);
}

static bool may_read(const struct mark *w, uintptr_t at, const struct doing *d) {
    if (w->epoch == PENDING) race_on_its_way(at, 4, w, in_words(d).text, false, d->pc);
    else if (w->epoch < shadow_now.block) tell_unwritten(at, d);
    else if (!(w->who & ENGINE)) return settled(w, at, d);
    else if (!landing_known(w)) race_landed(at, 4, w, in_words(d).text, false, d->pc);
    else return true;
    return false;
}

static void check_read(uintptr_t at, size_t size, const struct doing *d) {
    struct cell *last, *first = shadow_cells(at, size, &last);
    const struct mark *known = NULL;
    for (struct cell *c = first; c <= last; c++) {
        if (known && same_write(known, &c->write)) continue;
        const size_t step = size / (size_t)(last - first + 1);
        if (!may_read(&c->write, at + (size_t)(c - first) * step, d)) return;
        known = &c->write;
    }
}

static uint16_t name_of(const char *what) {
    uint16_t i = 0;
    while (i < NAMES - 1 && names[i] && names[i] != what) i++;
    names[i] = what;
    return i;
}

bool engine_read(uintptr_t at, size_t size, int team, const char *what, uint32_t pc) {
    if (!simt_instrumented) return true;
    if (!inside(at, size, what, "reads", pc)) return false;
    const int reader = team == NO_TEAM ? ALONE : team;
    const uint16_t name = name_of(what);
    clock_wake();
    map();
    check_read(at, size, &(struct doing){what, "reads", pc});
    struct chunk *first = chunk_of(at), *last = chunk_of(at + size - 1);
    for (struct chunk *c = first; c <= last; c++) {
        struct reading *r = &c->by[reader];
        c->readers |= 1u << reader;
        if (reader == ALONE) c->thread = simt_self->id;
        r->flying++;
        r->pc = pc;
        r->name = name;
    }
    flying += (size_t)(last - first) + 1;
    return true;
}

void engine_read_end(uintptr_t at, size_t size, int team) {
    if (!simt_instrumented || !chunks) return;
    const int reader = team == NO_TEAM ? ALONE : team;
    const uint64_t now = time_of(shadow_now.epoch, shadow_now.tick);
    struct chunk *last = chunk_of(at + size - 1);
    shadow_now.used = true;
    for (struct chunk *c = chunk_of(at); c <= last; c++) {
        if (c->by[reader].flying == 0) continue;
        c->by[reader].flying--;
        c->by[reader].ended = now;
        flying--;
    }
}

// ---- writing over what is read --------------------------------------------------------------------------------------
static bool told(int team, const struct chunk *c) {
    const int self = simt_self->id;
    const uint64_t ended = c->by[team].ended;
    return team == ALONE ? clock_knows(self, c->thread, ended) : clock_knows_over(self, team, ended);
}

static void tell_overwritten(const struct chunk *c, int reader, uintptr_t at, const char *verb, uint32_t pc) {
    const struct reading *r = &c->by[reader];
    if (finding_known(SIMT_RACE, pc, r->pc)) return;
    const char *fix =
        reader == ALONE ? "wait for the store first: tma_wait_read<0>() by the thread that issued it, then a barrier"
        : r->flying     ? "wait for the empty barrier first, at which the readers arrive after wgmma_wait"
                        : "wait for the empty barrier first: let the readers arrive there after wgmma_wait, and this "
                          "thread wait for it";
    memory_finding(SIMT_RACE, pc, r->pc, fix, "%s %s, which %s of %s %s", verb, describe_memory(at, CHUNK, pc).text,
                   names[r->name], describe_line(r->pc, pc).text,
                   r->flying ? "still reads" : "may still read: nobody has told this thread that it is over");
}

void engine_overwritten(uintptr_t address, size_t size, const char *verb, uint32_t pc) {
    if (!chunks) return;
    const struct chunk *last = chunk_of(address + size - 1);
    for (const struct chunk *c = chunk_of(address); c <= last; c++)
        for (unsigned left = c->readers; left; left &= left - 1) {
            const int reader = __builtin_ctz(left);
            if (c->by[reader].flying == 0 && told(reader, c)) continue;
            tell_overwritten(c, reader, SHARED_BASE + (uintptr_t)(c - chunks) * CHUNK, verb, pc);
            return;
        }
}

// ---- writing --------------------------------------------------------------------------------------------------------
static bool reads_over(struct cell *c, uintptr_t at, struct mark *unknown) {
    if (c->read.epoch != shadow_now.epoch) return true;
    if (!readers_known(at, &c->read, unknown)) return false;
    c->read.epoch = 0;
    readers_forget(at);
    return true;
}

static bool may_write(struct cell *c, uintptr_t at, const struct doing *d) {
    const struct mark *w = &c->write;
    struct mark unknown;
    if (w->epoch == PENDING) race_on_its_way(at, 4, w, in_words(d).text, true, d->pc);
    else if (!reads_over(c, at, &unknown)) tell_race(&unknown, at, d, "may still read");
    else if (w->epoch >= shadow_now.block && !(w->who & ENGINE)) return settled(w, at, d);
    else if (w->epoch >= shadow_now.block && !landing_known(w)) race_landed(at, 4, w, in_words(d).text, true, d->pc);
    else return true;
    return false;
}

bool engine_write(uintptr_t at, size_t size, const char *what, uint32_t pc) {
    if (!simt_instrumented) return true;
    if (!inside(at, size, what, "writes", pc)) return false;
    const struct doing d = {what, "overwrites", pc};
    clock_wake();
    engine_overwritten(at, size, in_words(&d).text, pc);
    mbarrier_overwritten(at, size, in_words(&d).text, pc);
    struct cell *last, *first = shadow_cells(at, size, &last);
    const size_t step = size / (size_t)(last - first + 1);
    for (struct cell *c = first; c <= last; c++)
        if (!may_write(c, at + (size_t)(c - first) * step, &d)) break;
    shadow_pending(at, size, pc);
    return true;
}

void engine_landed(uintptr_t at, size_t size, int thread, uint32_t pc, struct message *by) {
    (void)thread;
    if (!simt_instrumented) return;
    const unsigned source =
        by ? (unsigned)by->source : THREAD;  // THREAD: a barrier that is none, for which nobody waits
    shadow_landed_by(at, size, (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)(source | ENGINE)});
    if (by) clock_land(by);
}

void simt_fence_proxy_async(void) {
    engine_fence(simt_self->id);
    mbarrier_fence(simt_self->id, true);
}
