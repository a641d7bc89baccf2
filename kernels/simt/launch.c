// A launch: the grid, block after block, and what ends it before its time.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

struct launch simt_now;
struct thread *simt_self;
struct uint3 simt_thread, simt_block, simt_block_dim, simt_grid_dim;  // threadIdx and so on: abi.h

static struct {
    struct fiber scheduler;  // runs on the host's stack
    sigjmp_buf killed;       // where a launch that is killed goes on
    void (*call)(void *parameters);
    void *parameters;
    long long clock;
    bool anew;                     // the first thread has asked for clusters
    struct uint3 block[MAX_CTAS];  // of the cluster that runs
} launch;

// ---- threads --------------------------------------------------------------------------------------------------------
static void thread_main(void) {
    launch.call(launch.parameters);
    simt_now.ended++;
    if (++simt_now.ended_in[simt_self->cta] == simt_now.block_threads) cluster_end_block(simt_self->cta);
    simt_yield(ENDED);
}

static void become(struct thread *t) {
    simt_self = t;
    simt_thread = t->index;
    if (simt_now.ctas > 1) simt_block = launch.block[t->cta];
}

void thread_resume(struct thread *t) {
    become(t);
    fiber_switch(&launch.scheduler, &t->fiber);
    simt_self = NULL;
}

// The next lane of the warp that can run; NULL: none.
static struct thread *next_lane(struct thread *t) {
    struct thread *const end = &simt_now.thread[simt_now.threads];
    for (t++; t < end && t->id % WARP != 0; t++)
        if (t->state == READY) return t;
    return NULL;
}

// Straight to the next lane where there is one: half as many switches as by the scheduler, and the processor guesses
// right where each return leads, as the lanes come from the same calls.
void simt_yield(enum state state) {
    struct thread *t = simt_self, *next = next_lane(t);
    t->state = state;
    if (!next) {
        fiber_switch(&t->fiber, &launch.scheduler);
        return;
    }
    __builtin_prefetch(next[1].fiber.top);  // every stack is a page of its own
    become(next);
    fiber_switch(&t->fiber, &next->fiber);
}

void simt_pause(void) {
    simt_yield(AT_PAUSE);
}

// From wherever it is called: the stacks of the threads are simply left.
_Noreturn void simt_kill(int error) {
    simt_now.error = error;
    siglongjmp(launch.killed, 1);
}

void simt_index_of(unsigned index[3], int thread) {
    const struct uint3 size = simt_now.config.block;
    if (simt_now.ctas > 1) thread %= simt_now.block_threads;
    index[0] = thread % size.x;
    index[1] = thread / size.x % size.y;
    index[2] = thread / (size.x * size.y);
}

struct uint3 simt_block_of(int cta) {
    return launch.block[cta];
}

// ---- the grid -------------------------------------------------------------------------------------------------------
static bool run_warps(void) {
    for (int w = 0; w < simt_now.warps; w++) {
        if (simt_late) simt_late_at(0);
        warp_run(w);
    }
    return simt_now.ended < simt_now.threads;
}

static void begin_block(void) {
    shared_begin_block();
    barrier_begin_block();
    async_begin_block();
    shadow_begin_block();
    flops_begin_block();
    clock_begin_block();
    engine_begin_block();
    mbarrier_begin_block();
    tma_begin_block();
    wgmma_begin_block();
    registers_begin_block();
    cluster_begin();
    named_begin_block();
}

static void end_block(void) {
    async_end_block();
    wgmma_end_block();
    tma_end_block();
    registers_end_block();
}

// The block at (x,y,z), or the cluster whose first it is.
static void run_block(unsigned x, unsigned y, unsigned z) {
    const struct uint3 n = simt_now.cluster;
    for (unsigned r = 0; r < (unsigned)simt_now.ctas; r++)
        launch.block[r] = (struct uint3){x + r % n.x, y + r / n.x % n.y, z + r / (n.x * n.y)};
    simt_now.block = simt_block = launch.block[0];
    for (int t = 0; t < simt_now.threads; t++) {
        fiber_make(&simt_now.thread[t].fiber, t, thread_main);
        simt_now.thread[t].state = READY;
    }
    simt_now.ended = 0;
    memset(simt_now.ended_in, 0, sizeof simt_now.ended_in);
    begin_block();
    while (run_warps())
        if (!barrier_release() && !waits_over() && !tma_land_next() && !poll_round()) waits_deadlock();
    end_block();
}

static void run_grid(void) {
    const struct uint3 n = simt_now.config.grid, step = simt_now.cluster;
    for (unsigned z = 0; z < n.z; z += step.z)
        for (unsigned y = 0; y < n.y; y += step.y)
            for (unsigned x = 0; x < n.x; x += step.x) {
                run_block(x, y, z);
                if (x + y + z == 0) limits_check_shared();
            }
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void begin(const char *kernel, const struct simt_config *config, uint32_t pc) {
    simt_now.kernel = kernel;
    simt_now.config = *config;
    simt_now.pc = pc;
    simt_now.block = (struct uint3){0, 0, 0};
    simt_now.error = cudaSuccess;
    simt_now.exercise = NULL;
    simt_now.threads = simt_now.warps = 0;
    simt_now.barriers = simt_now.warp_calls = simt_now.copies = simt_now.copies_ahead = simt_now.copies_left = 0;
    simt_now.tma_loads = simt_now.tma_stores = simt_now.tma_read = simt_now.tma_landed = simt_now.tma_written = 0;
    simt_now.wgmmas = simt_now.mbarrier_arrivals = simt_now.tma_ahead = simt_now.tma_outside = 0;
    launch.clock = 0;
    launch.anew = false;
    findings_begin_launch();
}

static void end(double started) {
    const struct simt_config *c = &simt_now.config;
    struct simt_launch record = {
        .kernel = simt_now.kernel,
        .grid = {c->grid.x, c->grid.y, c->grid.z},
        .block = {c->block.x, c->block.y, c->block.z},
        .static_shared = simt_now.threads ? shared_static_size() : 0,
        .dynamic_shared = c->shared,
        .counters = {.barriers = simt_now.barriers,
                     .warp_calls = simt_now.warp_calls,
                     .copies = simt_now.copies,
                     .copies_ahead = simt_now.copies_ahead,
                     .copies_left = simt_now.copies_left,
                     .tma_loads = simt_now.tma_loads,
                     .tma_ahead = simt_now.tma_ahead,
                     .tma_outside = simt_now.tma_outside,
                     .tma_stores = simt_now.tma_stores,
                     .tma_read = simt_now.tma_read,
                     .tma_landed = simt_now.tma_landed,
                     .tma_written = simt_now.tma_written,
                     .wgmmas = simt_now.wgmmas,
                     .mbarrier_arrivals = simt_now.mbarrier_arrivals},
        .error = simt_now.error,
        .seconds = seconds() - started,
    };
    findings_end_launch(&record);
}

static void lay_out(void) {
    const struct uint3 size = simt_now.config.block, cluster = simt_now.config.cluster;
    simt_now.cluster = cluster.x ? cluster : (struct uint3){1, 1, 1};
    simt_now.ctas = (int)(simt_now.cluster.x * simt_now.cluster.y * simt_now.cluster.z);
    simt_now.block_threads = (int)(size.x * size.y * size.z);
    simt_now.threads = simt_now.ctas * simt_now.block_threads;
    simt_now.warps = (simt_now.threads + WARP - 1) / WARP;
    for (int t = 0; t < simt_now.threads; t++) {
        unsigned index[3];
        simt_index_of(index, t);
        simt_now.thread[t] =
            (struct thread){.id = t, .cta = t / simt_now.block_threads, .index = {index[0], index[1], index[2]}};
    }
    shared_begin_launch(simt_now.config.shared);
    shadow_begin_launch();
}

// The first thread of a kernel with __cluster_dims__ has only said so: what was counted on its way there is forgotten.
static void forget_first_thread(void) {
    struct simt_counters none;
    int blocks;
    free(flops_end_launch(&none, &blocks));
    events_begin_launch();
    flops_begin_launch();
    simt_self = NULL;
}

_Noreturn void simt_begin_anew(void) {
    launch.anew = true;
    simt_kill(cudaSuccess);
}

// False: its clusters were refused.
static bool run(void) {
    bool refused;
    simt_block_dim = simt_now.config.block;
    simt_grid_dim = simt_now.config.grid;
    heap_open();
    faults_begin_launch();
    simt_now.running = true;
    do {
        if (launch.anew) forget_first_thread();
        launch.anew = false;
        simt_now.error = limits_check_cluster();
        refused = simt_now.error != cudaSuccess;
        if (refused) break;
        lay_out();
        if (sigsetjmp(launch.killed, 1) == 0) run_grid();
    } while (launch.anew);
    simt_now.running = false;
    faults_end_launch();
    simt_self = NULL;
    heap_close();
    return !refused;
}

void simt_run(const char *kernel, const struct simt_config *config, void (*call)(void *parameters), void *parameters) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    api_one_thread();
    if (simt_now.running) simt_unsupported("a kernel that launches a kernel: launch both from the host");
    const double started = seconds();
    launch.call = call;
    launch.parameters = parameters;
    if (api_broken()) return;
    begin(kernel, config, pc);
    simt_now.error = limits_check();
    if (simt_now.error != cudaSuccess || !run()) api_refused(simt_now.error, pc);
    else if (simt_now.error != cudaSuccess) api_stick(simt_now.error);
    end(started);
    if (simt_now.exercise) stop_at_gap(simt_now.exercise);
}

void *simt_parameters(void) {
    static _Alignas(64) char parameters[4096];
    return parameters;
}

// ---- what a kernel asks ---------------------------------------------------------------------------------------------
struct uint3 simt_thread_index(void) {
    return simt_thread;
}
struct uint3 simt_block_index(void) {
    return simt_block;
}
struct uint3 simt_block_size(void) {
    return simt_block_dim;
}
struct uint3 simt_grid_size(void) {
    return simt_grid_dim;
}

// A GPU counts cycles; here every look at the clock is one tick of some length, so that loops that wait end.
long long simt_clock(void) {
    return launch.clock += 64;
}
