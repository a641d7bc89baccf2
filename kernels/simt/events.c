// From the accesses of 32 lanes, which ran one after the other, to the requests of a warp, which a GPU runs at once.
//
// Every lane logs what it does until it stops. When all have stopped, row i of the log holds access i of every lane.
// Lanes that took the same path have the same keys there: a row is a request. From the first row on where they differ,
// the program's order tells who waits for whom; for that the log also has the ways back to the start of a loop.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

enum {
    USUAL_ROWS = 256,  // then the others catch up: what was logged is still in the cache when it is counted
    MOST_ROWS = 4096,  // so many where the lanes differ: pairs are only found within the log
};

bool simt_counting = true;

struct event_log simt_events;
static unsigned room;  // rows that there is memory for
static bool full;      // some lane waits for the others

static void request(uint64_t key, const uintptr_t *address, int lanes) {
    traffic_request((uint32_t)key, key >> 40 & 255, key >> 48, key >> 32 & 255, address, lanes);
}

static bool is_loop(uint64_t key) {
    return (key >> 40 & 255) == EVENT_LOOP;
}

static void set_rows(unsigned rows) {
    simt_events.rows = rows;
    if (rows <= room) return;
    room = rows;
    simt_events.key = realloc(simt_events.key, rows * sizeof *simt_events.key);
    simt_events.address = realloc(simt_events.address, rows * sizeof *simt_events.address);
    if (!simt_events.key || !simt_events.address) abort();
}

void event_wait(int lane) {
    while (simt_events.length[lane] == simt_events.rows) {
        full = true;
        simt_pause();
    }
}

// ---- where the paths differ -----------------------------------------------------------------------------------------
// The lanes that are furthest behind in the program go first, so the others wait for them where paths meet again,
// behind a branch or a loop. A lane that wants to go back to the start of a loop waits for those that are still on
// their way to the loop's end. Real warps do the same, but may choose other places.
static struct {
    struct loop {
        uint32_t start, end;
    } * loop;  // open addressing by start; 0: free
    size_t size, used;
    bool changed;
} loops;

static struct loop *loop_of(uint32_t start) {
    for (size_t i = start * 2654435761u >> 8;; i++) {
        struct loop *l = &loops.loop[i & (loops.size - 1)];
        if (l->start == start || l->start == 0) return l;
    }
}

static void learn_loop(uint32_t start, uint32_t end) {
    if (2 * loops.used + 2 >= loops.size) {
        struct loop *old = loops.loop;
        size_t old_size = loops.size;
        loops.size = old_size ? 2 * old_size : 128;
        loops.loop = calloc(loops.size, sizeof *loops.loop);
        if (!loops.loop) abort();
        for (size_t i = 0; i < old_size; i++)
            if (old[i].start) *loop_of(old[i].start) = old[i];
        free(old);
    }
    struct loop *l = loop_of(start);
    if (!l->start) loops.used++;
    l->start = start;
    if (end <= l->end) return;
    l->end = end;
    loops.changed = true;
}

// Code that jumps back into the middle of a loop belongs to it, wherever the compiler put it.
static void widen_loops(void) {
    while (loops.changed) {
        loops.changed = false;
        for (size_t i = 0; i < loops.size; i++)
            for (size_t j = 0; j < loops.size; j++) {
                struct loop *a = &loops.loop[i], *b = &loops.loop[j];
                if (!a->start || b->start <= a->start || b->start > a->end || b->end <= a->end) continue;
                a->end = b->end;
                loops.changed = true;
            }
    }
}

// How far the loops reach that the lanes went round.
static void learn_loops(unsigned from) {
    for (int lane = 0; lane < WARP; lane++) {
        uint32_t last = 0;
        for (unsigned row = from; row < simt_events.length[lane]; row++) {
            const uint64_t key = simt_events.key[row][lane];
            if (is_loop(key)) {
                const uint32_t latch = (uint32_t)simt_events.address[row][lane];
                learn_loop((uint32_t)key, latch > last ? latch : last);
            }
            last = is_loop(key) ? 0 : (uint32_t)key;
        }
    }
    widen_loops();
}

// What a lane does next, as a number: the smallest goes first. The way back stands at the loop's end, that of an inner
// loop before that of an outer one.
static uint64_t order_of(unsigned row, int lane) {
    if (row >= simt_events.length[lane]) return UINT64_MAX;
    const uint64_t key = simt_events.key[row][lane];
    const uint32_t pc = (uint32_t)key;
    if (!is_loop(key)) return (uint64_t)pc << 32 | key >> 32;
    return (uint64_t)loop_of(pc)->end << 32 | (UINT32_MAX - pc);
}

static void pair_rest(unsigned from) {
    unsigned row[WARP];
    uint64_t next[WARP];
    learn_loops(from);
    for (int lane = 0; lane < WARP; lane++) {
        row[lane] = from;
        next[lane] = order_of(from, lane);
    }
    for (;;) {
        uint64_t first = next[0], key = 0;
        for (int lane = 1; lane < WARP; lane++) first = next[lane] < first ? next[lane] : first;
        if (first == UINT64_MAX) break;
        uintptr_t address[WARP];
        int lanes = 0;
        for (int lane = 0; lane < WARP; lane++) {
            if (next[lane] != first) continue;
            key = simt_events.key[row[lane]][lane];
            address[lanes++] = simt_events.address[row[lane]][lane];
            next[lane] = order_of(++row[lane], lane);
        }
        if (!is_loop(key)) request(key, address, lanes);
    }
}

// ---- a warp has stopped ---------------------------------------------------------------------------------------------
// The lanes that have a log, and the rows that each of them has.
static unsigned common_rows(int lanes[WARP], int *count, unsigned *longest) {
    unsigned shortest = simt_events.rows;
    *count = 0;
    *longest = 0;
    for (int lane = 0; lane < WARP; lane++) {
        unsigned length = simt_events.length[lane];
        if (!length) continue;
        lanes[(*count)++] = lane;
        if (length < shortest) shortest = length;
        if (length > *longest) *longest = length;
    }
    return shortest;
}

static bool same_keys(unsigned row, const int *lanes, int count) {
    const uint64_t *key = simt_events.key[row];
    uint64_t differ = 0;
    if (count == WARP)
        for (int i = 0; i < WARP; i++) differ |= key[i] ^ key[0];
    else
        for (int i = 1; i < count; i++) differ |= key[lanes[i]] ^ key[lanes[0]];
    return differ == 0;
}

static void count_row(unsigned row, const int *lanes, int count) {
    const uint64_t key = simt_events.key[row][lanes[0]];
    if (is_loop(key)) return;
    const uintptr_t *address = simt_events.address[row];
    uintptr_t packed[WARP];
    if (count < WARP) {
        for (int i = 0; i < count; i++) packed[i] = address[lanes[i]];
        address = packed;
    }
    request(key, address, count);
}

void events_flush(void) {
    int lanes[WARP], count;
    unsigned longest, rows = common_rows(lanes, &count, &longest), same = 0;
    if (count == 0) return;
    while (same < rows && same_keys(same, lanes, count)) same++;
    bool wait = full && same < longest && simt_events.rows < MOST_ROWS;
    full = false;
    if (wait) {  // pairs may still come: read on
        set_rows(4 * simt_events.rows);
        return;
    }
    for (unsigned row = 0; row < same; row++) count_row(row, lanes, count);
    if (same < longest) pair_rest(same);
    memset(simt_events.length, 0, sizeof simt_events.length);
    set_rows(USUAL_ROWS);
}

void events_begin_launch(void) {
    const char *wanted = getenv("SIMT_COUNTERS");
    simt_counting = !wanted || strcmp(wanted, "0") != 0;
    memset(simt_events.length, 0, sizeof simt_events.length);
    full = false;
    set_rows(USUAL_ROWS);
}
