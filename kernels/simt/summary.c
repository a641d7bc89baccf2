// What every kernel moved and computed, all its launches together: SIMT_REPORT=summary, and with every access full.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

enum { SECTOR = 32 };

struct sum {  // of the launches of a kernel
    const struct simt_launch *first;
    int launches;
    bool same_size;
    struct simt_counters counters;
    struct simt_line *line;
    int lines;
};

static double ratio(uint64_t a, uint64_t b) {
    return b ? (double)a / (double)b : 0;
}

static unsigned long long number(uint64_t n) {
    return n;
}

static void add_counters(struct simt_counters *to, const struct simt_counters *c) {
    uint64_t *sum = (uint64_t *)to;
    const uint64_t *more = (const uint64_t *)c;
    const uint64_t ahead = to->tma_ahead > c->tma_ahead ? to->tma_ahead : c->tma_ahead;
    for (size_t i = 0; i < sizeof *c / sizeof *sum; i++) sum[i] += more[i];
    to->tma_ahead = ahead;
}

static bool same(const unsigned a[3], const unsigned b[3]) {
    return memcmp(a, b, 3 * sizeof *a) == 0;
}

// It did nothing at all.
static bool refused(const struct simt_launch *l) {
    static const struct simt_counters none;
    return l->error && memcmp(&l->counters, &none, sizeof none) == 0;
}

static struct sum sum_up(const char *kernel, bool lines) {
    struct sum s = {.same_size = true};
    for (int i = 0; i < simt_launch_count(); i++) {
        const struct simt_launch *l = simt_launch(i);
        if (strcmp(l->kernel, kernel) != 0 || refused(l)) continue;
        if (s.launches++ == 0) s.first = l;
        s.same_size &= same(l->grid, s.first->grid) && same(l->block, s.first->block);
        add_counters(&s.counters, &l->counters);
        const struct simt_line *line;
        int n = lines ? simt_lines(i, &line) : 0;
        if (n == 0) continue;
        s.line = realloc(s.line, (size_t)(s.lines + n) * sizeof *s.line);
        if (!s.line) abort();
        memcpy(s.line + s.lines, line, (size_t)n * sizeof *line);
        s.lines = lines_merge(s.line, s.lines + n);
    }
    return s;
}

// "16", "16 x 16"
static void tell_size(const unsigned n[3]) {
    fprintf(stderr, "%u", n[0]);
    if (n[1] > 1 || n[2] > 1) fprintf(stderr, " x %u", n[1]);
    if (n[2] > 1) fprintf(stderr, " x %u", n[2]);
}

static void tell_launches(const struct sum *s) {
    fprintf(stderr, "simt: kernel %s, %d launch%s", s->first->kernel, s->launches, s->launches == 1 ? "" : "es");
    if (s->same_size) {
        fputs(" of ", stderr);
        tell_size(s->first->grid);
        fputs(" blocks of ", stderr);
        tell_size(s->first->block);
        fputs(" threads", stderr);
    } else {
        fputs(" of different sizes", stderr);
    }
    fputc('\n', stderr);
}

static void tell_global(const char *what, const struct simt_traffic *t) {
    if (!t->requests) return;
    fprintf(stderr, "  %-14s %llu requests, %.2f sectors each, ideal %.2f: efficiency %.0f%%\n", what,
            number(t->requests), ratio(t->moved, t->requests), ratio(t->ideal, t->requests),
            100 * ratio(t->ideal, t->moved));
}

static void tell_shared(const char *what, const struct simt_traffic *t) {
    if (!t->requests) return;
    fprintf(stderr, "  %-14s %llu requests, %.2f wavefronts each, ideal %.2f: %llu bank conflicts\n", what,
            number(t->requests), ratio(t->moved, t->requests), ratio(t->ideal, t->requests),
            number(t->moved - t->ideal));
}

static void tell_hopper(const struct simt_counters *c) {
    if (c->tma_loads) {
        fprintf(stderr, "  %-14s %llu boxes, at most %llu under way at once; %llu bytes", "TMA loads",
                number(c->tma_loads), number(c->tma_ahead), number(c->tma_read));
        if (c->tma_landed != c->tma_read)
            fprintf(stderr, ", by multicast %llu in shared memory", number(c->tma_landed));
        if (c->tma_outside) fprintf(stderr, "; %llu boxes wholly outside of their tensors", number(c->tma_outside));
        fputc('\n', stderr);
    }
    if (c->tma_stores)
        fprintf(stderr, "  %-14s %llu boxes, %llu bytes\n", "TMA stores", number(c->tma_stores),
                number(c->tma_written));
    if (c->wgmmas) fprintf(stderr, "  %-14s %llu, of a warpgroup each\n", "wgmma", number(c->wgmmas));
    if (c->mbarrier_arrivals) fprintf(stderr, "  %-14s %llu arrivals\n", "mbarriers", number(c->mbarrier_arrivals));
}

static void tell_arithmetic(const struct simt_counters *c) {
    uint64_t flops = c->flops + c->tensor_flops;
    uint64_t bytes = SECTOR * (c->global[SIMT_LOAD].moved + c->global[SIMT_STORE].moved);
    uint64_t by_tma = c->tma_read + c->tma_written;
    if (flops_trouble()) fprintf(stderr, "  %s\n", flops_trouble());
    fprintf(stderr, "  %-14s %llu", "FLOPs", number(flops));
    if (c->tensor_flops) fprintf(stderr, ", %llu of them by matrix instructions", number(c->tensor_flops));
    if (c->special) fprintf(stderr, ", and %llu calls of exp and the like", number(c->special));
    fprintf(stderr, "\n  %-14s %llu, in sectors of global memory%s", "bytes", number(bytes + by_tma),
            by_tma ? " and by TMA" : "");
    if (bytes + by_tma) fprintf(stderr, ": %.2f FLOPs for each", ratio(flops, bytes + by_tma));
    fputc('\n', stderr);
    if (c->atomics) fprintf(stderr, "  %-14s %llu requests\n", "atomics", number(c->atomics));
    if (c->barriers) fprintf(stderr, "  %-14s %llu, counted once a block\n", "barriers", number(c->barriers));
    if (c->warp_calls) fprintf(stderr, "  %-14s %llu\n", "warp calls", number(c->warp_calls));
}

// The number behind "kernel=" in "tiled=40,reduce<256>=24,reduce=32"; 0: not there.
static int number_of(const char *list, const char *kernel, size_t length) {
    for (const char *at = list; (at = strstr(at, kernel)); at++)
        if ((at == list || at[-1] == ',') && at[length] == '=') return (int)strtol(at + length + 1, NULL, 10);
    return 0;
}

// SIMT_REGISTERS=40, or by kernel, with its template arguments or without; 0: not known.
static int registers_of(const char *kernel) {
    const char *given = getenv("SIMT_REGISTERS");
    if (!given) return 0;
    if (!strchr(given, '=')) return (int)strtol(given, NULL, 10);
    int registers = number_of(given, kernel, strlen(kernel));
    if (registers) return registers;
    char base[256];
    snprintf(base, sizeof base, "%.*s", (int)strcspn(kernel, "<"), kernel);
    return number_of(given, base, strlen(base));
}

static void tell_occupancy(const struct sum *s) {
    const char *device = getenv("SIMT_DEVICE");
    if (!device || !*device) device = "sm_90";
    const unsigned *block = s->first->block;
    int registers = registers_of(s->first->kernel);
    size_t shared = s->first->static_shared + s->first->dynamic_shared;
    struct simt_occupancy o;
    int blocks = simt_occupancy(&o, device, (int)(block[0] * block[1] * block[2]), registers, shared);
    if (blocks < 0) {
        fprintf(stderr, "  %-14s SIMT_DEVICE=%s is not known: sm_75, 80, 86, 89, 90 or 100\n", "occupancy", device);
        return;
    }
    fprintf(stderr, "  %-14s %d of %d warps on %s: %d block%s, limited by %s (", "occupancy", o.warps, o.max_warps,
            device, blocks, blocks == 1 ? "" : "s", o.limit);
    if (registers) fprintf(stderr, "%d registers", registers);
    else fputs("registers not known: SIMT_REGISTERS=n", stderr);
    fprintf(stderr, ", %zu bytes of shared memory)\n", shared);
}

static void tell_lines(const struct sum *s) {
    if (!s->lines) return;
    int width = 4;
    for (int i = 0; i < s->lines; i++) {
        int needed = snprintf(NULL, 0, "%s:%d", s->line[i].place.file, s->line[i].place.line);
        if (needed > width) width = needed;
    }
    fprintf(stderr, "  %-*s  %-6s %-6s %5s %10s %11s %8s  %s\n", width, "line", "memory", "access", "bytes", "requests",
            "per request", "ideal", "source");
    for (int i = 0; i < s->lines; i++) {
        const struct simt_line *l = &s->line[i];
        const char *access = l->atomic ? "atomic" : l->direction == SIMT_STORE ? "store" : "load";
        const char *text = source_text(l->place);
        char place[512] = "?";
        if (l->place.line) snprintf(place, sizeof place, "%s:%d", l->place.file, l->place.line);
        fprintf(stderr, "  %-*s  %-6s %-6s %5d %10llu %11.2f %8.2f  %.60s\n", width, place,
                l->shared ? "shared" : "global", access, l->size, number(l->traffic.requests),
                ratio(l->traffic.moved, l->traffic.requests), ratio(l->traffic.ideal, l->traffic.requests),
                text ? text : "");
    }
}

static bool is_first(int launch) {
    for (int i = 0; i < launch; i++)
        if (strcmp(simt_launch(i)->kernel, simt_launch(launch)->kernel) == 0) return false;
    return true;
}

void summary(bool lines) {
    if (!simt_checked()) fprintf(stderr, "simt: built with -fast: nothing is counted\n");
    for (int i = 0; i < simt_launch_count(); i++) {
        if (!is_first(i)) continue;
        struct sum s = sum_up(simt_launch(i)->kernel, lines);
        if (!s.launches) continue;
        tell_launches(&s);
        tell_global("global loads", &s.counters.global[SIMT_LOAD]);
        tell_global("global stores", &s.counters.global[SIMT_STORE]);
        tell_shared("shared loads", &s.counters.shared[SIMT_LOAD]);
        tell_shared("shared stores", &s.counters.shared[SIMT_STORE]);
        tell_hopper(&s.counters);
        tell_arithmetic(&s.counters);
        tell_occupancy(&s);
        tell_lines(&s);
        free(s.line);
    }
}
