// What the simulator counts and keeps: requests, sectors, wavefronts, arithmetic, occupancy, findings and their lines.
// Kernels here are C functions, given to the runtime as the headers give theirs.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

enum { STRANGE = 300 };  // addresses in no order

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

// ---- sectors --------------------------------------------------------------------------------------------------------
static int different(const uintptr_t *number, int n) {
    int count = 0;
    for (int i = 0; i < n; i++) {
        int j = 0;
        while (j < i && number[j] != number[i]) j++;
        count += j == i;
    }
    return count;
}

static void check_sectors(const char *what, const uintptr_t *a, int lanes, unsigned size) {
    uintptr_t sector[2 * WARP];
    for (int i = 0; i < lanes; i++) sector[2 * i] = a[i] / 32, sector[2 * i + 1] = (a[i] + size - 1) / 32;
    int wanted = different(sector, 2 * lanes), wanted_ideal = (different(a, lanes) * (int)size + 31) / 32;
    int ideal, sectors = global_sectors(a, lanes, size, &ideal);
    cr_assert(sectors == wanted && ideal == wanted_ideal, "%s: %d sectors, ideal %d; wanted %d and %d", what, sectors,
              ideal, wanted, wanted_ideal);
}

Test(simt_counters, sectors_of_known_patterns) {
    static const struct {
        const char *what;
        unsigned start, stride, size;
        int sectors, ideal;
    } known[] = {
        {"floats side by side", 0, 4, 4, 4, 4},  {"floats, one off", 4, 4, 4, 5, 4},
        {"every second float", 0, 8, 4, 8, 4},   {"a column", 0, 1024, 4, 32, 4},
        {"one float for all", 64, 0, 4, 1, 1},   {"float4 side by side", 0, 16, 16, 16, 16},
        {"bytes side by side", 0, 1, 1, 1, 1},   {"halves side by side", 0, 2, 2, 2, 2},
        {"doubles side by side", 0, 8, 8, 8, 8}, {"bytes, across a border", 16, 1, 1, 2, 1},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        uintptr_t up[WARP], down[WARP];
        for (unsigned i = 0; i < WARP; i++)
            down[WARP - 1 - i] = up[i] = HEAP_BASE + known[k].start + i * known[k].stride;
        int ideal;
        cr_assert_eq(global_sectors(up, WARP, known[k].size, &ideal), known[k].sectors, "%s", known[k].what);
        cr_assert_eq(ideal, known[k].ideal, "%s", known[k].what);
        cr_assert_eq(global_sectors(down, WARP, known[k].size, &ideal), known[k].sectors, "%s, down", known[k].what);
        cr_assert_eq(ideal, known[k].ideal, "%s, down", known[k].what);
    }
}

Test(simt_counters, sectors_of_any_addresses) {
    uint32_t state = 1;
    for (int trial = 0; trial < STRANGE; trial++) {
        uintptr_t a[WARP];
        unsigned size = 1u << trial % 5, range = trial % 2 ? 100 : 100000;
        int lanes = 1 + trial % WARP;
        for (int i = 0; i < lanes; i++) a[i] = HEAP_BASE + next_random(&state) % range * (trial % 3 ? size : 1);
        check_sectors("any addresses", a, lanes, size);
    }
}

// ---- wavefronts -----------------------------------------------------------------------------------------------------
static int slow_wavefronts(const uintptr_t *a, int lanes, unsigned size, int together) {
    int sum = 0, words = size < 4 ? 1 : (int)size / 4;
    for (int from = 0; from < lanes; from += together) {
        int most = 0;
        for (uintptr_t bank = 0; bank < 32; bank++) {
            uintptr_t word[4 * WARP];
            int n = 0;
            for (int i = from; i < lanes && i < from + together; i++)
                for (int w = 0; w < words; w++)
                    if ((a[i] / 4 + (unsigned)w) % 32 == bank) word[n++] = a[i] / 4 + (unsigned)w;
            int count = different(word, n);
            if (count > most) most = count;
        }
        sum += most;
    }
    return sum;
}

Test(simt_counters, wavefronts_of_known_patterns) {
    static const struct {
        const char *what;
        unsigned stride, size;
        int wavefronts, ideal;
    } known[] = {
        {"floats side by side", 4, 4, 1, 1},
        {"every second float", 8, 4, 2, 1},
        {"a column of 32 floats", 128, 4, 32, 1},
        {"a column of 33 floats", 132, 4, 1, 1},
        {"one float for all", 0, 4, 1, 1},
        {"bytes side by side", 1, 1, 1, 1},
        {"halves side by side", 2, 2, 1, 1},
        {"doubles side by side", 8, 8, 2, 2},
        {"float4 side by side", 16, 16, 4, 4},
        {"every second float4", 32, 16, 8, 4},
        {"one float4 for all: two phases together", 0, 16, 2, 2},
        {"one double for all", 0, 8, 1, 1},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        uintptr_t a[WARP];
        for (unsigned i = 0; i < WARP; i++) a[i] = SHARED_BASE + i * known[k].stride;
        int ideal;
        cr_assert_eq(shared_wavefronts(a, WARP, known[k].size, &ideal), known[k].wavefronts, "%s", known[k].what);
        cr_assert_eq(ideal, known[k].ideal, "%s", known[k].what);
    }
}

Test(simt_counters, wavefronts_of_any_addresses) {
    uint32_t state = 2;
    for (int trial = 0; trial < STRANGE; trial++) {
        uintptr_t a[WARP];
        unsigned size = 1u << trial % 5, range = trial % 2 ? 40 : 3000;
        int lanes = 1 + trial % WARP, ideal;
        for (int i = 0; i < lanes; i++) a[i] = SHARED_BASE + next_random(&state) % range * size;
        a[0] = SHARED_BASE + 60000;  // no pairs
        int together = size <= 4 ? 32 : size == 8 ? 16 : 8;
        cr_assert_eq(shared_wavefronts(a, lanes, size, &ideal), slow_wavefronts(a, lanes, size, together));
        cr_assert_eq(ideal, (lanes + together - 1) / together);
    }
}

// ---- requests of a warp ---------------------------------------------------------------------------------------------
static void launch(const char *name, void (*kernel)(void *), void *parameters, unsigned blocks, unsigned threads) {
    struct simt_config config = {.grid = {blocks, 1, 1}, .block = {threads, 1, 1}};
    simt_quiet(true);
    simt_run(name, &config, kernel, parameters);
}

static void read_at(uint32_t pc, uintptr_t address) {
    event_access(simt_self->id % WARP, pc, 0, false, 4, address);
}

static uintptr_t own(unsigned i) {
    return HEAP_BASE + 4 * ((uintptr_t)simt_self->id + i * WARP);
}

static void expect_loads(uint64_t requests, uint64_t lanes, uint64_t moved) {
    const struct simt_traffic *t = &simt_launch(-1)->counters.global[SIMT_LOAD];
    cr_assert(t->requests == requests && t->lanes == lanes && t->moved == moved,
              "%llu requests of %llu lanes, %llu sectors; wanted %llu, %llu, %llu", (unsigned long long)t->requests,
              (unsigned long long)t->lanes, (unsigned long long)t->moved, (unsigned long long)requests,
              (unsigned long long)lanes, (unsigned long long)moved);
    cr_assert_eq(t->bytes, 4 * lanes);
}

static void all_the_same(void *steps) {
    for (unsigned i = 0; i < *(unsigned *)steps; i++) read_at(1000, own(i));
}
Test(simt_counters, lanes_of_one_path_make_one_request) {
    unsigned steps[] = {1, 255, 256, 257, 10000};
    for (int s = 0; s < 5; s++) {
        launch("same", all_the_same, &steps[s], 1, 64);
        expect_loads(2 * steps[s], 64 * steps[s], 8 * steps[s]);
    }
}

static void half_does_more(void *steps) {
    for (unsigned i = 0; i < *(unsigned *)steps; i++) {
        read_at(1000, own(i));
        if (simt_self->id % 2) read_at(2000, own(i));
        read_at(3000, own(i));
    }
}
Test(simt_counters, lanes_meet_again_behind_a_branch) {
    unsigned steps[] = {1, 100, 1000};  // the last needs more than one log
    for (int s = 0; s < 3; s++) {
        launch("branch", half_does_more, &steps[s], 1, 32);
        expect_loads(3 * steps[s], 80 * steps[s], 12 * steps[s]);
    }
}

static void loops_of_lane(void *unused) {
    (void)unused;
    for (int i = 0; i <= simt_self->id; i++) read_at(1000, HEAP_BASE);
}
Test(simt_counters, a_loop_that_lanes_leave_one_by_one) {
    launch("loops", loops_of_lane, NULL, 1, 32);
    expect_loads(32, 32 * 33 / 2, 32);
}

static void few_lanes(void *unused) {
    (void)unused;
    if (simt_self->id % 8 == 3) read_at(1000, own(0));
}
Test(simt_counters, a_warp_that_is_not_full) {
    launch("few", few_lanes, NULL, 1, 64);
    expect_loads(2, 8, 8);
    launch("short", all_the_same, &(unsigned){1}, 1, 40);
    expect_loads(2, 40, 5);
}

static void shared_and_atomic(void *unused) {
    (void)unused;
    int lane = simt_self->id % WARP;
    event_access(lane, 1, ACCESS_WRITE, true, 4, SHARED_BASE + 128 * (unsigned)lane);
    event_access(lane, 2, ACCESS_WRITE | ACCESS_ATOMIC, true, 4, SHARED_BASE);
    event_access(lane, 3, ACCESS_WRITE | ACCESS_ATOMIC, false, 4, HEAP_BASE);
}
Test(simt_counters, stores_atomics_and_their_conflicts) {
    launch("stores", shared_and_atomic, NULL, 3, 32);
    const struct simt_counters *c = &simt_launch(-1)->counters;
    cr_assert_eq(c->shared[SIMT_STORE].requests, 6);
    cr_assert_eq(c->shared[SIMT_STORE].moved, 3 * (32 + 32));
    cr_assert_eq(c->shared[SIMT_STORE].ideal, 6);
    cr_assert_eq(c->global[SIMT_STORE].requests, 3);
    cr_assert_eq(c->global[SIMT_STORE].moved, 3);
    cr_assert_eq(c->atomics, 6);
    cr_assert_eq(c->global[SIMT_LOAD].requests, 0);
}

// ---- lines ----------------------------------------------------------------------------------------------------------
static __attribute__((noinline)) uint32_t here(void) {
    __asm__ volatile("");  // two calls are two places
    return (uint32_t)(uintptr_t)__builtin_return_address(0);
}

static void two_lines(void *line) {
    uint32_t first = here();
    *(int *)line = __LINE__ - 1;
    read_at(first, own(0));
    read_at(first, own(1));
    event_access(simt_self->id % WARP, first, ACCESS_WRITE, true, 4, SHARED_BASE);
    read_at(here(), own(2));
}
Test(simt_counters, traffic_by_lines) {
    int line;
    launch("lines", two_lines, &line, 1, 32);
    const struct simt_line *l;
    cr_assert_eq(simt_lines(-1, &l), 3);
    cr_assert_str_eq(l[0].place.file, "tests/unit/simt_counters.c");
    for (int i = 0; i < 3; i++) cr_assert_eq(l[i].place.line, i < 2 ? line : line + 5);
    cr_assert(!l[0].shared && l[0].direction == SIMT_LOAD && l[0].size == 4);
    cr_assert_eq(l[0].traffic.requests, 2);
    cr_assert(l[1].shared && l[1].direction == SIMT_STORE && l[1].traffic.requests == 1);
    cr_assert_eq(l[2].traffic.moved, 4);
    cr_assert_str_eq(source_text((struct simt_place){"tests/unit/simt_counters.c", line}), "uint32_t first = here();");
    cr_assert_null(source_text((struct simt_place){"no such file", 1}));
    cr_assert_null(source_text((struct simt_place){"tests/unit/simt_counters.c", 100000}));
}

// ---- arithmetic -----------------------------------------------------------------------------------------------------
void __sanitizer_cov_trace_pc(
    void);  // compilers call it at the start of every block of a kernel; here it is written out

struct saxpy {
    int n;
    float a, *y;
    const float *x;
};
static void saxpy(void *parameters) {
    const struct saxpy *p = parameters;
    const int i = simt_self->id + (int)simt_now.block.x * 128;
    __sanitizer_cov_trace_pc();
    if (i >= p->n) return;
    __sanitizer_cov_trace_pc();
    p->y[i] = p->a * p->x[i] + p->y[i];
    __sanitizer_cov_trace_pc();
}
Test(simt_counters, flops_of_saxpy) {
    static float x[1000], y[1000];
    struct saxpy p = {1000, 2, y, x};
    launch("saxpy", saxpy, &p, 8, 128);
    cr_assert_null(flops_trouble(), "%s", flops_trouble());
    cr_assert_eq(simt_launch(-1)->counters.flops, 2000, "%d", (int)simt_launch(-1)->counters.flops);
    p.n = 10;
    launch("saxpy", saxpy, &p, 8, 128);
    cr_assert_eq(simt_launch(-1)->counters.flops, 20);
    cr_assert_eq(simt_launch(0)->counters.flops, 2000);
    cr_assert_eq(simt_launch(0)->counters.tensor_flops, 0);
}

static void matrix(void *unused) {
    (void)unused;
    if (simt_self->id == 0) flops_tensor(4096);
}
Test(simt_counters, flops_of_matrix_instructions) {
    launch("matrix", matrix, NULL, 2, 32);
    cr_assert_eq(simt_launch(-1)->counters.tensor_flops, 8192);
    cr_assert_eq(simt_launch(-1)->counters.flops, 0);
}

// ---- findings -------------------------------------------------------------------------------------------------------
static void finds(void *parameters) {
    uint32_t pc = here();
    *(int *)parameters = __LINE__ - 1;
    finding_add(SIMT_RACE, pc, 0, NULL, "reads As+%d", 4 * simt_self->id);
    if (simt_self->id == 5) finding_add(SIMT_OUT_OF_BOUNDS, pc, 0, "do better", "reads too far");
}
Test(simt_counters, findings_are_kept_once_and_counted) {
    int line;
    launch("finds", finds, &line, 2, 32);
    launch("finds", finds, &line, 1, 32);
    launch("others", finds, &line, 1, 3);
    cr_assert_eq(simt_launch_count(), 3);
    cr_assert_eq(simt_launch(0)->findings, 2);
    cr_assert_eq(simt_launch(1)->findings, 2);
    cr_assert_eq(simt_launch(2)->findings, 1);
    cr_assert_eq(simt_finding_count(), 3);
    const struct simt_finding *bounds = simt_finding(0), *race = simt_finding(1);
    cr_assert_eq(race->kind, SIMT_RACE);
    cr_assert_eq(race->count, 96);
    cr_assert_str_eq(race->kernel, "finds");
    cr_assert_str_eq(race->what, "reads As+0");
    cr_assert_str_eq(race->fix, finding_fix(SIMT_RACE));
    cr_assert_eq(race->place.line, line);
    cr_assert_eq(race->other.line, 0);
    cr_assert_eq(bounds->thread[0], 5);
    cr_assert_eq(bounds->count, 3);
    cr_assert_str_eq(bounds->fix, "do better");
    cr_assert_str_eq(simt_finding(2)->kernel, "others");
    cr_assert_null(simt_finding(3));
    cr_assert_null(simt_launch(3));
    char text[400];
    simt_describe(text, sizeof text, bounds);
    cr_assert(strstr(text, "kernel finds, block (0,0,0), thread (5,0,0), line ") == text, "%s", text);
    cr_assert(strstr(text, "reads too far"), "%s", text);
    simt_forget();
    cr_assert(simt_launch_count() == 0 && simt_finding_count() == 0);
    launch("finds", finds, &line, 1, 32);
    cr_assert_eq(simt_finding(1)->count, 32);
}

Test(simt_counters, findings_of_host_code) {
    simt_quiet(true);
    for (int i = 0; i < 3; i++) finding_add(SIMT_MEMCPY, 1, 2, NULL, "copies %d bytes", i);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert_eq(simt_finding(0)->count, 3);
    cr_assert_str_eq(simt_finding(0)->kernel, "");
    cr_assert_str_eq(simt_finding(0)->place.file, "");
}

Test(simt_counters, every_kind_has_its_words) {
    for (int i = 0; i < SIMT_KINDS; i++) {
        cr_assert(simt_kind_name(i) && finding_title(i) && finding_fix(i), "kind %d", i);
        for (int j = 0; j < i; j++) cr_assert_str_neq(simt_kind_name(i), simt_kind_name(j));
    }
}

// ---- occupancy ------------------------------------------------------------------------------------------------------
// As cuda_occupancy.h of CUDA 13.0 computes it (cudaOccMaxActiveBlocksPerMultiprocessor).
Test(simt_counters, occupancy_as_nvidia_computes_it) {
    static const struct {
        const char *device;
        int threads, registers;
        size_t shared;
        int blocks;
        const char *limit;
    } known[] = {
        {"sm_75", 256, 32, 0, 4, "threads"},
        {"sm_75", 32, 16, 0, 16, "blocks"},
        {"sm_75", 1024, 65, 0, 0, "registers"},
        {"sm_75", 256, 40, 34000, 1, "shared memory"},
        {"sm_75", 192, 33, 5000, 5, "threads"},
        {"sm_75", 100, 24, 1024, 8, "threads"},
        {"sm_80", 32, 16, 0, 32, "blocks"},
        {"sm_80", 1024, 64, 0, 1, "registers"},
        {"sm_80", 1024, 65, 0, 0, "registers"},
        {"sm_80", 256, 40, 34000, 4, "shared memory"},
        {"sm_80", 192, 33, 5000, 8, "registers"},
        {"sm_80", 100, 24, 1024, 16, "threads"},
        {"sm_86", 256, 32, 0, 6, "threads"},
        {"sm_86", 32, 16, 0, 16, "blocks"},
        {"sm_86", 1024, 65, 0, 0, "registers"},
        {"sm_86", 256, 40, 34000, 2, "shared memory"},
        {"sm_86", 100, 24, 1024, 12, "threads"},
        {"sm_86", 1024, 32, 49152, 1, "threads"},
        {"sm_89", 256, 32, 0, 6, "threads"},
        {"sm_89", 32, 16, 0, 24, "blocks"},
        {"sm_89", 1024, 65, 0, 0, "registers"},
        {"sm_89", 256, 40, 34000, 2, "shared memory"},
        {"sm_89", 100, 24, 1024, 12, "threads"},
        {"sm_89", 1024, 32, 49152, 1, "threads"},
        {"sm_90", 256, 0, 0, 8, "threads"},
        {"sm_90", 32, 16, 0, 32, "blocks"},
        {"sm_90", 1024, 64, 0, 1, "registers"},
        {"sm_90", 1024, 65, 0, 0, "registers"},
        {"sm_90", 128, 255, 0, 2, "registers"},
        {"sm_90", 192, 33, 5000, 8, "registers"},
        {"sm_90", 100, 24, 1024, 16, "threads"},
        {"sm_100", 32, 16, 0, 32, "blocks"},
        {"sm_100", 1024, 64, 0, 1, "registers"},
        {"sm_100", 1024, 65, 0, 0, "registers"},
        {"sm_100", 192, 33, 5000, 8, "registers"},
        {"sm_100", 100, 24, 1024, 16, "threads"},
        {"sm_90", 256, 32, 100000, 2, "shared memory"},
    };
    struct simt_occupancy o;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int blocks = simt_occupancy(&o, known[i].device, known[i].threads, known[i].registers, known[i].shared);
        cr_assert_eq(blocks, known[i].blocks, "%s, %d threads, %d registers, %zu bytes: %d", known[i].device,
                     known[i].threads, known[i].registers, known[i].shared, blocks);
        cr_assert_str_eq(o.limit, known[i].limit, "%s, %d threads: %s", known[i].device, known[i].threads, o.limit);
        cr_assert_eq(o.blocks, blocks);
        cr_assert_eq(o.warps, blocks * ((known[i].threads + 31) / 32));
    }
    cr_assert_eq(simt_occupancy(&o, "sm_12", 32, 0, 0), -1);
    cr_assert_eq(simt_occupancy(&o, "sm_90", 1025, 0, 0), 0);
}
