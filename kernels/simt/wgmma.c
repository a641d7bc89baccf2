// wgmma: products of a warpgroup, which run beside its threads. Each warp comes to a product by itself; what it tells is
// checked then. Once all four have come it is under way, and it is computed as late as can be: when the first warp that waits
// for it goes on (groups.c). So who touches accumulators or operands before that finds wrong numbers, and a finding.
#include <stdlib.h>
#include <string.h>

#include "simt/heap.h"
#include "simt/include/cuda_runtime_api.h"
#include "simt/matrix.h"
#include "simt/wgmma.h"

enum { ALL_LANES = -1 };

const struct tile *product_a(const struct product *p) {
    return descriptor_tile(p->a_descriptor, TEAM_ROWS, p->w.a_turned);
}
const struct tile *product_b(const struct product *p) {
    return descriptor_tile(p->b_descriptor, p->w.n, p->w.b_turned);
}

// ---- coming to a product --------------------------------------------------------------------------------------------
struct issue {  // of one lane
    struct thread *thread;
    const struct simt_wgmma *w;
    void *d;
    const unsigned *a;
    uint64_t a_descriptor, b_descriptor;
    uint32_t pc;
};

static struct product *grow(struct team *g) {
    if (g->count == g->room) {
        g->room = g->room ? 2 * g->room : 8;
        g->product = realloc(g->product, (size_t)g->room * sizeof *g->product);
        if (!g->product) abort();
    }
    return &g->product[g->count++];
}

// Half of the k of the product before: a step of 16 bytes where each takes 32.
static void check_step(const struct product *before, const struct product *p, const char *name, uint64_t old,
                       uint64_t new, bool turned) {
    if (turned || !p->w.accumulate || new - old != 1) return;
    memory_finding(SIMT_DESCRIPTOR, p->pc, before->pc, "step by 32 bytes: 16 numbers of 16 bits",
                   "the descriptor of %s starts 16 bytes after that of the product before it, which took 32 bytes of "
                   "k: half of them are "
                   "multiplied twice",
                   name);
}

static void check_steps(const struct team *g, const struct product *p, int first) {
    if (g->count < 2 || !simt_instrumented) return;
    const struct product *before = p - 1;
    if (p->d[first] != before->d[first]) return;
    if (!p->from_registers && !before->from_registers)
        check_step(before, p, "A", before->a_descriptor, p->a_descriptor, p->w.a_turned);
    check_step(before, p, "B", before->b_descriptor, p->b_descriptor, p->w.b_turned);
}

static struct product *begin(struct team *g, const struct issue *i) {
    struct product *p = grow(g);
    *p = (struct product){.w = *i->w,
                          .a_descriptor = i->a_descriptor,
                          .b_descriptor = i->b_descriptor,
                          .from_registers = i->a != NULL,
                          .group = {UNCOMMITTED, UNCOMMITTED, UNCOMMITTED, UNCOMMITTED},
                          .pc = i->pc};
    const int first = team_warp(i->thread) * WARP;
    p->d[first] = i->d;
    const int rank = i->thread->cta;
    if (!p->from_registers) p->a_start = descriptor_start(p->a_descriptor, product_a(p), "A", rank, i->pc);
    p->b_start = descriptor_start(p->b_descriptor, product_b(p), "B", rank, i->pc);
    check_steps(g, p, first);
    return p;
}

// All threads of a warpgroup tell the same.
static bool differs(const struct product *p, const struct issue *i, const char **what) {
    const struct simt_wgmma *w = i->w;
    *what = p->w.n != w->n || p->w.element != w->element || p->from_registers != (i->a != NULL) ? "shape"
            : p->w.a_turned != w->a_turned || p->w.b_turned != w->b_turned                      ? "layout"
            : p->w.accumulate != w->accumulate                                                  ? "accumulate"
            : !i->a && p->a_descriptor != i->a_descriptor                                       ? "descriptor of A"
            : p->b_descriptor != i->b_descriptor                                                ? "descriptor of B"
                                                                                                : NULL;
    return *what != NULL;
}

static void check_same(const struct product *p, void **arguments) {
    const char *what;
    for (int lane = 0; lane < WARP; lane++) {
        const struct issue *i = arguments[lane];
        if (!differs(p, i, &what)) continue;
        simt_self = i->thread;
        memory_finding(
            SIMT_WGMMA, i->pc, p->pc,
            "let nothing that it is told depend on the thread or the warp: each warp finds its rows by itself",
            "the threads of a warpgroup make one product together, and this one tells another %s than the first of "
            "them",
            what);
        return;
    }
}

// Each warp reads its quarter of the bytes of a factor: a GPU's read all of B, but who is not in order with one quarter's writer
// rarely is with the others'.
static void read_quarter(const struct tile *t, uintptr_t start, int number, int warp, uint32_t pc) {
    for (int r = t->ranges * warp / TEAM_WARPS; r < t->ranges * (warp + 1) / TEAM_WARPS; r++)
        engine_read(start + (uintptr_t)(intptr_t)t->range[r].at, (size_t)t->range[r].size, number, "wgmma", pc);
}

static void check_operands(const struct team *g, const struct product *p, int warp, uint32_t pc) {
    if (p->a_start) read_quarter(product_a(p), p->a_start, team_number(g), warp, pc);
    if (p->b_start) read_quarter(product_b(p), p->b_start, team_number(g), warp, pc);
}

static void check_registers(const struct team *g, const struct product *p, int warp, const struct issue *i) {
    if (g->fenced[warp]) touched_check(p, i->d, i->a, i->pc);
    else
        memory_finding(SIMT_WGMMA, i->pc, 0, "call wgmma_fence() before the first product",
                       "a product without a wgmma_fence() before it: the registers that it uses may not be ready");
}

static void issue_all(void **arguments, unsigned lanes) {
    const struct issue *first = arguments[__builtin_ctz(lanes)];
    struct team *g = team_of(first->thread);
    const int warp = team_warp(first->thread), offset = warp * WARP;
    simt_self = first->thread;
    matrix_check_lanes("wgmma", lanes, first->pc);
    if (lanes == (unsigned)ALL_LANES) {
        struct product *p = g->next[warp] == g->first + g->count ? begin(g, first) : product_at(g, g->next[warp]);
        check_same(p, arguments);
        for (int lane = 0; lane < WARP; lane++) {
            const struct issue *i = arguments[lane];
            simt_self = i->thread;
            i->thread->accumulates = true;
            p->d[offset + lane] = i->d;
            if (p->from_registers && i->a) memcpy(p->a[offset + lane], i->a, sizeof p->a[0]);
            if (simt_instrumented) check_registers(g, p, warp, i);
        }
        simt_self = first->thread;
        if (simt_instrumented) check_operands(g, p, warp, first->pc);
        g->next[warp]++;
        p->warps |= 1u << warp;
        if (p->warps == EVERY_WARP) {
            simt_now.wgmmas++;
            flops_tensor(2ull * TEAM_ROWS * (unsigned)p->w.n * (unsigned)product_k(p->w.element));
        }
    }
    simt_self = NULL;
}

// Warps that the block has not got never come.
static void check_whole(const struct thread *t, uint32_t pc) {
    const int there = (t->cta + 1) * simt_now.block_threads - team_first(t);
    if (there >= TEAM_THREADS) return;
    finding_add(SIMT_WGMMA, pc, 0, "launch blocks of a multiple of 128 threads",
                "wgmma takes the four warps of a warpgroup, and the block has only %d threads for this one", there);
    simt_kill(cudaErrorLaunchFailure);
}

void simt_wgmma(const struct simt_wgmma *w, void *d, const unsigned *a, uint64_t a_descriptor, uint64_t b_descriptor) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    struct issue lane = {simt_self, w, d, a, a_descriptor, b_descriptor, pc};
    check_whole(simt_self, pc);
    warp_arrive((unsigned)ALL_LANES, "wgmma", &lane, issue_all, pc);
}
