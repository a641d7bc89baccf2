// mbarriers: objects in shared memory that count arrivals and bytes, phase after phase (PTX ISA, "Parallel Synchronization and
// Communication Instructions: mbarrier"). A GPU keeps the counts in the object's 64 bits. Here they lie beside it, so that a store
// that overwrites it is found; the object holds a picture of them, for loops that poll it (poll.c).
#include "simt/mbarrier.h"

#include <stdio.h>
#include <string.h>

#include "simt/access.h"

enum { MOST = 4096, MOST_COUNT = (1 << 20) - 1 };

static struct mbarrier table[MOST];
static int barriers;  // of this block

void mbarrier_begin_block(void) {
    if (barriers) mbarrier_forget_waits();
    barriers = 0;
}

// ---- the table ------------------------------------------------------------------------------------------------------
struct mbarrier *mbarrier_find(uintptr_t barrier) {
    static int last;
    if (last < barriers && table[last].at == barrier) return &table[last];
    for (int i = 0; i < barriers; i++)
        if (table[i].at == barrier) return &table[last = i];
    return NULL;
}

const struct mbarrier *mbarrier_numbered(int source) {
    return source < barriers ? &table[source] : NULL;
}

static struct mbarrier *add(uintptr_t barrier) {
    struct mbarrier *b = mbarrier_find(barrier);
    if (b) return b;
    if (barriers == MOST) fatal_memory("more mbarriers than the simulator has room for");
    b = &table[barriers++];
    b->at = barrier;
    b->live = false;
    b->running.source = b->done.source = (barriers - 1) % SOURCES;
    return b;
}

// For polls: whatever happens to the barrier is news.
static void draw(const struct mbarrier *b) {
    const uint64_t picture =
        (uint64_t)b->phase << 40 | (uint64_t)b->pending << 20 | ((b->expected - b->came) & 0xfffff);
    memcpy((void *)b->at, &picture, sizeof picture);
}

bool mbarrier_live(uintptr_t barrier) {
    const struct mbarrier *b = mbarrier_find(barrier);
    return b && b->live;
}

struct message *mbarrier_message(uintptr_t barrier) {
    struct mbarrier *b = mbarrier_find(barrier);
    return b && b->live ? &b->running : NULL;
}

unsigned mbarrier_phase(uintptr_t barrier) {
    const struct mbarrier *b = mbarrier_find(barrier);
    return b ? b->phase : 0;
}

// ---- may it be used? ------------------------------------------------------------------------------------------------
// An object of shared memory at a multiple of 8.
static bool placed(uintptr_t at, const char *what, uint32_t pc) {
    if (at % 8) illegal_misaligned(at, 8, ACCESS_WRITE, pc);
    const struct shared_variable *v = shared_find(at);
    if (v && shared_find(at + 7) == v) return true;
    if (shared_holds(at)) illegal_shared(at, 8, ACCESS_WRITE, pc);
    else
        memory_finding(SIMT_MBARRIER, pc, 0, "declare it as __shared__ uint64_t",
                       "%s %s: an mbarrier lies in shared memory", what, describe_memory(at, 8, pc).text);
    return false;
}

static void check_seen(const struct mbarrier *b, const char *what, uint32_t pc) {
    if (!simt_instrumented || clock_knows(simt_self->id, b->initialiser, b->initialised)) return;
    if (finding_known(SIMT_MBARRIER, pc, b->init_pc)) return;
    const bool far = simt_now.thread[b->initialiser].cta != simt_self->cta;
    memory_finding(SIMT_MBARRIER, pc, b->init_pc,
                   far ? "put cluster_sync() between mbarrier_init and the first use"
                       : "put __syncthreads() between mbarrier_init and the first use",
                   "%s %s, which %s initialises at %s, with no barrier of the %s between them", what,
                   mbarrier_name(b->at, pc).text, describe_thread(b->initialiser).text,
                   describe_line(b->init_pc, pc).text, far ? "cluster" : "block");
}

struct mbarrier *mbarrier_usable(uintptr_t at, const char *what, uint32_t pc) {
    if (!placed(at, what, pc)) return NULL;
    struct mbarrier *b = mbarrier_find(at);
    if (b && b->live) {
        check_seen(b, what, pc);
        return b;
    }
    if (b)
        memory_finding(SIMT_MBARRIER, pc, b->init_pc, "invalidate it after its last use",
                       "%s %s, which is invalidated already", what, mbarrier_name(at, pc).text);
    else
        memory_finding(SIMT_MBARRIER, pc, 0,
                       "let one thread call mbarrier_init() and fence_mbarrier_init(), then all __syncthreads()",
                       "%s %s, which nobody in this block has initialised", what, mbarrier_name(at, pc).text);
    return NULL;
}

// ---- life -----------------------------------------------------------------------------------------------------------
static void check_init(const struct mbarrier *b, unsigned arrivals, uint32_t pc) {
    if (arrivals < 1 || arrivals > MOST_COUNT)
        memory_finding(SIMT_MBARRIER, pc, 0, "give the number of arrivals that end a phase",
                       "mbarrier_init of %s with %u arrivals: it takes 1 to %d", mbarrier_name(b->at, pc).text,
                       arrivals, MOST_COUNT);
    if (!b->live) return;
    memory_finding(
        SIMT_MBARRIER, pc, b->init_pc,
        "let one thread initialise each barrier, once: if (threadIdx.x == 0); before its bytes get a new one, "
        "mbarrier_invalidate() it",
        "mbarrier_init of %s, which %s has initialised already, at %s, and which is in use",
        mbarrier_name(b->at, pc).text,
        b->initialiser == simt_self->id ? "this thread" : describe_thread(b->initialiser).text,
        describe_line(b->init_pc, pc).text);
}

void simt_mbarrier_init(uint64_t *barrier, unsigned arrivals) {
    const uint32_t pc = CALLER;
    const uintptr_t at = (uintptr_t)barrier;
    if (!placed(at, "mbarrier_init of", pc)) return;
    struct mbarrier *b = add(at);
    check_init(b, arrivals, pc);
    clock_wake();
    b->live = true;
    b->fenced = false;
    b->count = b->pending = arrivals ? arrivals : 1;
    b->phase = 0;
    b->expected = b->came = b->last_expected = b->last_came = 0;
    b->initialiser = simt_self->id;
    b->initialised = clock_now();
    b->init_pc = pc;
    b->arrive_pc = b->expect_pc = 0;
    draw(b);
}

void simt_mbarrier_invalidate(uint64_t *barrier) {
    const uint32_t pc = CALLER;
    struct mbarrier *b = mbarrier_usable((uintptr_t)barrier, "mbarrier_invalidate on", pc);
    size_t bytes;
    if (!b) return;
    if (tma_pending(b->at, &bytes))
        memory_finding(SIMT_MBARRIER, pc, b->expect_pc, "wait for the last phase first",
                       "mbarrier_invalidate on %s, to which copies of %zu bytes are still on their way",
                       mbarrier_name(b->at, pc).text, bytes);
    b->live = false;
}

void mbarrier_fence(int thread, bool proxy) {
    for (struct mbarrier *b = table; b < table + barriers; b++)
        if (b->initialiser == thread || (proxy && clock_knows(thread, b->initialiser, b->initialised)))
            b->fenced = true;
}

void simt_fence_mbarrier_init(void) {
    mbarrier_fence(simt_self->id, false);
}

static void check_fenced(const struct mbarrier *b, const char *what, uint32_t pc) {
    if (b->fenced || finding_known(SIMT_PROXY_FENCE, pc, b->init_pc)) return;
    memory_finding(SIMT_PROXY_FENCE, pc, b->init_pc,
                   "call fence_mbarrier_init() after mbarrier_init, in the same thread, before the barrier of all",
                   "%s uses %s, and after its mbarrier_init of %s there was no fence_mbarrier_init()", what,
                   mbarrier_name(b->at, pc).text, describe_line(b->init_pc, pc).text);
}

bool mbarrier_for_engine(uintptr_t barrier, const char *what, uint32_t pc) {
    char use[64];
    snprintf(use, sizeof use, "%.40s that tells", what);
    const struct mbarrier *b = mbarrier_usable(barrier, use, pc);
    if (b) check_fenced(b, what, pc);
    return b != NULL;
}

void mbarrier_overwritten(uintptr_t address, size_t size, const char *how, uint32_t pc) {
    for (struct mbarrier *b = table; b < table + barriers; b++) {
        if (!b->live || address >= b->at + 8 || address + size <= b->at) continue;
        if (finding_known(SIMT_MBARRIER, pc, b->init_pc)) continue;
        memory_finding(SIMT_MBARRIER, pc, b->init_pc,
                       "give barriers memory of their own; mbarrier_invalidate() comes before other use of it",
                       "%s %zu bytes over %s, an mbarrier in use", how, size, mbarrier_name(b->at, pc).text);
    }
}

// ---- phases ---------------------------------------------------------------------------------------------------------
static void go_on(struct mbarrier *b) {
    if (b->pending == 0 && b->came == b->expected) {
        clock_stamp();
        clock_pass(&b->running, &b->done);
        b->last_expected = b->expected, b->last_came = b->came;
        b->expected = b->came = 0;
        b->pending = b->count;
        b->phase++;
    }
    draw(b);
}

static void expect(struct mbarrier *b, unsigned bytes, uint32_t pc) {
    b->expected += bytes;
    b->expect_pc = pc;
    if (b->expected - b->came > MOST_COUNT)
        memory_finding(SIMT_MBARRIER, pc, b->init_pc, "give each stage a barrier of its own, or take smaller boxes",
                       "%s expects %lld bytes in one phase, and 1048575 are the most", mbarrier_name(b->at, pc).text,
                       (long long)(b->expected - b->came));
}

static void arrive(struct mbarrier *b, uint32_t pc) {
    simt_now.mbarrier_arrivals++;
    if (b->pending == 0) {
        memory_finding(
            SIMT_MBARRIER, pc, b->init_pc,
            "arrive as often in each phase as mbarrier_init was told, and wait for the phase before the next arrival",
            "arrival %u of a phase of %s that takes %u (mbarrier_init of %s), while %lld bytes of it have not come yet",
            b->count + 1, mbarrier_name(b->at, pc).text, b->count, describe_line(b->init_pc, pc).text,
            (long long)(b->expected - b->came));
        return;
    }
    clock_send(&b->running);
    b->arrive_pc = pc;
    b->pending--;
    if (b->pending == 0 && b->came > b->expected) mbarrier_too_much(b, pc);
    go_on(b);
}

void simt_mbarrier_arrive(uint64_t *barrier, unsigned bytes, int expecting) {
    const uint32_t pc = CALLER;
    struct mbarrier *b =
        mbarrier_usable((uintptr_t)barrier, expecting ? "mbarrier_arrive_expect_tx on" : "mbarrier_arrive on", pc);
    if (!b) return;
    if (expecting) expect(b, bytes, pc);
    arrive(b, pc);
}

// All arrivals of the phase have come, and the copies under way bring what it expects: it may be over at any moment. (Here it never
// is: copies come late.)
static void check_in_time(const struct mbarrier *b, unsigned bytes, uint32_t pc) {
    size_t coming = 0;
    if (b->pending > 0 || !tma_pending(b->at, &coming) || (int64_t)coming < b->expected - b->came) return;
    if (finding_known(SIMT_MBARRIER, pc, b->arrive_pc)) return;
    memory_finding(
        SIMT_MBARRIER, pc, b->arrive_pc, "expect the bytes of all boxes of a phase with its last arrival, or before it",
        "mbarrier_expect_tx of %u bytes more on %s, when it has had %s: as soon as the %zu bytes that are on "
        "their way have come, its phase is over without these",
        bytes, mbarrier_name(b->at, pc).text, b->count == 1 ? "its one arrival" : "all its arrivals", coming);
}

void simt_mbarrier_expect(uint64_t *barrier, unsigned bytes) {
    const uint32_t pc = CALLER;
    struct mbarrier *b = mbarrier_usable((uintptr_t)barrier, "mbarrier_expect_tx on", pc);
    if (!b) return;
    check_in_time(b, bytes, pc);
    expect(b, bytes, pc);
    go_on(b);
}

void simt_mbarrier_arrive_at(uint32_t barrier) {
    const uint32_t pc = CALLER;
    const uintptr_t at = (uintptr_t)simt_shared_pointer(barrier);
    const int rank = (int)(barrier >> 24);
    if (rank != simt_self->cta && !cluster_reach(rank, "mbarrier_arrive_cluster", pc)) return;
    struct mbarrier *b = mbarrier_usable(at, "mbarrier_arrive_cluster on", pc);
    if (!b) return;
    if (rank != simt_self->cta) check_fenced(b, "another block's arrival", pc);
    arrive(b, pc);
}

void mbarrier_complete(uintptr_t barrier, size_t bytes, int issuer, uint32_t pc) {
    struct mbarrier *b = mbarrier_find(barrier);
    if (!b || !b->live) return;
    b->came += (int64_t)bytes;
    if (b->pending == 0 && b->came > b->expected) {
        struct thread *self = simt_self;
        simt_self = &simt_now.thread[issuer];
        mbarrier_too_much(b, pc);
        simt_self = self;
    }
    go_on(b);
}
