// The report for programs: SIMT_JSON=FILE. The same program writes the same bytes, so times are left out.
#define _GNU_SOURCE
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simt/runtime.h"

static json_t *three(const unsigned n[3]) {
    return json_pack("[iii]", (int)n[0], (int)n[1], (int)n[2]);
}

static json_t *integer(uint64_t n) {
    return json_integer((json_int_t)n);
}

static void add_traffic(json_t *to, const struct simt_traffic *t) {
    json_object_set_new(to, "requests", integer(t->requests));
    json_object_set_new(to, "lanes", integer(t->lanes));
    json_object_set_new(to, "bytes", integer(t->bytes));
    json_object_set_new(to, "moved", integer(t->moved));
    json_object_set_new(to, "ideal", integer(t->ideal));
}

static json_t *both_ways(const struct simt_traffic t[2]) {
    json_t *load = json_object(), *store = json_object();
    add_traffic(load, &t[SIMT_LOAD]);
    add_traffic(store, &t[SIMT_STORE]);
    return json_pack("{soso}", "load", load, "store", store);
}

// Only what is not zero: most programs have none of it.
static void add_hopper(json_t *to, const struct simt_counters *c) {
    const struct {
        const char *name;
        uint64_t n;
    } counter[] = {
        {"tma_loads", c->tma_loads},     {"tma_ahead", c->tma_ahead}, {"tma_outside", c->tma_outside},
        {"tma_stores", c->tma_stores},   {"tma_read", c->tma_read},   {"tma_landed", c->tma_landed},
        {"tma_written", c->tma_written}, {"wgmmas", c->wgmmas},       {"mbarrier_arrivals", c->mbarrier_arrivals}};
    for (size_t i = 0; i < sizeof counter / sizeof *counter; i++)
        if (counter[i].n) json_object_set_new(to, counter[i].name, integer(counter[i].n));
}

static json_t *counters(const struct simt_counters *c) {
    json_t *o = json_object();
    json_object_set_new(o, "global", both_ways(c->global));
    json_object_set_new(o, "shared", both_ways(c->shared));
    json_object_set_new(o, "atomics", integer(c->atomics));
    json_object_set_new(o, "flops", integer(c->flops));
    json_object_set_new(o, "special", integer(c->special));
    json_object_set_new(o, "tensor_flops", integer(c->tensor_flops));
    json_object_set_new(o, "barriers", integer(c->barriers));
    json_object_set_new(o, "warp_calls", integer(c->warp_calls));
    json_object_set_new(o, "copies", integer(c->copies));
    json_object_set_new(o, "copies_ahead", integer(c->copies_ahead));
    json_object_set_new(o, "copies_left", integer(c->copies_left));
    add_hopper(o, c);
    return o;
}

static void add_place(json_t *to, const char *file, const char *line, struct simt_place place) {
    json_object_set_new(to, file, json_string_nocheck(place.file));
    json_object_set_new(to, line, json_integer(place.line));
}

static json_t *lines(int launch) {
    const struct simt_line *line;
    int n = simt_lines(launch, &line);
    json_t *list = json_array();
    for (int i = 0; i < n; i++) {
        json_t *o = json_object();
        add_place(o, "file", "line", line[i].place);
        json_object_set_new(o, "memory", json_string(line[i].shared ? "shared" : "global"));
        json_object_set_new(o, "access",
                            json_string(line[i].atomic                    ? "atomic"
                                        : line[i].direction == SIMT_STORE ? "store"
                                                                          : "load"));
        json_object_set_new(o, "size", json_integer(line[i].size));
        add_traffic(o, &line[i].traffic);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *launches(void) {
    json_t *list = json_array();
    for (int i = 0; i < simt_launch_count(); i++) {
        const struct simt_launch *l = simt_launch(i);
        json_t *o = json_object();
        json_object_set_new(o, "kernel", json_string_nocheck(l->kernel));
        json_object_set_new(o, "grid", three(l->grid));
        json_object_set_new(o, "block", three(l->block));
        json_object_set_new(o, "static_shared", integer(l->static_shared));
        json_object_set_new(o, "dynamic_shared", integer(l->dynamic_shared));
        json_object_set_new(o, "error", json_integer(l->error));
        json_object_set_new(o, "findings", json_integer(l->findings));
        json_object_set_new(o, "counters", counters(&l->counters));
        json_object_set_new(o, "lines", lines(i));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *findings(void) {
    json_t *list = json_array();
    for (int i = 0; i < simt_finding_count(); i++) {
        const struct simt_finding *f = simt_finding(i);
        json_t *o = json_object();
        json_object_set_new(o, "kind", json_string(simt_kind_name(f->kind)));
        json_object_set_new(o, "kernel", json_string_nocheck(f->kernel));
        json_object_set_new(o, "block", three(f->block));
        json_object_set_new(o, "thread", three(f->thread));
        json_object_set_new(o, "count", integer(f->count));
        add_place(o, "file", "line", f->place);
        add_place(o, "other_file", "other_line", f->other);
        json_object_set_new(o, "what", json_string_nocheck(f->what));
        json_object_set_new(o, "fix", json_string_nocheck(f->fix));
        json_array_append_new(list, o);
    }
    return list;
}

// Whole or absent: written beside its place, then renamed.
void json_exit(void) {
    const char *path = getenv("SIMT_JSON");
    if (!path || !*path) return;
    json_t *all = json_object();
    json_object_set_new(all, "version", json_integer(1));
    json_object_set_new(all, "checked", json_boolean(simt_checked()));
    json_object_set_new(all, "launches", launches());
    json_object_set_new(all, "findings", findings());
    char *part;
    if (asprintf(&part, "%s.part", path) < 0) abort();
    if (json_dump_file(all, part, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0 || rename(part, path) != 0) {
        fprintf(stderr, "simt: cannot write %s: %s. Give SIMT_JSON another path\n", path, strerror(errno));
        unlink(part);
    }
    free(part);
    json_decref(all);
}
