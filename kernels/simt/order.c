// Order without __syncthreads: lanes of a warp that met, and threads that fence and then meet at an atomic.
//
// A thread that calls __threadfence() and then does an atomic at X releases what it did before the fence; who does an atomic at X
// later takes it over. This serves locks inside a block, and "the last block adds up" across blocks. As blocks run one after
// another, taking over from one is taken as taking over from all before it: that may hide a race, but invents none.
#include <string.h>

#include "simt/clock.h"
#include "simt/heap.h"

enum { SLOTS = 4096, NEIGHBOURS = 16 };  // of addresses that were released: where the table is full, two share a slot

static struct {
    uint16_t met[MAX_WARPS];                // all lanes of the warp met: what has a smaller tick is in order
    bool in_part[MAX_WARPS];                // some lanes met
    uint16_t lanes[MAX_WARPS][WARP][WARP];  // [l][m]: what lane m did before this tick, lane l knows
    uint64_t fenced[MAX_THREADS];           // when the thread fenced last
    uint64_t fenced_before;                 // the last fence of any thread, before the last barrier
    uint64_t fenced_now;                    // the same, since
    uint64_t taken[MAX_THREADS];            // what the thread has taken over
    uint64_t taken_of_blocks;               // what the block has taken over from other blocks
    bool released, any_taken;               // in this launch; in this block
    bool atomics;                           // in this block
    struct {
        uintptr_t address;
        uint64_t time;
    } slot[SLOTS];
} order;

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

// When the ticks run out, an epoch ends without a barrier: what is in doubt then counts as in order.
static void next_epoch(void) {
    if (shadow_now.careful & MESSAGES) clock_end_epoch();
    shadow_now.epoch++;
    shadow_now.tick = 1;
    memset(order.met, 0, sizeof order.met);
    memset(order.in_part, 0, sizeof order.in_part);
}

void order_next_tick(void) {
    if (++shadow_now.tick == UINT16_MAX) next_epoch();
}

void shadow_begin_launch(void) {
    race_settle();
    next_epoch();
    shadow_now.launch = shadow_now.block = shadow_now.epoch;
    if (order.released) memset(order.slot, 0, sizeof order.slot);
    order.released = false;
}

void shadow_begin_block(void) {
    race_settle();
    next_epoch();
    shadow_now.block = shadow_now.epoch;
    if (order.fenced_before | order.fenced_now) memset(order.fenced, 0, sizeof order.fenced);
    if (order.any_taken) memset(order.taken, 0, sizeof order.taken);
    order.fenced_before = order.fenced_now = order.taken_of_blocks = 0;
    order.any_taken = order.atomics = false;
    shadow_forget_pending();
    shared_poison();
}

void shadow_barrier(void) {
    race_settle();
    next_epoch();
    order.fenced_before = later(order.fenced_before, order.fenced_now);
    order.fenced_now = 0;
}

// ---- lanes that meet ------------------------------------------------------------------------------------------------
static unsigned all_lanes(int warp) {
    int left = simt_now.threads - warp * WARP;
    return left >= WARP ? ~0u : (1u << left) - 1;
}

static void meet_in_part(int warp, unsigned lanes) {
    uint16_t(*known)[WARP] = order.lanes[warp], joined[WARP] = {0};
    if (!order.in_part[warp]) memset(known, 0, sizeof order.lanes[warp]);
    order.in_part[warp] = true;
    for (int l = 0; l < WARP; l++)
        for (int m = 0; m < WARP && lanes >> l & 1; m++)
            if (known[l][m] > joined[m]) joined[m] = known[l][m];
    for (int m = 0; m < WARP; m++)
        if (lanes >> m & 1) joined[m] = shadow_now.tick;
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) memcpy(known[l], joined, sizeof joined);
}

void shadow_syncwarp(int warp, unsigned lanes) {
    race_settle();
    uint64_t taken = 0;
    order_next_tick();
    if (lanes == all_lanes(warp)) order.met[warp] = shadow_now.tick;
    else meet_in_part(warp, lanes);
    if (shadow_now.careful & MESSAGES) clock_lanes_meet(warp, lanes, lanes == all_lanes(warp));
    if (!order.any_taken) return;
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) taken = later(taken, order.taken[warp * WARP + l]);
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) order.taken[warp * WARP + l] = taken;
}

// ---- fences and atomics ---------------------------------------------------------------------------------------------
void shadow_fence(int thread) {
    order.fenced[thread] = order.fenced_now = time_of(shadow_now.epoch, shadow_now.tick);
    order_next_tick();
}

// The address's slot; a free one where it has none and `make`; NULL else.
static uint64_t *released_at(uintptr_t address, bool make) {
    size_t first = (address >> 2) * 2654435761u >> 7;
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        size_t at = (first + i) % SLOTS;
        if (order.slot[at].address == address) return &order.slot[at].time;
        if (order.slot[at].address) continue;
        if (make) order.slot[at].address = address;
        return make ? &order.slot[at].time : NULL;
    }
    return &order.slot[first % SLOTS].time;
}

void order_atomic(uintptr_t address) {
    int t = simt_self->id;
    order.atomics = true;
    uint64_t fence = later(order.fenced[t], order.fenced_before);
    uint64_t *released = order.released || fence ? released_at(address, fence != 0) : NULL;
    if (!released) return;
    order.released = true;
    if (*released) {
        order.any_taken = true;
        order.taken[t] = later(order.taken[t], *released);
        if (*released < time_of(shadow_now.block, 0)) order.taken_of_blocks = later(order.taken_of_blocks, *released);
    }
    if (fence) *released = later(*released, fence);
}

bool order_in_block(const struct mark *m) {
    int t = simt_self->id, other = m->who & THREAD, warp = t / WARP;
    if (time_of(m->epoch, m->tick) <= order.taken[t]) return true;
    if (shadow_now.careful & MESSAGES && other != t && clock_knows(t, other, time_of(m->epoch, m->tick))) return true;
    if (other / WARP != warp || m->who & OF_WARPS) return false;
    return m->tick < order.met[warp] || (order.in_part[warp] && m->tick < order.lanes[warp][t % WARP][other % WARP]);
}

// Of what lane and thread did in this epoch.
uint64_t order_of_lane(int thread, int lane) {
    int warp = thread / WARP;
    uint16_t tick = order.met[warp];
    if (order.in_part[warp] && order.lanes[warp][thread % WARP][lane] > tick)
        tick = order.lanes[warp][thread % WARP][lane];
    return tick ? time_of(shadow_now.epoch, tick) - 1 : 0;
}

uint64_t order_taken(int thread) {
    return order.taken[thread];
}

bool order_of_blocks(const struct mark *m) {
    return time_of(m->epoch, m->tick) <= order.taken_of_blocks;
}
bool order_any_block(void) {
    return order.taken_of_blocks != 0;
}
bool order_saw_atomic(void) {
    return order.atomics;
}
