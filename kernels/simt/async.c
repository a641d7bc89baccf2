// cp.async: copies to shared memory that a thread starts and later waits for. They are made as late as a GPU may make
// them, at the wait, so that whoever reads before sees what was there before; until then the bytes are marked as on
// their way.
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

struct copy {
    void *to;
    const void *from;
    unsigned size, from_size;
    int group;
    uint32_t pc;
    uint64_t barriers;  // when it was started: those that the launch had passed,
    unsigned others;    // and what the thread had logged besides its copies
};
static struct queue {  // of a thread: copies that have not landed, oldest first
    struct copy *copy;
    int count, room;
    int group;        // that the next copy belongs to
    unsigned logged;  // events of its copies
} queue[MAX_THREADS];
static int users;  // the threads from here on have not copied in this block

static struct queue *mine(void) {
    if (simt_self->id >= users) users = simt_self->id + 1;
    return &queue[simt_self->id];
}

// Events of this thread that were no copies, since its warp stopped last.
static unsigned others(void) {
    return simt_events.length[simt_self->id % WARP] - mine()->logged;
}

static void add(struct queue *q, const struct copy *copy) {
    if (q->count == q->room) {
        q->room = q->room ? 2 * q->room : 8;
        q->copy = realloc(q->copy, (size_t)q->room * sizeof *q->copy);
        if (!q->copy) abort();
    }
    q->copy[q->count++] = *copy;
}

static bool to_shared(const struct copy *c) {
    return (uintptr_t)c->to - SHARED_BASE < SHARED_SIZE;
}

// Counted as what the instruction does: a read of global memory, and a write to shared memory.
static void check(const struct copy *c) {
    const uintptr_t to = (uintptr_t)c->to;
    if (!simt_instrumented) return;
    if (!to_shared(c))
        finding_add(SIMT_ASYNC, c->pc, 0,
                    "copy from global to shared memory with it, and with plain assignments otherwise",
                    "cp.async copies to shared memory only, and its target is elsewhere");
    if ((uintptr_t)c->from - SHARED_BASE < SHARED_SIZE)
        finding_add(SIMT_ASYNC, c->pc, 0,
                    "copy from global to shared memory with it, and with plain assignments otherwise",
                    "cp.async copies from global memory only, and its source is shared memory");
    if (c->from_size == c->size) simt_access((uintptr_t)c->from, c->size, 0, c->pc);
    else
        for (unsigned i = 0; i < c->from_size; i++) simt_access((uintptr_t)c->from + i, 1, 0, c->pc);
    simt_access(to, c->size, ACCESS_WRITE, c->pc);
    if (to_shared(c)) shadow_pending(to, c->size, c->pc);
}

void simt_cp_async(void *to, const void *from, unsigned size, unsigned from_size) {
    struct copy c = {.to = to,
                     .from = from,
                     .size = size,
                     .from_size = from_size < size ? from_size : size,
                     .group = mine()->group,
                     .pc = (uint32_t)(uintptr_t)__builtin_return_address(0),
                     .barriers = simt_now.barriers,
                     .others = others()};
    check(&c);
    mine()->logged += others() - c.others;
    add(mine(), &c);
}

void simt_cp_async_commit(void) {
    mine()->group++;
}

// A barrier, or more than the few turns of the loops that start the copies.
static bool was_ahead(const struct copy *c) {
    enum { TURNS = 32 };
    return c->barriers != simt_now.barriers || others() - c->others > TURNS;
}

static void land(const struct copy *c) {
    simt_now.copies++;
    simt_now.copies_ahead += was_ahead(c);
    memcpy(c->to, c->from, c->from_size);
    memset((char *)c->to + c->from_size, 0, c->size - c->from_size);
    if (simt_instrumented && to_shared(c)) shadow_landed((uintptr_t)c->to, c->size, c->pc);
}

// All groups but the last groups_left that were committed have landed; groups_left < 0: copies without a group, too.
void simt_cp_async_wait(int groups_left) {
    struct queue *q = mine();
    int waiting = 0;
    for (int i = 0; i < q->count; i++) {
        if (groups_left < 0 || q->copy[i].group < q->group - groups_left) land(&q->copy[i]);
        else q->copy[waiting++] = q->copy[i];
    }
    q->count = waiting;
    if (simt_now.copies_left < (uint64_t)waiting) simt_now.copies_left = (uint64_t)waiting;
}

// The bytes are no longer on their way: what comes next finds what was there before.
static void drop(int thread) {
    struct queue *q = &queue[thread];
    struct thread *self = simt_self;
    simt_self = &simt_now.thread[thread];
    for (const struct copy *c = q->copy; c < q->copy + q->count; c++)
        if (simt_instrumented && to_shared(c)) shadow_landed((uintptr_t)c->to, c->size, c->pc);
    q->count = q->group = 0;
    simt_self = self;
}

// A launch that was ended leaves its last block's copies.
void async_begin_block(void) {
    while (users > 0) drop(--users);
}

void async_end_block(void) {
    for (int t = 0; t < users; t++)
        for (int i = 0; i < queue[t].count; i++) {
            simt_self = &simt_now.thread[t];
            finding_add(SIMT_ASYNC, queue[t].copy[i].pc, 0,
                        "wait for every group before the kernel ends, or do not start the copy",
                        "the thread ended with a copy to shared memory under way that it never waited for");
        }
    simt_self = NULL;
    async_begin_block();
}
