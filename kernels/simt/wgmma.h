// Products of warpgroups, shared by wgmma.c (a warp comes to one), groups.c (fence, commit, wait), product.c (computes one) and
// accumulators.c (who touches their registers).
#pragma once
#include "simt/descriptor.h"
#include "simt/hopper.h"

enum { TEAM_WARPS = 4, TEAM_THREADS = TEAM_WARPS * WARP, TEAMS = MAX_THREADS / TEAM_THREADS };
enum { TEAM_ROWS = 64, EVERY_WARP = (1 << TEAM_WARPS) - 1, UNCOMMITTED = 1 << 30 };

struct product {
    struct simt_wgmma w;
    uint64_t a_descriptor, b_descriptor;
    uintptr_t a_start, b_start;  // where they lie; 0: not all bytes are in one variable
    bool from_registers;
    unsigned a[TEAM_THREADS][4];  // then
    void *d[TEAM_THREADS];
    unsigned warps;         // that have come to it
    int group[TEAM_WARPS];  // of each warp's, that it belongs to; UNCOMMITTED
    bool computed;
    uint64_t ended;  // when its reads of shared memory did: clock_now
    uint32_t pc;
};
struct team {                 // a warpgroup
    struct product *product;  // those that some warp has not waited for, oldest first
    int count, room;
    int first;                   // the number of product[0] in this block
    int next[TEAM_WARPS];        // the product that the warp comes to next
    int done[TEAM_WARPS];        // it has waited for those before this one
    int group[TEAM_WARPS];       // that its next product belongs to
    uint64_t ended[TEAM_WARPS];  // when the last of these was
    bool fenced[TEAM_WARPS];
    int until[TEAM_WARPS];  // while it waits: for the products before this one
};

// ---- groups.c -------------------------------------------------------------------------------------------------------
int team_first(const struct thread *t);  // thread of t's warpgroup
struct team *team_of(const struct thread *t);
int team_number(const struct team *g);
int team_warp(const struct thread *t);  // 0 to 3
static inline struct product *product_at(const struct team *g, int number) {
    return &g->product[number - g->first];
}

// ---- wgmma.c --------------------------------------------------------------------------------------------------------
const struct tile *product_a(const struct product *p);  // of A, where it is in shared memory; for use at once
const struct tile *product_b(const struct product *p);

// ---- product.c ------------------------------------------------------------------------------------------------------
int product_k(enum simt_element element);
void product_compute(const struct product *p);

// ---- accumulators.c: what simt_self touched since its last fence ------------------------------------------------------
void touched_forget(void);
void touched_check(const struct product *p, void *d, const unsigned *a, uint32_t pc);  // it gives these to p
