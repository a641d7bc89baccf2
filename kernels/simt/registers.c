// setmaxnreg: warpgroups give registers back to their block, and take more. PTX ISA, "Miscellaneous Instructions: setmaxnreg".
//
// A block begins with as many registers a thread as a multiprocessor's 65536 allow, in steps of 8 (168 for 384 threads), as nvcc
// gives them with __launch_bounds__(threads, 1); 255, the most a thread can use, take the room of 256. What is left over is nobody's:
// setmaxnreg.inc waits until others have given back enough.
#include <string.h>

#include "simt/heap.h"
#include "simt/hopper.h"

enum { FILE_SIZE = 65536, STEP = 8, LEAST = 24, MOST = 256, GROUP = 4 };  // GROUP: warps of a warpgroup

static struct {
    int pool[MAX_CTAS];      // registers that were given back
    int has[MAX_WARPS];      // of each thread of the warp
    int wants[MAX_WARPS];    // the same, where it waits; else 0
    uint32_t pc[MAX_WARPS];  // of its last setmaxnreg
    bool any;
} registers;

static int at_first(void) {
    const int share = FILE_SIZE / simt_now.block_threads / STEP * STEP;
    return share < MOST ? share : MOST;
}

void registers_begin_block(void) {
    if (registers.any) memset(&registers, 0, sizeof registers);
}

static void begin(void) {
    if (registers.any) return;
    registers.any = true;
    for (int w = 0; w < simt_now.warps; w++) registers.has[w] = at_first();
}

// ---- a warp ---------------------------------------------------------------------------------------------------------
struct request {
    int thread, count;
    bool more;
    uint32_t pc;
};

// simt_self is of the warp.
static bool is_wrong(const struct request *r) {
    const int has = registers.has[r->thread / WARP];
    if (r->count < LEAST || r->count > MOST || r->count % STEP)
        finding_add(SIMT_REGISTERS, r->pc, 0, "take a multiple of 8 from 24 to 256", "setmaxnreg to %d registers",
                    r->count);
    else if (r->more && r->count < has)
        finding_add(SIMT_REGISTERS, r->pc, 0, "setmaxnreg.dec gives registers back, setmaxnreg.inc takes more",
                    "setmaxnreg.inc to %d registers, and the warp has %d: a block of %d threads begins with %d",
                    r->count, has, simt_now.block_threads, at_first());
    else if (!r->more && r->count > has)
        finding_add(SIMT_REGISTERS, r->pc, 0, "setmaxnreg.dec gives registers back, setmaxnreg.inc takes more",
                    "setmaxnreg.dec to %d registers, and the warp has only %d: a block of %d threads begins with %d",
                    r->count, has, simt_now.block_threads, at_first());
    else return false;
    return true;
}

// All lanes of a warp have come.
static void warp_asks(void **argument, unsigned lanes) {
    const struct request *r = argument[__builtin_ctz(lanes)];
    struct thread *t = &simt_now.thread[r->thread];
    const int warp = r->thread / WARP;
    simt_self = t;
    if (!is_wrong(r)) {
        registers.pc[warp] = r->pc;
        if (r->more) {
            registers.wants[warp] = r->count;
        } else {
            registers.pool[t->cta] += (registers.has[warp] - r->count) * WARP;
            registers.has[warp] = r->count;
        }
    }
    simt_self = NULL;
}

// The warps of a thread's warpgroup: from the first on, before the end that is returned.
static int group_of(const struct thread *t, int *first) {
    const int begin = t->cta * simt_now.block_threads / WARP, end = begin + (simt_now.block_threads + WARP - 1) / WARP;
    *first = begin + (t->id / WARP - begin) / GROUP * GROUP;
    return *first + GROUP < end ? *first + GROUP : end;
}

// The warps of a warpgroup get what they want together, or wait.
static bool granted(struct thread *t) {
    int first, more = 0, end = group_of(t, &first);
    if (registers.wants[t->id / WARP] == 0) return true;
    for (int w = first; w < end; w++) {
        if (registers.wants[w] == 0) return false;
        more += (registers.wants[w] - registers.has[w]) * WARP;
    }
    if (registers.pool[t->cta] < more) return false;
    registers.pool[t->cta] -= more;
    for (int w = first; w < end; w++) {
        registers.has[w] = registers.wants[w];
        registers.wants[w] = 0;
    }
    return true;
}

static int warps_that_want(const struct thread *t, int *warps) {
    int first, wanting = 0, end = group_of(t, &first);
    for (int w = first; w < end; w++) wanting += registers.wants[w] != 0;
    *warps = end - first;
    return wanting;
}

static void explain(struct thread *t) {
    const int first = t->cta * simt_now.block_threads / WARP, end = first + (simt_now.block_threads + WARP - 1) / WARP;
    const int begun = at_first(), count = registers.wants[t->id / WARP];
    int sum = 0, warps, wanting = warps_that_want(t, &warps);
    for (int w = first; w < end; w++) sum += WARP * (registers.wants[w] ? registers.wants[w] : registers.has[w]);
    if (wanting < warps)
        finding_add(SIMT_REGISTERS, t->pc, 0, "let all four warps of a warpgroup make the same call",
                    "setmaxnreg.inc to %d waits for ever: %d of the warpgroup's %d warps have come", count, wanting,
                    warps);
    else
        finding_add(
            SIMT_REGISTERS, t->pc, 0,
            "let the counts of all warpgroups, each times its threads, add up to no more than the block began "
            "with, and let setmaxnreg.dec come before anything that waits for the others",
            "setmaxnreg.inc to %d waits for ever: with what all warps want the block needs %d registers, and it "
            "began with %d (%d threads of %d)",
            count, sum, begun * simt_now.block_threads, simt_now.block_threads, begun);
}

void simt_set_registers(unsigned count, int more) {
    static const struct waiting until_granted = {.over = granted, .explain = explain};
    struct thread *t = simt_self;
    const uint32_t pc = CALLER;
    begin();
    struct request r = {.thread = t->id, .count = (int)count, .more = more, .pc = pc};
    warp_arrive(~0u, more ? "setmaxnreg.inc" : "setmaxnreg.dec", &r, warp_asks, pc);
    if (!granted(t)) simt_wait(&until_granted, &registers, pc);
}

void registers_end_block(void) {
    for (int w = 0; registers.any && w < simt_now.warps; w++) {
        const int first = w - simt_now.thread[w * WARP].id % simt_now.block_threads / WARP % GROUP;
        if (registers.has[w] == registers.has[first]) continue;
        const int from = registers.pc[w] ? w : first, other = from == w ? first : w;
        simt_self = &simt_now.thread[from * WARP];
        finding_add(SIMT_REGISTERS, registers.pc[from], 0, "let all four warps of a warpgroup make the same call",
                    "setmaxnreg to %d registers by some warps of a warpgroup, and others have %d", registers.has[from],
                    registers.has[other]);
    }
    simt_self = NULL;
}
