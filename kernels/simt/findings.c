// What was found, and the launches so far: the store behind simt.h.
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simt/runtime.h"

struct found {
    struct simt_finding finding;
    uint32_t pc, other;
    int launch;  // the last one that had it
    int number;  // in the order in which they were found
    bool told;
};
struct past {  // a launch
    struct simt_launch launch;
    struct traffic_line *traffic;
    struct simt_line *lines;  // of traffic, once somebody asked
    int traffics, line_count;
    struct flops_count *blocks;
    int block_count;
    bool resolved;
};

static const char host_code[] = "";  // its "kernel"
static struct {
    struct found **found;
    int found_count;
    int *slot;     // open addressing: index + 1 into found, 0: free
    size_t slots;  // a power of two
    struct past **past;
    int past_count;
    char **kernel;  // every name once
    int kernels;
    const char *running;  // the kernel's name; "" in host code
    int distinct;         // findings of this launch
    bool quiet;
    pid_t process;
} store = {.running = host_code};

static void *grown(void *old, size_t count, size_t size) {
    void *p = realloc(old, count * size);
    if (!p) abort();
    return p;
}

// ---- finding --------------------------------------------------------------------------------------------------------
// Which of two that race came first is only our order: the pair is one finding.
static bool same_places(const struct found *f, uint32_t pc, uint32_t other) {
    return (f->pc == pc && f->other == other) || (f->finding.kind == SIMT_RACE && f->pc == other && f->other == pc);
}

// The slot of a finding of the kernel that runs, or the free one where it belongs.
static int *slot_of(enum simt_kind kind, uint32_t pc, uint32_t other, const char *kernel) {
    size_t i = ((pc ^ other) + kind) * 2654435761u >> 8;
    for (;; i++) {
        int *slot = &store.slot[i & (store.slots - 1)];
        if (*slot == 0) return slot;
        const struct found *f = store.found[*slot - 1];
        if (f->finding.kind == kind && f->finding.kernel == kernel && same_places(f, pc, other)) return slot;
    }
}

static void fill_slots(void) {
    memset(store.slot, 0, store.slots * sizeof *store.slot);
    for (int i = 0; i < store.found_count; i++) {
        const struct found *f = store.found[i];
        *slot_of(f->finding.kind, f->pc, f->other, f->finding.kernel) = i + 1;
    }
}

static void make_room(void) {
    if (2 * (size_t)store.found_count + 2 < store.slots) return;
    store.slots = store.slots ? 2 * store.slots : 256;
    store.slot = grown(store.slot, store.slots, sizeof *store.slot);
    fill_slots();
}

bool finding_known(enum simt_kind kind, uint32_t pc, uint32_t other) {
    if (!store.slots) return false;
    int slot = *slot_of(kind, pc, other, store.running);
    if (!slot) return false;
    struct found *f = store.found[slot - 1];
    f->finding.count++;
    if (f->launch != store.past_count) store.distinct++;
    f->launch = store.past_count;
    return true;
}

static void tell(struct found *f) {
    uint32_t pc[2] = {f->pc, f->other};
    struct simt_place place[2];
    source_places(place, pc, 2);
    f->finding.place = place[0];
    f->finding.other = place[1];
    f->told = true;
    if (!store.quiet) report_finding(&f->finding);
}

void finding_add(enum simt_kind kind, uint32_t pc, uint32_t other, const char *fix, const char *format, ...) {
    if (finding_known(kind, pc, other)) return;
    make_room();
    struct found *f = calloc(1, sizeof *f);
    store.found = grown(store.found, (size_t)store.found_count + 1, sizeof *store.found);
    store.found[store.found_count++] = f;
    *slot_of(kind, pc, other, store.running) = store.found_count;
    *f = (struct found){.pc = pc, .other = other, .launch = store.past_count, .number = store.found_count};
    f->finding =
        (struct simt_finding){.kind = kind, .kernel = store.running, .count = 1, .place = {"", 0}, .other = {"", 0}};
    f->finding.fix = strdup(fix ? fix : finding_fix(kind));
    char *what;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&what, format, arguments) < 0) abort();
    va_end(arguments);
    f->finding.what = what;
    store.distinct++;
    if (!store.running[0]) {
        tell(f);
        return;
    }
    const struct uint3 block = simt_self ? simt_block_of(simt_self->cta) : simt_now.block;
    memcpy(f->finding.block, &block, sizeof f->finding.block);
    if (simt_self) memcpy(f->finding.thread, &simt_self->index, sizeof f->finding.thread);
}

// ---- launches -------------------------------------------------------------------------------------------------------
static const char *kernel_name(const char *name) {
    for (int i = 0; i < store.kernels; i++)
        if (strcmp(store.kernel[i], name) == 0) return store.kernel[i];
    store.kernel = grown(store.kernel, (size_t)store.kernels + 1, sizeof *store.kernel);
    store.kernel[store.kernels] = strdup(name);
    return store.kernel[store.kernels++];
}

void findings_begin_launch(void) {
    store.running = kernel_name(simt_now.kernel);
    store.distinct = 0;
    traffic_begin_launch();
    events_begin_launch();
    flops_begin_launch();
}

// The cause before what follows from it: memory is also read unwritten because a barrier is missing, and copies that
// nobody waited for race; a wrong descriptor reads what others write, and a wrong copy by TMA is one that nobody expects; who
// waits for registers keeps others waiting, as the wrong use of an instruction may.
static int importance(const struct found *f) {
    const int kind = (int)f->finding.kind;
    switch (kind) {
        case SIMT_TMA:
        case SIMT_DESCRIPTOR:
            return SIMT_KINDS * SIMT_UNINITIALISED - 3;
        case SIMT_ASYNC:
            return SIMT_KINDS * SIMT_UNINITIALISED - 2;
        case SIMT_RACE:
        case SIMT_DIVERGENT_BARRIER:
            return SIMT_KINDS * SIMT_UNINITIALISED - 1;
        case SIMT_REGISTERS:
            return SIMT_KINDS * SIMT_WARP_MASK + 1;
        case SIMT_MBARRIER:
        case SIMT_PROXY_FENCE:
        case SIMT_WGMMA:
        case SIMT_CLUSTER:
            return SIMT_KINDS * SIMT_WARP_MASK + kind;  // before deadlocks
        default:
            return SIMT_KINDS * kind;
    }
}

static int by_importance(const void *a, const void *b) {
    const struct found *f = *(struct found *const *)a, *g = *(struct found *const *)b;
    if (importance(f) != importance(g)) return importance(f) - importance(g);
    if (f->finding.kind == SIMT_DEADLOCK) return f->number - g->number;  // waits.c tells the causes first
    if (f->finding.kind == SIMT_ASYNC && !f->other != !g->other) return f->other ? -1 : 1;  // at the end: a consequence
    if (f->finding.count != g->finding.count) return f->finding.count > g->finding.count ? -1 : 1;
    if (f->pc != g->pc) return f->pc < g->pc ? -1 : 1;
    return f->other < g->other ? -1 : f->other > g->other;
}

// The new findings, the most important first. One addr2line finds all their lines.
static void tell_new(void) {
    int first = store.found_count;
    while (first > 0 && !store.found[first - 1]->told) first--;
    int n = store.found_count - first;
    if (n == 0) return;
    struct found **new = store.found + first;
    qsort(new, (size_t)n, sizeof *new, by_importance);
    fill_slots();
    uint32_t *pc = grown(NULL, 2 * (size_t)n, sizeof *pc);
    struct simt_place *place = grown(NULL, 2 * (size_t)n, sizeof *place);
    for (int i = 0; i < n; i++) pc[2 * i] = new[i]->pc, pc[2 * i + 1] = new[i]->other;
    source_places(place, pc, 2 * n);
    for (int i = 0; i < n; i++) tell(new[i]);
    free(pc), free(place);
}

void findings_end_launch(struct simt_launch *record) {
    struct past *p = calloc(1, sizeof *p);
    if (!p) abort();
    p->launch = *record;
    p->launch.kernel = store.running;
    p->launch.findings = store.distinct;
    p->traffic = traffic_end_launch(&p->launch.counters, &p->traffics);
    p->blocks = flops_end_launch(&p->launch.counters, &p->block_count);
    tell_new();
    store.past = grown(store.past, (size_t)store.past_count + 1, sizeof *store.past);
    store.past[store.past_count++] = p;
    store.running = host_code;
}

// ---- simt.h ---------------------------------------------------------------------------------------------------------
int simt_launch_count(void) {
    return store.past_count;
}
int simt_finding_count(void) {
    return store.found_count;
}
bool simt_checked(void) {
    return simt_instrumented;
}
void simt_quiet(bool quiet) {
    store.quiet = quiet;
}

static struct past *past_launch(int i) {
    if (i < 0) i += store.past_count;
    return i >= 0 && i < store.past_count ? store.past[i] : NULL;
}

const struct simt_launch *simt_launch(int i) {
    struct past *p = past_launch(i);
    if (!p) return NULL;
    if (!p->resolved) flops_resolve(&p->launch.counters, p->blocks, p->block_count);
    p->resolved = true;
    return &p->launch;
}

int simt_lines(int launch, const struct simt_line **lines) {
    struct past *p = past_launch(launch);
    *lines = NULL;
    if (!p) return 0;
    if (!p->lines) p->lines = lines_of(p->traffic, p->traffics, &p->line_count);
    *lines = p->lines;
    return p->line_count;
}

const struct simt_finding *simt_finding(int i) {
    if (i < 0 || i >= store.found_count) return NULL;
    struct found *f = store.found[i];
    uint32_t pc[2] = {f->pc, f->other};
    if (!f->told) f->finding.place = source_place(pc[0]), f->finding.other = source_place(pc[1]);
    return &f->finding;
}

void simt_forget(void) {
    for (int i = 0; i < store.found_count; i++) {
        free((char *)store.found[i]->finding.what);
        free((char *)store.found[i]->finding.fix);
        free(store.found[i]);
    }
    for (int i = 0; i < store.past_count; i++) {
        free(store.past[i]->traffic);
        free(store.past[i]->lines);
        free(store.past[i]->blocks);
        free(store.past[i]);
    }
    store.found_count = store.past_count = 0;
    if (store.slots) memset(store.slot, 0, store.slots * sizeof *store.slot);
}

// ---- the end --------------------------------------------------------------------------------------------------------
static int finish(int status) {
    if (getpid() != store.process) return status;  // a child of the program
    fflush(NULL);
    if (!store.quiet) report_exit();
    json_exit();
    return status == 0 && store.found_count > 0 && !store.quiet ? 3 : status;
}

static void at_exit(int status, void *unused) {
    (void)unused;
    if (status == 0 && getpid() == store.process) heap_leaks();  // a program that failed has other worries
    int changed = finish(status);
    if (changed != status) _exit(changed);
}

void findings_exit(int status) {
    _exit(finish(status));
}

// Registered before anything else, so it runs after every other handler: those may add findings.
__attribute__((constructor(101))) static void start(void) {
    store.process = getpid();
    on_exit(at_exit, NULL);
}
