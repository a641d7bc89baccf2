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

struct words mbarrier_of_source(int source, uint32_t pc) {
    struct words w = {""};
    const struct mbarrier *b = mbarrier_numbered(source);
    if (b) snprintf(w.text, sizeof w.text, " for %.120s", mbarrier_name(b->at, pc).text);
    return w;
}

static struct words all_arrivals(const struct mbarrier *b) {
    struct words w;
    if (b->count == 1) snprintf(w.text, sizeof w.text, "the one arrival that it takes");
    else snprintf(w.text, sizeof w.text, "all %u arrivals", b->count);
    return w;
}

void mbarrier_too_much(const struct mbarrier *b, uint32_t pc) {
    const long long expected = b->expected, came = b->came;
    const char *fix =
        expected ? "expect the bytes of all boxes of the phase together: rows * columns * size of an element, for each"
                 : "let the thread that asks for the copies arrive with mbarrier_arrive_expect_tx(barrier, bytes)";
    memory_finding(SIMT_MBARRIER, pc, b->expect_pc, fix,
                   "%s has had %s, but %lld bytes have come to it where %lld were expected: this phase never ends",
                   mbarrier_name(b->at, pc).text, all_arrivals(b).text, came, expected);
}

// ---- a wait that was over too early ---------------------------------------------------------------------------------
enum cause { NO_WAIT, NEW_BARRIER, NOT_EXPECTED, OLD_PHASE, MORE_BYTES, LATER_PHASE };

static unsigned waited_for(const struct mbarrier_wait *w) {
    return w->phase - w->at_once;
}

// phase: in which the copy was asked for
static enum cause cause_of(const struct mbarrier *b, const struct mbarrier_wait *w, unsigned phase) {
    if (!w) return NO_WAIT;
    if (w->at_once && w->phase == 0) return NEW_BARRIER;
    if (b->last_expected == 0 && b->phase > 0) return NOT_EXPECTED;
    if (phase <= waited_for(w)) return MORE_BYTES;
    return w->at_once && w->expecting ? OLD_PHASE : LATER_PHASE;
}

static const struct mbarrier_wait *wait_of(const struct mbarrier *b) {
    return b && simt_self ? mbarrier_last_wait(simt_self->id, b, 0) : NULL;
}

const char *mbarrier_hint(uintptr_t barrier, unsigned phase) {
    static struct words w;
    const struct mbarrier *b = mbarrier_find(barrier);
    const struct mbarrier_wait *last = wait_of(b);
    const struct words line = last ? describe_line(last->pc, last->pc) : (struct words){""};
    switch (cause_of(b, last, phase)) {
        case NO_WAIT:
            return "";
        case NEW_BARRIER:
            snprintf(w.text, sizeof w.text,
                     " (the wait of %.80s looked for parity %u, and that phase was over: phases begin with parity 0)",
                     line.text, last->parity);
            break;
        case NOT_EXPECTED:
            snprintf(w.text, sizeof w.text,
                     " (the wait of %.80s was over without it: nobody had expected any bytes in that phase, so "
                     "expect_tx is missing)",
                     line.text);
            break;
        case OLD_PHASE:
            snprintf(w.text, sizeof w.text,
                     " (the wait of %.80s looked for parity %u, and found a phase that was over already: it flips "
                     "every time the ring goes round)",
                     line.text, last->parity);
            break;
        case MORE_BYTES:
            snprintf(w.text, sizeof w.text,
                     " (the phase for which %.80s waited was over with %lld bytes: more are on their way)", line.text,
                     (long long)b->last_came);
            break;
        case LATER_PHASE:
            snprintf(w.text, sizeof w.text, " (the wait of %.80s was for phase %u, and this load is of phase %u)",
                     line.text, waited_for(last), phase);
            break;
    }
    return w.text;
}

const char *mbarrier_fix(uintptr_t barrier, unsigned phase) {
    const struct mbarrier *b = mbarrier_find(barrier);
    const enum cause cause = cause_of(b, wait_of(b), phase);
    if (cause == NOT_EXPECTED)
        return "let the thread that asks for the copies arrive with mbarrier_arrive_expect_tx(barrier, all their "
               "bytes)";
    if (cause == MORE_BYTES)
        return "expect the bytes of all boxes of the phase together: rows * columns * size of an element, for each";
    if (cause == LATER_PHASE)
        return "if the load should not be there yet: before it, its thread has to wait until all who read the tile are "
               "through (the empty barrier, or __syncthreads()); else wait for the load's phase first";
    return "wait for the copy first: mbarrier_wait on its barrier, with the parity of this phase";
}

// ---- a wait that never ends -----------------------------------------------------------------------------------------
static struct words missing(const struct mbarrier *b) {
    struct words w;
    char bytes[160] = "";
    const long long expected = b->expected, came = b->came;
    size_t under_way;
    if (came < expected)
        snprintf(bytes, sizeof bytes, ", and %lld of %lld expected bytes are missing%s", expected - came, expected,
                 tma_pending(b->at, &under_way) ? "" : " with no copy under way");
    if (came > expected)
        snprintf(bytes, sizeof bytes, ", and %lld bytes came where %lld were expected", came, expected);
    if (b->pending)
        snprintf(w.text, sizeof w.text, "%u of %u arrivals have come%s", b->count - b->pending, b->count, bytes);
    else snprintf(w.text, sizeof w.text, "it has had %.80s%s", all_arrivals(b).text, bytes);
    return w;
}

// Phases that ended since the thread's wait before this one, and that it never waited for.
static unsigned missed(const struct mbarrier *b, const struct mbarrier_wait *before) {
    const unsigned next = !before ? 0 : before->at_once ? before->phase : before->phase + 1;
    return b->phase > next ? b->phase - next : 0;
}

static const char *advice(const struct mbarrier *b, const struct mbarrier_wait *before) {
    if (b->came > b->expected)
        return b->expected ? "expect the bytes of all boxes of the phase together: rows * columns * size of an "
                             "element, for each"
                           : "let the thread that asks for the copies arrive with mbarrier_arrive_expect_tx(barrier, "
                             "all their bytes)";
    if (b->came < b->expected && b->pending == 0)
        return "expect as many bytes as the boxes bring together: rows * columns * size of an element, for each; and "
               "ask for all of them";
    if (missed(b, before) > 1)
        return "let nobody run ahead of this thread: who ends the phases has to wait until this thread has taken what "
               "the last one brought";
    if (before) return "look at what those wait for that should arrive here, or at who does not arrive";
    if (b->phase == 0 && b->pending == b->count && b->expected == 0)
        return "somebody has to arrive here first; a wait that is to pass on a new barrier, for a stage that is still "
               "empty, looks for parity 1";
    return "let as many threads arrive in each phase as mbarrier_init was told; and look at the parity: it flips every "
           "time the ring goes round";
}

static void explain(const struct thread *t, const struct mbarrier *b, const char *does,
                    const struct mbarrier_wait *before) {
    const unsigned unseen = missed(b, before);
    char ahead[80] = "";
    if (unseen > 1) snprintf(ahead, sizeof ahead, " (%u phases ended without this thread's waiting for them)", unseen);
    finding_add(SIMT_DEADLOCK, t->pc, b->expect_pc ? b->expect_pc : b->arrive_pc, advice(b, before),
                "%s for phase %u (parity %u) of %s, which never ends: %s%s", does, b->phase, b->phase & 1,
                mbarrier_name(b->at, t->pc).text, missing(b).text, ahead);
}

void mbarrier_explain(struct thread *t) {
    const struct mbarrier *b = t->awaited;
    explain(t, b, "waits", mbarrier_last_wait(t->id, b, 1));
}

bool mbarrier_explain_asked(const struct thread *t) {
    const struct mbarrier *b = mbarrier_find((uintptr_t)t->awaited);
    if (!b || !b->live) return false;
    explain(t, b, "asks again and again", mbarrier_last_wait(t->id, b, 0));
    return true;
}
