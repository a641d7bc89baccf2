// Threads that wait for a phase of an mbarrier, or ask whether it is over.
#include <string.h>

#include "simt/heap.h"
#include "simt/mbarrier.h"

enum { WAITS = 32 };

static struct mbarrier_wait waits[MAX_THREADS][WAITS];
static unsigned waited[MAX_THREADS];  // how many waits the thread has made in this block

void mbarrier_forget_waits(void) {
    memset(waited, 0, sizeof waited);
}

const struct mbarrier_wait *mbarrier_last_wait(int thread, const struct mbarrier *b, int back) {
    for (unsigned i = 0; i < WAITS && i < waited[thread]; i++) {
        const struct mbarrier_wait *w = &waits[thread][(waited[thread] - 1 - i) % WAITS];
        if (w->barrier == b && back-- == 0) return w;
    }
    return NULL;
}

static struct mbarrier_wait *note(const struct mbarrier *b, unsigned parity, uint32_t pc) {
    const int t = simt_self->id;
    struct mbarrier_wait *w = &waits[t][waited[t]++ % WAITS];
    *w = (struct mbarrier_wait){b, parity, b->phase, (b->phase & 1) != parity, b->expected != 0, pc};
    return w;
}

static unsigned parity_of(const struct mbarrier *b, unsigned parity, uint32_t pc) {
    if (parity > 1)
        memory_finding(SIMT_MBARRIER, pc, 0, "count the rounds of the ring, and take the last bit: round & 1",
                       "waits for parity %u of %s: it is 0 or 1", parity, mbarrier_name(b->at, pc).text);
    return parity & 1;
}

static bool over(struct thread *t) {
    const struct mbarrier *b = t->awaited;
    const struct mbarrier_wait *w = mbarrier_last_wait(t->id, b, 0);
    return !b->live || !w || b->phase != w->phase;
}

// A wait that looks at parities sleeps through two phases as if there had been none: on a GPU it may never wake up.
static void check_awake(const struct mbarrier *b, const struct mbarrier_wait *w) {
    const unsigned ended = b->phase - w->phase;
    if (!b->live || ended < 2) return;
    memory_finding(
        SIMT_MBARRIER, w->pc, b->arrive_pc,
        "let mbarrier_init name all arrivals of a phase; and let nobody arrive for the next phase before this "
        "thread has taken what this one brought (that is what an empty barrier is for)",
        "%u phases of %s ended while this thread waited for one: each takes %u arrival%s (mbarrier_init of %s)", ended,
        mbarrier_name(b->at, w->pc).text, b->count, b->count == 1 ? "" : "s", describe_line(b->init_pc, w->pc).text);
}

// Where all have arrived, nobody who waits could bring the bytes; where some have, the others will hardly come after them.
static int blame(struct thread *t) {
    const struct mbarrier *b = t->awaited;
    return b->pending == 0 ? MOST_BLAME : b->pending < b->count;
}

void simt_mbarrier_wait(uint64_t *barrier, unsigned parity) {
    static const struct waiting waiting = {.over = over, .explain = mbarrier_explain, .blame = blame};
    const uint32_t pc = CALLER;
    struct mbarrier *b = mbarrier_usable((uintptr_t)barrier, "mbarrier_wait on", pc);
    if (!b) return;
    const struct mbarrier_wait *w = note(b, parity_of(b, parity, pc), pc);
    if (!w->at_once) {
        simt_wait(&waiting, b, pc);
        check_awake(b, w);
    }
    clock_receive(&b->done);
}

int simt_mbarrier_test(uint64_t *barrier, unsigned parity) {
    const uint32_t pc = CALLER;
    struct mbarrier *b = mbarrier_usable((uintptr_t)barrier, "mbarrier_test on", pc);
    if (!b) return 1;
    parity = parity_of(b, parity, pc);
    if ((b->phase & 1) == parity) {
        simt_poll(barrier, sizeof *barrier, pc);
        return 0;
    }
    note(b, parity, pc);
    clock_receive(&b->done);
    return 1;
}
