// What threads know of each other by messages: vector clocks (C. Fidge, 1988; F. Mattern, 1989). Nothing is kept for blocks that
// send none. What is left of blocks before does no harm: it is of another epoch.
#include "simt/clock.h"

#include <stdlib.h>
#include <string.h>

#include "simt/heap.h"

enum { STEP = 64 };  // so many at once, as a compiler makes vector instructions of it

static struct knowledge mind[MAX_THREADS];
static bool heard[MAX_WARPS];          // lanes of the warp may know different things
static bool fenced;                    // some thread fenced, in this epoch
static uint64_t settled[MAX_THREADS];  // what the thread wrote up to then was fenced before the last __syncthreads
static uint64_t all_settled;

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static bool of_now(const struct knowledge *k) {
    return k->epoch == shadow_now.epoch;
}

static struct knowledge *begun(struct knowledge *k) {
    if (of_now(k)) return k;
    memset(k->tick, 0, sizeof k->tick);
    k->epoch = shadow_now.epoch;
    return k;
}

static void join_part(uint16_t *restrict to, const uint16_t *restrict from, int n) {
    for (int i = 0; i < n; i += STEP)
        for (int k = i; k < i + STEP; k++) to[k] = to[k] > from[k] ? to[k] : from[k];
}

static void join(struct knowledge *to, const struct knowledge *from) {
    to->all = later(to->all, from->all);
    to->all_fenced = later(to->all_fenced, from->all_fenced);
    if (!of_now(from)) return;
    begun(to);
    join_part(to->tick, from->tick, simt_now.threads);
    join_part(to->tick + LANDED, from->tick + LANDED, FENCED - LANDED);
    if (fenced) join_part(to->tick + FENCED, from->tick + FENCED, simt_now.threads);
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

static bool past(uint64_t time) {
    return time < time_of(shadow_now.epoch, 0);
}

static void learn(struct knowledge *k, int i, uint64_t time) {
    if (past(time)) return;
    begun(k);
    if ((uint16_t)time > k->tick[i]) k->tick[i] = (uint16_t)time;
}

static bool knows(const struct knowledge *k, int i, uint64_t time) {
    return past(time) || (of_now(k) && (uint16_t)time <= k->tick[i]) || time <= k->all;
}

// ---- messages -------------------------------------------------------------------------------------------------------
static struct knowledge *known_of(struct message *m) {
    if (!m->known) m->known = calloc(1, sizeof *m->known);
    if (!m->known) fatal_memory("out of memory for what threads know of each other");
    return m->known;
}

// Also what it knows of the lanes of its warp, which is not kept in its mind.
static struct knowledge *whole_mind(int t) {
    const int first = t / WARP * WARP;
    struct knowledge *m = &mind[t];
    const uint64_t now = clock_stamp();
    for (int l = 0; l < WARP; l++) learn(m, first + l, order_of_lane(t, l));
    learn(m, t, now);
    m->all = later(m->all, order_taken(t));
    return m;
}

void clock_send(struct message *to) {
    if (!simt_instrumented) return;
    clock_wake();
    join(known_of(to), whole_mind(simt_self->id));
}

void clock_receive_for(int thread, const struct message *from) {
    if (!simt_instrumented || !from->known) return;
    clock_wake();
    join(&mind[thread], from->known);
    heard[thread / WARP] = true;
}

void clock_receive(const struct message *from) {
    clock_receive_for(simt_self->id, from);
}

void clock_pass(const struct message *from, struct message *to) {
    if (from->known) join(known_of(to), from->known);
}

void clock_land(struct message *by) {
    learn(known_of(by), LANDED + by->source, time_of(shadow_now.epoch, shadow_now.tick));
    shadow_now.used = true;
}

void clock_forget(struct message *m) {
    free(m->known);
    m->known = NULL;
}

// ---- those who meet -------------------------------------------------------------------------------------------------
void clock_lanes_meet(int warp, unsigned lanes, bool all) {
    static struct knowledge met;
    if (!heard[warp]) return;
    heard[warp] = !all;
    memset(&met, 0, sizeof met);
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) join(&met, &mind[warp * WARP + l]);
    for (int l = 0; l < WARP; l++)
        if (lanes >> l & 1) join(&mind[warp * WARP + l], &met);
}

// The epoch ends: all that came before is in order for everybody; which of it is fenced, has to be kept.
void clock_end_epoch(void) {
    for (int t = 0; fenced && t < simt_now.threads; t++) {
        all_settled = later(all_settled, mind[t].all_fenced);
        for (int u = 0; u < simt_now.threads && of_now(&mind[t]); u++)
            if (mind[t].tick[FENCED + u])
                settled[u] = later(settled[u], time_of(shadow_now.epoch, mind[t].tick[FENCED + u]));
    }
    fenced = false;
}

// ---- fence.proxy.async ----------------------------------------------------------------------------------------------
// What this thread knows of, whoever wrote it.
void engine_fence(int thread) {
    if (!simt_instrumented) return;
    clock_wake();
    struct knowledge *m = begun(whole_mind(thread));
    join_part(m->tick + FENCED, m->tick, simt_now.threads);
    m->all_fenced = later(m->all_fenced, later(m->all, time_of(shadow_now.epoch, 0)));
    heard[thread / WARP] = fenced = true;
}

// ---- wgmma ----------------------------------------------------------------------------------------------------------
void engine_heard(int team, uint64_t ended) {
    if (!simt_instrumented) return;
    learn(&mind[simt_self->id], OVER + team, ended);
    heard[simt_self->id / WARP] = true;
}

// ---- questions ------------------------------------------------------------------------------------------------------
bool clock_knows(int thread, int other, uint64_t time) {
    if (thread == other || knows(&mind[thread], other, time)) return true;
    return thread / WARP == other / WARP && time <= order_of_lane(thread, other % WARP);
}

bool clock_knows_landing(int thread, int source, uint64_t time) {
    return source < SOURCES ? knows(&mind[thread], LANDED + source, time) : past(time) || time <= mind[thread].all;
}

bool clock_knows_over(int thread, int team, uint64_t time) {
    return knows(&mind[thread], OVER + team, time);
}

bool clock_knows_fence(int thread, int other, uint64_t time) {
    const struct knowledge *m = &mind[thread];
    if (time <= later(m->all_fenced, all_settled)) return true;
    return past(time) ? time <= settled[other] : of_now(m) && (uint16_t)time <= m->tick[FENCED + other];
}
