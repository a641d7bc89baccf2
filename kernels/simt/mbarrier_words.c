// mbarriers in words: which one, what it still misses, and why somebody may wait for it in vain.
#include "simt/mbarrier.h"

#include <stdio.h>
#include <string.h>

#include "simt/heap.h"

struct words mbarrier_name(uintptr_t barrier, uint32_t pc) {
    struct words w;
    const struct shared_variable *v = shared_find(barrier);
    if (!v) return describe_memory(barrier, 8, pc);
    const size_t at = barrier - SHARED_BASE - v->start;
    if (v->declared.line == 0) snprintf(w.text, sizeof w.text, "the barrier at byte %zu of %.80s", at, v->name);
    else if (v->size == 8) snprintf(w.text, sizeof w.text, "%.80s", v->name);
    else snprintf(w.text, sizeof w.text, "%.80s[%zu]", v->name, at / 8);
    return w;
}

void mbarrier_too_much(const struct mbarrier *b, uint32_t pc) {
    const long long expected = b->expected, came = b->came;
    const char *fix = expected ? "expect the bytes of all boxes of the phase together: rows * columns * size of an element, for each"
                               : "let the thread that asks for the copies arrive with mbarrier_arrive_expect_tx(barrier, bytes)";
    memory_finding(SIMT_MBARRIER, pc, b->expect_pc, fix,
                   "%s has all %u arrivals of its phase, but %lld bytes came to it and %lld were expected: this phase never ends",
                   mbarrier_name(b->at, pc).text, b->count, came, expected);
}

// ---- a wait that was over too early ---------------------------------------------------------------------------------
const char *mbarrier_hint(uintptr_t barrier) {
    static struct words w;
    const struct mbarrier *b = mbarrier_find(barrier);
    const struct mbarrier_wait *last = b && simt_self ? mbarrier_last_wait(simt_self->id, b) : NULL;
    if (!last) return "";
    const uint32_t pc = last->pc;
    const struct words line = describe_line(pc, pc);
    if (last->at_once && last->phase == 0)
        snprintf(w.text, sizeof w.text,
                 " (the wait of %.80s looked for parity %u, and that phase was over: phases begin with parity 0)", line.text,
                 last->parity);
    else if (b->last_expected == 0 && b->phase > 0)
        snprintf(w.text, sizeof w.text,
                 " (the wait of %.80s was over without it: nobody had expected any bytes in that phase, so expect_tx is missing)",
                 line.text);
    else if (last->at_once)
        snprintf(w.text, sizeof w.text,
                 " (the wait of %.80s looked for parity %u, and found a phase that was over already: it flips every time the ring "
                 "goes round)",
                 line.text, last->parity);
    else
        snprintf(w.text, sizeof w.text, " (the phase for which %.80s waited was over with %lld bytes: more are on their way)",
                 line.text, (long long)b->last_came);
    return w.text;
}

// ---- a wait that never ends -----------------------------------------------------------------------------------------
static void list_missing(struct words *w, const struct mbarrier *b) {
    const long long bytes = b->expected - b->came;
    int n = snprintf(w->text, sizeof w->text, "%u of %u arrivals", b->count - b->pending, b->count);
    if (b->pending) n += snprintf(w->text + n, sizeof w->text - (size_t)n, " have come");
    else n = snprintf(w->text, sizeof w->text, "all %u arrivals have come", b->count);
    if (bytes > 0)
        n += snprintf(w->text + n, sizeof w->text - (size_t)n, ", and %lld of the %lld bytes that were expected are missing", bytes,
                      (long long)b->expected);
    if (bytes < 0)
        n += snprintf(w->text + n, sizeof w->text - (size_t)n, ", and %lld bytes came that nobody expected", -bytes);
}

static const char *advice(const struct mbarrier *b, const struct mbarrier_wait *w) {
    const int64_t bytes = b->expected - b->came;
    if (bytes < 0) return "let the thread that asks for the copies arrive with mbarrier_arrive_expect_tx(barrier, all their bytes)";
    if (bytes > 0 && b->pending == 0)
        return "expect as many bytes as the boxes bring together: rows * columns * size of an element, for each; and ask for all of them";
    if (b->phase == 0 && w->parity == 0 && b->pending == b->count && bytes == 0)
        return "somebody has to arrive here first; a wait that is to pass on a new barrier, for a stage that is still empty, looks for "
               "parity 1";
    return "let as many threads arrive in each phase as mbarrier_init was told; and look at the parity: it flips every time the ring goes "
           "round";
}

void mbarrier_explain(struct thread *t) {
    const struct mbarrier *b = t->awaited;
    const struct mbarrier_wait *w = mbarrier_last_wait(t->id, b);
    struct words missing;
    list_missing(&missing, b);
    finding_add(SIMT_DEADLOCK, t->pc, b->expect_pc ? b->expect_pc : b->arrive_pc, advice(b, w),
                "waits for phase %u (parity %u) of %s, which never ends: %s", b->phase, b->phase & 1,
                mbarrier_name(b->at, t->pc).text, missing.text);
}
