// TMA stores: an engine reads a box of shared memory and writes it to a tensor, while the threads go on ("cp.async.bulk.tensor",
// "cp.reduce.async.bulk.tensor"). The thread that asked waits for its groups. Shared memory is read when it waits for that, as late
// as a GPU may, so what overwrites it too early is really stored; global memory is written at the full wait, or when the block ends.
#include <stdlib.h>
#include <string.h>

#include "simt/tensor_map.h"

struct store {
    struct box box;
    uintptr_t from;
    unsigned char *read;  // the box, once it was read; NULL before
    int group, issuer;
    bool add;
    uint32_t pc;
};
static struct queue {  // of a thread, oldest first
    struct store *store;
    int count, room;
    int group;  // that the next store belongs to
} queue[MAX_THREADS];
static int users;  // the threads from here on have not stored in this block

static struct queue *mine(void) {
    if (simt_self->id >= users) users = simt_self->id + 1;
    return &queue[simt_self->id];
}

static void append(struct queue *q, const struct store *s) {
    if (q->count == q->room) {
        q->room = q->room ? 2 * q->room : 4;
        q->store = realloc(q->store, (size_t)q->room * sizeof *q->store);
        if (!q->store) abort();
    }
    q->store[q->count++] = *s;
}

// ---- reading: only what lies in the tensor; the rest of the tile need not be written -----------------------------------------
static const char *name_of(bool add) {
    return add ? "a TMA reduction" : "a TMA store";
}

static void begin_reading(uintptr_t at, size_t size, void *context) {
    const struct store *s = context;
    engine_read(at, size, NO_TEAM, name_of(s->add), s->pc);
}

static void end_reading(uintptr_t at, size_t size, void *context) {
    (void)context;
    engine_read_end(at, size, NO_TEAM);
}

static bool same_box(const struct store *a, const struct store *b) {
    return a->pc == b->pc && a->from == b->from && memcmp(a->box.at, b->box.at, sizeof a->box.at) == 0;
}

// What another thread has asked for in the same line: NULL, or that one. Sums of a box that was read may be of other numbers.
static const struct store *asked_already(const struct store *s) {
    for (int t = 0; t < users; t++)
        for (const struct store *o = queue[t].store; o < queue[t].store + queue[t].count; o++)
            if (o->issuer != s->issuer && same_box(o, s) && (!s->add || !o->read)) return o;
    return NULL;
}

static void tell_several(const struct store *s, const struct store *before) {
    if (finding_known(SIMT_TMA, s->pc, 0)) return;
    memory_finding(SIMT_TMA, s->pc, 0, "let one thread of those that filled the box ask: if (threadIdx.x == 0)",
                   "%s of %s, which %s has asked for in the same line", name_of(s->add), box_words(&s->box).text,
                   describe_thread(before->issuer).text);
}

// ---- what becomes of one --------------------------------------------------------------------------------------------
void simt_tma_store(const void *map, const void *from, int dimensions, const int *at, int add) {
    const uint32_t pc = CALLER;
    const char *what = name_of(add != 0);
    struct store s = {.box = box_of(tensor_map_of(map, dimensions, what, pc), at),
                      .from = (uintptr_t)from,
                      .group = mine()->group,
                      .issuer = simt_self->id,
                      .add = add != 0,
                      .pc = pc};
    box_check(&s.box, s.from, what, pc);
    if (s.add) sum_check(&s.box.map, pc);
    box_check_tensor(&s.box.map, pc);
    const struct store *before = asked_already(&s);
    if (before) tell_several(&s, before);
    box_each_range(&s.box, s.from, begin_reading, &s);
    if (!before && !s.add && simt_instrumented) global_on_its_way(&s.box, s.from, pc);
    append(mine(), &s);
    if (simt_counting) simt_now.tma_stores++;
}

static void read_box(struct store *s) {
    if (s->read) return;
    s->read = malloc(s->box.bytes);
    if (!s->read) abort();
    for (size_t i = 0; i < s->box.bytes; i += 16) memcpy(s->read + i, (const void *)box_place(&s->box, s->from, i), 16);
    box_each_range(&s->box, s->from, end_reading, NULL);
}

static void write_box(struct store *s) {
    read_box(s);
    if (s->add) {
        global_add(&s->box, s->read, s->pc);
    } else {
        for (int r = 0; r < s->box.rows; r++) {
            const struct box_row row = box_row(&s->box, r);
            if (row.size) memcpy((void *)row.start, s->read + (size_t)r * s->box.row + row.skip, row.size);
        }
        if (simt_instrumented) global_arrived(&s->box, s->pc);
    }
    if (simt_counting) simt_now.tma_written += box_real_bytes(&s->box);
    free(s->read);
}

void simt_tma_commit(void) {
    mine()->group++;
}

// All groups but the last groups_left that were committed are through.
void simt_tma_wait(int groups_left, int only_read) {
    struct queue *q = mine();
    int left = 0;
    for (int i = 0; i < q->count; i++) {
        struct store *s = &q->store[i];
        const bool over = s->group < q->group - groups_left;
        if (over && only_read) read_box(s);
        if (over && !only_read) write_box(s);
        else q->store[left++] = *s;
    }
    q->count = left;
}

// ---- blocks ---------------------------------------------------------------------------------------------------------
static void end_thread(struct queue *q) {
    for (struct store *s = q->store; s < q->store + q->count; s++) {
        if (!s->read)
            memory_finding(
                SIMT_ASYNC, s->pc, 0,
                s->group == q->group ? "call tma_commit() after the stores, and tma_wait_read<0>() before the "
                                       "kernel ends: a wait waits for committed groups only"
                                     : "let the thread that stores call tma_wait_read<0>() before it ends",
                "the block ended while a TMA store may still read %s: nobody waited for it%s",
                describe_memory(s->from, 0, s->pc).text, s->group == q->group ? ", nor was it committed" : "");
        write_box(s);
    }
    q->count = q->group = 0;
}

void tma_store_end_block(void) {
    for (int t = 0; t < users; t++) {
        simt_self = &simt_now.thread[t];
        end_thread(&queue[t]);
    }
    simt_self = NULL;
    users = 0;
}

// A launch that was ended leaves its last block's stores, which are dropped.
void tma_store_begin_block(void) {
    for (; users > 0; users--) {
        struct queue *q = &queue[users - 1];
        for (struct store *s = q->store; s < q->store + q->count; s++) {
            if (!s->add && simt_instrumented) global_given_up(&s->box);
            free(s->read);
        }
        q->count = q->group = 0;
    }
}
