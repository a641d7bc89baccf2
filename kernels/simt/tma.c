// TMA loads: one thread asks for a box of a tensor, and an engine brings it to shared memory, where an mbarrier counts its bytes
// ("Data Movement: cp.async.bulk.tensor"). Boxes wait here in the order in which they were asked for, and land as late as they
// may: when no thread can go on without one. Who did not wait finds what was there before.
#include <stdlib.h>
#include <string.h>

#include "simt/tensor_map.h"

struct load {
    struct box box;
    uintptr_t to, barrier;
    unsigned blocks;  // 0: this block; or a mask of ranks
    int issuer;
    uint32_t pc;
    unsigned phase[MAX_CTAS];  // of each block's barrier, when it was asked for
};
static struct {  // a ring would save nothing: the queue is empty again and again
    struct load *load;
    int first, end, room;
} queue;

static void add(const struct load *l) {
    if (queue.first == queue.end) queue.first = queue.end = 0;
    if (queue.end == queue.room) {
        queue.room = queue.room ? 2 * queue.room : 16;
        queue.load = realloc(queue.load, (size_t)queue.room * sizeof *queue.load);
        if (!queue.load) abort();
    }
    queue.load[queue.end++] = *l;
}

// ---- where a box goes -----------------------------------------------------------------------------------------------
// The next block of the load's mask from rank on; -1: there is none. Without a mask: once, as rank 0.
static int next_block(const struct load *l, int rank) {
    if (!l->blocks) return rank == 0 ? 0 : -1;
    while (rank < cluster_size() && !(l->blocks >> rank & 1)) rank++;
    return rank < cluster_size() ? rank : -1;
}

static uintptr_t in_block(const struct load *l, uintptr_t address, int rank) {
    return l->blocks ? (uintptr_t)shared_of_rank((const void *)address, rank) : address;
}

// ---- asking for one -------------------------------------------------------------------------------------------------
static void check_blocks(const struct load *l) {
    if (!(l->blocks >> cluster_size())) return;
    memory_finding(
        SIMT_CLUSTER, l->pc, 0,
        "launch the kernel in clusters (__cluster_dims__), and name only blocks of the cluster: 0b11 for two",
        "a multicast to the blocks of mask 0x%x, but the cluster has %d block%s", l->blocks, cluster_size(),
        cluster_size() == 1 ? "" : "s");
    simt_kill(cudaErrorIllegalInstruction);
}

static bool is_gone(const struct load *l, int rank) {
    if (!shared_gone(in_block(l, l->to, rank))) return false;
    memory_finding(SIMT_CLUSTER, l->pc, 0,
                   "let no block end before all are ready: cluster_sync() at the end of the kernel",
                   "a multicast brings %s to the block of rank %d, which has ended", box_words(&l->box).text, rank);
    return true;
}

static void check_barriers(struct load *l) {
    for (int rank = next_block(l, 0); rank >= 0; rank = next_block(l, rank + 1)) {
        const uintptr_t barrier = in_block(l, l->barrier, rank);
        if (is_gone(l, rank) || !mbarrier_for_engine(barrier, "a TMA load", l->pc))
            simt_kill(cudaErrorIllegalInstruction);
        l->phase[rank] = mbarrier_phase(barrier);
    }
}

static bool same_box(const struct load *a, const struct load *b) {
    return a->pc == b->pc && a->to == b->to && a->barrier == b->barrier &&
           memcmp(a->box.at, b->box.at, sizeof a->box.at) == 0;
}

// A thread that asks for what another has asked for in the same line, just before.
static bool asked_already(const struct load *l) {
    const struct load *before = queue.load + queue.first;
    while (before < queue.load + queue.end && (!same_box(before, l) || before->issuer == l->issuer)) before++;
    if (before >= queue.load + queue.end) return false;
    if (!finding_known(SIMT_TMA, l->pc, 0))
        memory_finding(SIMT_TMA, l->pc, 0, "let one thread ask for the box, and all wait: if (threadIdx.x == 0)",
                       "a TMA load of %s, which %s has asked for in the same line", box_words(&l->box).text,
                       describe_thread(before->issuer).text);
    return true;
}

static bool begin_writing(const struct load *l) {
    bool may = true;
    for (int rank = next_block(l, 0); rank >= 0; rank = next_block(l, rank + 1))
        may &= engine_write(in_block(l, l->to, rank), l->box.bytes, "a TMA load", l->pc);
    return may;
}

void simt_tma_load(void *to, const void *map, uint64_t *barrier, int dimensions, const int *at, unsigned blocks) {
    const uint32_t pc = CALLER;
    struct load l = {.box = box_of(tensor_map_of(map, dimensions, "a TMA load", pc), at),
                     .to = (uintptr_t)to,
                     .barrier = (uintptr_t)barrier,
                     .blocks = blocks,
                     .issuer = simt_self->id,
                     .pc = pc};
    box_check(&l.box, l.to, "a TMA load", pc);
    check_blocks(&l);
    check_barriers(&l);
    box_check_tensor(&l.box.map, pc);
    if (simt_instrumented)
        for (int r = 0; r < l.box.rows; r++) box_touch_row(&l.box, r, 0, pc);
    if (!asked_already(&l) && !begin_writing(&l)) return;
    add(&l);
    if (!simt_counting) return;
    simt_now.tma_loads++;
    if ((uint64_t)(queue.end - queue.first) > simt_now.tma_ahead) simt_now.tma_ahead = queue.end - queue.first;
}

// ---- what has landed ------------------------------------------------------------------------------------------------
// Boxes begin at multiples of 128 bytes, so each has its units of 128 bytes for itself.
enum { UNIT = 128 };
static struct unit {
    uint32_t pc;
    uint32_t block : 24, span : 8;  // block: number of the block, or the cluster, that ran
} landed[SHARED_SIZE / UNIT];
static uint32_t block_now;

static void note_landed(const struct load *l, uintptr_t to) {
    const size_t first = (to - SHARED_BASE) / UNIT, last = (to + l->box.bytes - 1 - SHARED_BASE) / UNIT;
    for (size_t i = first; i <= last; i++) landed[i] = (struct unit){l->pc, block_now, l->box.map.span};
}

bool tma_brought(uintptr_t address, unsigned *span, uint32_t *pc) {
    if (!shared_holds(address)) return false;
    const struct unit *u = &landed[(address - SHARED_BASE) / UNIT];
    *span = u->span, *pc = u->pc;
    return u->pc && u->block == block_now;
}

// When the numbers are used up, they begin anew.
static void next_block_number(void) {
    block_now = (block_now + 1) & 0xffffff;
    if (block_now == 0) memset(landed, 0, sizeof landed);
}

// ---- landing --------------------------------------------------------------------------------------------------------
static void land_in(const struct load *l, int rank) {
    if (l->blocks && is_gone(l, rank)) return;
    const uintptr_t to = in_block(l, l->to, rank), barrier = in_block(l, l->barrier, rank);
    for (int r = 0; r < l->box.rows; r++) box_row_load(&l->box, r, to);
    note_landed(l, to);
    engine_landed(to, l->box.bytes, l->issuer, l->pc, mbarrier_message(barrier));
    mbarrier_complete(barrier, l->box.bytes, l->issuer, l->pc);
}

bool tma_land_next(void) {
    if (queue.first == queue.end) return false;
    const struct load l = queue.load[queue.first++];
    simt_self = &simt_now.thread[l.issuer];
    const size_t real = box_real_bytes(&l.box);
    if (simt_counting) simt_now.tma_read += real, simt_now.tma_outside += real == 0;
    for (int rank = next_block(&l, 0); rank >= 0; rank = next_block(&l, rank + 1)) {
        land_in(&l, rank);
        if (simt_counting) simt_now.tma_landed += real;
    }
    simt_self = NULL;
    return true;
}

// ---- what others ask ------------------------------------------------------------------------------------------------
bool tma_pending(uintptr_t barrier, size_t *bytes) {
    *bytes = 0;
    for (const struct load *l = queue.load + queue.first; l < queue.load + queue.end; l++)
        for (int rank = next_block(l, 0); rank >= 0; rank = next_block(l, rank + 1))
            if (in_block(l, l->barrier, rank) == barrier) *bytes += l->box.bytes;
    return *bytes != 0;
}

uintptr_t tma_barrier_of(uintptr_t address, unsigned *phase) {
    *phase = 0;
    for (const struct load *l = queue.load + queue.first; l < queue.load + queue.end; l++)
        for (int rank = next_block(l, 0); rank >= 0; rank = next_block(l, rank + 1)) {
            if (address - in_block(l, l->to, rank) >= l->box.bytes) continue;
            *phase = l->phase[rank];
            return in_block(l, l->barrier, rank);
        }
    return 0;
}

// ---- blocks ---------------------------------------------------------------------------------------------------------
// A launch that was ended leaves its last block's copies.
void tma_begin_block(void) {
    queue.first = queue.end = 0;
    next_block_number();
    tma_store_begin_block();
}

void tma_end_block(void) {
    for (const struct load *l = queue.load + queue.first; l < queue.load + queue.end; l++) {
        simt_self = &simt_now.thread[l->issuer];
        memory_finding(SIMT_ASYNC, l->pc, 0,
                       "wait for the mbarrier's phase before the kernel ends, or do not start the load",
                       "the block ended with a TMA load under way that nobody waited for: %zu bytes for %s",
                       l->box.bytes, describe_memory(l->barrier, 8, l->pc).text);
    }
    simt_self = NULL;
    tma_store_end_block();
    tma_begin_block();
}
