// The order of wgmma: fence, commit, wait, and which warps work together.
#include <string.h>

#include "simt/heap.h"
#include "simt/matrix.h"
#include "simt/wgmma.h"

enum { ALL_LANES = -1 };
static struct team team[TEAMS];

int team_first(const struct thread *t) {
    const int block = t->cta * simt_now.block_threads;
    return block + (t->id - block) / TEAM_THREADS * TEAM_THREADS;
}
// Two warpgroups' first threads are at least 128 apart.
struct team *team_of(const struct thread *t) {
    return &team[team_first(t) / TEAM_THREADS];
}
int team_number(const struct team *g) {
    return (int)(g - team);
}
int team_warp(const struct thread *t) {
    return (t->id - team_first(t)) / WARP;
}

// ---- fence, commit --------------------------------------------------------------------------------------------------
void simt_wgmma_fence(void) {
    struct thread *t = simt_self;
    warp_arrive((unsigned)ALL_LANES, "wgmma.fence", NULL, NULL, (uint32_t)(uintptr_t)__builtin_return_address(0));
    team_of(t)->fenced[team_warp(t)] = true;
    t->accumulates = true;  // from now on, who touches registers needs another fence
    touched_forget();
}

static void commit_all(void **arguments, unsigned lanes) {
    const struct thread *t = arguments[__builtin_ctz(lanes)];
    struct team *g = team_of(t);
    const int warp = team_warp(t);
    for (int i = g->done[warp]; i < g->next[warp]; i++) {
        struct product *p = product_at(g, i);
        if (p->group[warp] == UNCOMMITTED) p->group[warp] = g->group[warp];
    }
    g->group[warp]++;
}

void simt_wgmma_commit(void) {
    warp_arrive((unsigned)ALL_LANES, "wgmma.commit_group", simt_self, commit_all,
                (uint32_t)(uintptr_t)__builtin_return_address(0));
}

// ---- wait -----------------------------------------------------------------------------------------------------------
static const struct product *not_begun(const struct team *g, int until) {
    for (int i = g->first; i < until; i++)
        if (product_at(g, i)->warps != EVERY_WARP) return product_at(g, i);
    return NULL;
}

static bool all_came(struct thread *t) {
    const struct team *g = t->awaited;
    return !not_begun(g, g->until[team_warp(t)]);
}

static void explain_missing(struct thread *t) {
    const struct team *g = t->awaited;
    const struct product *p = not_begun(g, g->until[team_warp(t)]);
    const unsigned missing = EVERY_WARP & ~p->warps;
    finding_add(
        SIMT_DEADLOCK, t->pc, p->pc, "let all four warps of the warpgroup come to every wgmma, and to as many of them",
        "waits in wgmma_wait for a product that %d of the warpgroup's 4 warps never came to, warp %d (from %s on)%s",
        __builtin_popcount(missing), __builtin_ctz(missing),
        describe_thread(team_first(t) + __builtin_ctz(missing) * WARP).text,
        missing & (missing - 1) ? " and others" : "");
}

static void read_end(const struct tile *t, uintptr_t start, int number) {
    for (int r = 0; r < t->ranges; r++)
        engine_read_end(start + (uintptr_t)(intptr_t)t->range[r].at, (size_t)t->range[r].size, number);
}

static void complete(struct team *g, struct product *p) {
    if (p->computed) return;
    p->computed = true;
    product_compute(p);
    if (!simt_instrumented) return;
    if (p->a_start) read_end(product_a(p), p->a_start, team_number(g));
    if (p->b_start) read_end(product_b(p), p->b_start, team_number(g));
    p->ended = clock_now();
}

// Forgets products that all warps have waited for.
static void drop(struct team *g) {
    int keep = g->done[0];
    for (int w = 1; w < TEAM_WARPS; w++) keep = g->done[w] < keep ? g->done[w] : keep;
    const int gone = keep - g->first;
    if (!gone) return;
    g->count -= gone;
    memmove(g->product, g->product + gone, (size_t)g->count * sizeof *g->product);
    g->first = keep;
}

void simt_wgmma_wait(int groups_left) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct thread *t = simt_self;
    struct team *g = team_of(t);
    const int warp = team_warp(t);
    warp_arrive((unsigned)ALL_LANES, "wgmma.wait_group", NULL, NULL, pc);
    int until = g->done[warp];
    while (until < g->next[warp] && product_at(g, until)->group[warp] < g->group[warp] - groups_left) until++;
    g->until[warp] = until;
    static const struct waiting for_products = {.over = all_came, .explain = explain_missing};
    while (not_begun(g, until)) simt_wait(&for_products, g, pc);
    for (int i = g->first; i < until; i++) complete(g, product_at(g, i));
    if (until > g->done[warp]) g->done[warp] = until, g->ended[warp] = product_at(g, until - 1)->ended;
    if (until > 0) engine_heard(team_number(g), g->ended[warp]);
    drop(g);
}

// ---- the block ------------------------------------------------------------------------------------------------------
void wgmma_begin_block(void) {
    for (int t = 0; t < simt_now.threads; t++) simt_now.thread[t].accumulates = false;
    for (int i = 0; i < TEAMS; i++) {
        struct product *const room = team[i].product;
        team[i] = (struct team){.product = room, .room = team[i].room};
    }
}

void wgmma_end_block(void) {
    for (int t = 0; t < simt_now.threads; t += WARP) {
        struct thread *thread = &simt_now.thread[t];
        const struct team *g = team_of(thread);
        const int warp = team_warp(thread);
        if (g->done[warp] == g->next[warp]) continue;
        const struct product *p = product_at(g, g->done[warp]);
        simt_self = thread;
        memory_finding(
            SIMT_WGMMA, p->pc, 0, "wgmma_commit() behind the products, then wgmma_wait<0>() before the kernel ends",
            "the kernel ended with a product under way that %s",
            p->group[warp] == UNCOMMITTED ? "was never committed, so that no wait waits for it" : "nobody waited for");
    }
    simt_self = NULL;
}
