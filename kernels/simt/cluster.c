// Clusters: blocks that run together. Who is who, their barrier, and whether one ends while others still need its memory.
//
// PTX ISA, "Parallel Synchronization and Communication Instructions: barrier.cluster" and "mapa". barrier.cluster.arrive releases,
// barrier.cluster.wait acquires; threads that have ended hold up nobody.
#include <string.h>

#include "simt/clock.h"
#include "simt/heap.h"
#include "simt/include/cuda_runtime_api.h"

// ---- who is who -----------------------------------------------------------------------------------------------------
int cluster_size(void) {
    return simt_now.ctas;
}
unsigned simt_cluster_rank(void) {
    return (unsigned)simt_self->cta;
}
unsigned simt_cluster_size(void) {
    return (unsigned)simt_now.ctas;
}
struct uint3 simt_cluster_shape(void) {
    return simt_now.cluster;
}

void simt_cluster_dims(unsigned x, unsigned y, unsigned z) {
    struct uint3 *asked = &simt_now.config.cluster;
    if (asked->x == x && asked->y == y && asked->z == z) return;
    if (asked->x != 0) {
        finding_add(SIMT_LAUNCH, simt_now.pc, 0,
                    "leave the attribute away: the kernel itself says how large its clusters are",
                    "the launch asks for clusters of (%u,%u,%u) blocks, and the kernel says __cluster_dims__(%u,%u,%u)",
                    asked->x, asked->y, asked->z, x, y, z);
        simt_kill(cudaErrorInvalidConfiguration);
    }
    *asked = (struct uint3){x, y, z};
    simt_begin_anew();
}

uint32_t simt_cluster_map(const void *p, unsigned rank) {
    const uint32_t pc = CALLER;
    void *there = rank < (unsigned)simt_now.ctas ? shared_of_rank(p, (int)rank) : NULL;
    if (there) return simt_shared_address(there);
    if (rank >= (unsigned)simt_now.ctas)
        finding_add(SIMT_CLUSTER, pc, 0, "launch the kernel by clusters: __cluster_dims__(2, 1, 1); ranks begin with 0",
                    "mapa asks for block %u of a cluster of %d", rank, simt_now.ctas);
    else
        finding_add(SIMT_CLUSTER, pc, 0, "give it an address of a __shared__ variable",
                    "mapa asks for the place of %s in another block", describe_memory((uintptr_t)p, 0, pc).text);
    return 0;
}

// ---- the barrier ----------------------------------------------------------------------------------------------------
static struct {
    unsigned arrivals[MAX_THREADS], waits[MAX_THREADS];
    uint32_t pc[MAX_THREADS];   // of the last arrival
    unsigned total;             // arrivals of all
    unsigned begun;             // phases in which somebody has arrived
    struct message arrived[2];  // of the phases with even and odd numbers: never more than two are in use
    unsigned over;              // phases that are over, as was found when so many had arrived and ended:
    unsigned total_then, ended_then;
} barrier;

static void begin_barrier(void) {
    if (barrier.total == 0) return;
    for (int i = 0; i < 2; i++) clock_forget(&barrier.arrived[i]);
    memset(&barrier, 0, sizeof barrier);
}

void simt_cluster_arrive(void) {
    const int t = simt_self->id;
    const uint32_t pc = CALLER;
    if (barrier.arrivals[t] > barrier.waits[t]) {
        finding_add(SIMT_CLUSTER, pc, barrier.pc[t], "let a cluster_wait() follow every cluster_arrive()",
                    "barrier.cluster.arrive for the second time, and no barrier.cluster.wait since that of %s",
                    describe_line(barrier.pc[t], pc).text);
        return;
    }
    struct message *m = &barrier.arrived[barrier.arrivals[t] % 2];
    if (barrier.arrivals[t] == barrier.begun) {
        clock_forget(m);
        barrier.begun++;
    }
    clock_send(m);
    barrier.arrivals[t]++;
    barrier.total++;
    barrier.pc[t] = pc;
}

static bool is_missing(int thread, unsigned phase) {
    return simt_now.thread[thread].state != ENDED && barrier.arrivals[thread] <= phase;
}

// How many phases are over: looked for again only where something has changed since.
static unsigned phases_over(void) {
    if (barrier.total_then == barrier.total && barrier.ended_then == (unsigned)simt_now.ended) return barrier.over;
    unsigned least = barrier.begun;
    for (int t = 0; t < simt_now.threads; t++)
        if (is_missing(t, least)) least = barrier.arrivals[t];
    barrier.total_then = barrier.total;
    barrier.ended_then = (unsigned)simt_now.ended;
    return barrier.over = least;
}

static bool barrier_over(struct thread *t) {
    return phases_over() > barrier.waits[t->id];
}

static void explain_barrier(struct thread *t) {
    int missing = 0, first = -1;
    for (int i = 0; i < simt_now.threads; i++) {
        if (!is_missing(i, barrier.waits[t->id])) continue;
        missing++;
        first = first < 0 ? i : first;
    }
    if (first < 0) return;
    const struct thread *o = &simt_now.thread[first];
    finding_add(
        SIMT_DEADLOCK, t->pc, o->pc, "let all threads of all blocks of the cluster arrive, or end",
        "barrier.cluster.wait: %d of the cluster's %d threads have not arrived: %s waits for something else, in %s",
        missing, simt_now.threads, describe_thread(first).text, describe_line(o->pc, t->pc).text);
}

void simt_cluster_wait(void) {
    static const struct waiting until_all_arrive = {.over = barrier_over, .explain = explain_barrier};
    struct thread *t = simt_self;
    const uint32_t pc = CALLER;
    if (barrier.waits[t->id] == barrier.arrivals[t->id]) {
        finding_add(SIMT_CLUSTER, pc, 0, "let every thread call cluster_arrive() before cluster_wait()",
                    "barrier.cluster.wait without a barrier.cluster.arrive before it");
        return;
    }
    if (!barrier_over(t)) simt_wait(&until_all_arrive, &barrier, pc);
    clock_receive(&barrier.arrived[barrier.waits[t->id] % 2]);
    barrier.waits[t->id]++;
}

// ---- blocks that end ------------------------------------------------------------------------------------------------
static struct {  // what each thread did last in the memory of each other block
    uint64_t time[MAX_CTAS][MAX_THREADS];
    uint32_t pc[MAX_CTAS][MAX_THREADS];
    const char *what[MAX_CTAS][MAX_THREADS];
    bool any;
} reached;

static void too_late(int cta, const char *what, uint32_t pc) {
    const struct uint3 block = simt_block_of(cta);
    finding_add(
        SIMT_CLUSTER, pc, 0, "let no block end before all are ready: cluster_sync() at the end of the kernel",
        "%s reaches into the shared memory of block (%u,%u,%u), which may have ended by then: nothing makes that "
        "block wait for it",
        what, block.x, block.y, block.z);
}

bool cluster_reach(int cta, const char *what, uint32_t pc) {
    const int t = simt_self->id;
    if (cta == simt_self->cta) return true;
    if (simt_now.ended_in[cta] == simt_now.block_threads) {
        too_late(cta, what, pc);
        return false;
    }
    if (!simt_instrumented) return true;
    reached.any = true;
    reached.time[cta][t] = time_of(shadow_now.epoch, shadow_now.tick);
    reached.pc[cta][t] = pc;
    reached.what[cta][t] = what;
    shadow_now.used = true;  // what is sent from now on tells of it
    return true;
}

void cluster_touch(uintptr_t address, int how, uint32_t pc) {
    const struct shared_variable *v = shared_find(address);
    if (v && v->cta != simt_self->cta) cluster_reach(v->cta, how & ACCESS_WRITE ? "a write" : "a read", pc);
}

// Does any thread of the block know that `other` has done what it did there?
static bool is_known(int cta, int other) {
    const int first = cta * simt_now.block_threads;
    for (int t = first; t < first + simt_now.block_threads; t++)
        if (clock_knows(t, other, reached.time[cta][other])) return true;
    return false;
}

void cluster_end_block(int cta) {
    struct thread *self = simt_self;
    if (simt_now.ctas == 1) return;
    for (int t = 0; reached.any && t < simt_now.threads; t++) {
        if (!reached.time[cta][t] || is_known(cta, t)) continue;
        simt_self = &simt_now.thread[t];
        too_late(cta, reached.what[cta][t], reached.pc[cta][t]);
    }
    simt_self = self;
    shared_end_cta(cta);
}

void cluster_begin(void) {
    begin_barrier();
    if (reached.any) memset(&reached, 0, sizeof reached);
}
