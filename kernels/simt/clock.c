// What threads know of each other by messages: vector clocks (C. Fidge, 1988; F. Mattern, 1989). Nothing is kept for blocks that
// send none. What is left from blocks before does no harm: their times are smaller than all times of this block.
#include "simt/clock.h"

#include <stdlib.h>
#include <string.h>

#include "simt/heap.h"

static uint64_t mind[MAX_THREADS][KNOWN];  // of each thread
static uint64_t common[KNOWN];             // of all threads, since the last __syncthreads
static bool heard[MAX_WARPS];              // lanes of the warp may know different things
static bool fenced;                        // some thread fenced, since the last __syncthreads

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static void join_part(uint64_t *to, const uint64_t *from, int first, int n) {
    for (int i = first; i < first + n; i++) to[i] = later(to[i], from[i]);
}

static void join(uint64_t *to, const uint64_t *from) {
    join_part(to, from, 0, simt_now.threads);
    join_part(to, from, LANDED, SOURCES + WARPGROUPS);
    join_part(to, from, FENCED, simt_now.threads);
    join_part(to, from, ALL, KNOWN - ALL);
}

void clock_wake(void) {
    shadow_now.careful |= MESSAGES;
}

void clock_begin_block(void) {
    shadow_now.careful &= ~MESSAGES;
    shadow_now.used = true;
    fenced = false;
}

// ---- time -----------------------------------------------------------------------------------------------------------
// Ticks are few: none passes where nothing was noted since the last one.
uint64_t clock_stamp(void) {
    const uint64_t now = time_of(shadow_now.epoch, shadow_now.tick);
    if (!shadow_now.used) return now - 1;
    shadow_now.used = false;
    order_next_tick();
    return now;
}

uint64_t clock_now(void) {
    shadow_now.used = true;
    return clock_stamp();
}

// ---- messages -------------------------------------------------------------------------------------------------------
static uint64_t *known_of(struct message *m) {
    if (!m->known) m->known = calloc(KNOWN, sizeof *m->known);
    if (!m->known) fatal_memory("out of memory for what threads know of each other");
    return m->known;
}

// Also what it knows of the lanes of its warp, which is not kept in its mind.
static uint64_t *whole_mind(int t) {
    const int first = t / WARP * WARP;
    for (int l = 0; l < WARP; l++) mind[t][first + l] = later(mind[t][first + l], order_of_lane(t, l));
    mind[t][ALL] = later(mind[t][ALL], order_taken(t));
    mind[t][t] = clock_stamp();
    return mind[t];
}

void clock_send(struct message *to) {
    if (!simt_instrumented) return;
    clock_wake();
    join(known_of(to), whole_mind(simt_self->id));
}

void clock_receive_for(int thread, const struct message *from) {
    if (!simt_instrumented || !from->known) return;
    clock_wake();
    join(mind[thread], from->known);
    heard[thread / WARP] = true;
}

void clock_receive(const struct message *from) {
    clock_receive_for(simt_self->id, from);
}

void clock_pass(const struct message *from, struct message *to) {
    if (from->known) join(known_of(to), from->known);
}

void clock_land(struct message *by) {
    known_of(by)[LANDED + by->source] = time_of(shadow_now.epoch, shadow_now.tick);
    shadow_now.used = true;
}

void clock_forget(struct message *m) {
    free(m->known);
    m->known = NULL;
}

// ---- those who meet -------------------------------------------------------------------------------------------------
void clock_lanes_meet(int warp, unsigned lanes, bool all) {
    static uint64_t met[KNOWN];
    if (!heard[warp]) return;
    heard[warp] = !all;
    memset(met, 0, sizeof met);
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) join(met, mind[warp * WARP + l]);
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) join(mind[warp * WARP + l], met);
}

// Of what came before, all is in order for everybody (its epoch is over); which of it is fenced, has to be kept.
void clock_block_meets(void) {
    for (int t = 0; fenced && t < simt_now.threads; t++) {
        join_part(common, mind[t], FENCED, simt_now.threads);
        join_part(common, mind[t], ALL_FENCED, 1);
    }
    fenced = false;
}

// ---- fence.proxy.async ----------------------------------------------------------------------------------------------
// What this thread knows of, whoever wrote it.
void engine_fence(int thread) {
    if (!simt_instrumented) return;
    clock_wake();
    uint64_t *m = whole_mind(thread);
    for (int t = 0; t < simt_now.threads; t++) m[FENCED + t] = later(m[FENCED + t], m[t]);
    m[ALL_FENCED] = later(m[ALL_FENCED], later(m[ALL], time_of(shadow_now.epoch, 0)));
    heard[thread / WARP] = fenced = true;
}

// ---- wgmma ----------------------------------------------------------------------------------------------------------
void engine_heard(int team, uint64_t ended) {
    if (!simt_instrumented) return;
    uint64_t *known = &mind[simt_self->id][OVER + team];
    *known = later(*known, ended);
    heard[simt_self->id / WARP] = true;
}

// ---- questions ------------------------------------------------------------------------------------------------------
static bool epoch_over(uint64_t time) {
    return time < time_of(shadow_now.epoch, 0);
}

bool clock_knows(int thread, int other, uint64_t time) {
    if (thread == other || epoch_over(time)) return true;
    if (thread / WARP == other / WARP && time <= order_of_lane(thread, other % WARP)) return true;
    return time <= mind[thread][other] || time <= mind[thread][ALL];
}

bool clock_knows_landing(int thread, int source, uint64_t time) {
    return epoch_over(time) || (source < SOURCES && time <= mind[thread][LANDED + source]) || time <= mind[thread][ALL];
}

bool clock_knows_over(int thread, int team, uint64_t time) {
    return epoch_over(time) || time <= mind[thread][OVER + team] || time <= mind[thread][ALL];
}

bool clock_knows_fence(int thread, int other, uint64_t time) {
    const uint64_t *m = mind[thread];
    return time <= later(later(m[FENCED + other], common[FENCED + other]), later(m[ALL_FENCED], common[ALL_FENCED]));
}
