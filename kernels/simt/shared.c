// A block's shared memory. A GPU packs its variables; here each lies in slots of its own, so that an overrun meets no other, at
// the place within a slot that it has within 1024 bytes on a GPU: the same banks, the same alignment. In a cluster each block has
// its own, one after the other.
//
//   slot    | REDZONE + packed % 1024 | variable | nothing until the slot ends, REDZONE at least |
//   packed  | 1024 of the system | dynamic | statics in the order in which they are met |
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "simt/heap.h"
#include "simt/hopper.h"
#include "simt/include/cuda_runtime_api.h"

enum { SLOTS = SHARED_SIZE / SHARED_SLOT, REDZONE = 32 << 10, SYSTEM = 1024, PACKED_BITS = 18, RANK_SHIFT = 24 };

struct shared_array *shared_owner[SLOTS];

static struct {
    bool mapped;
    char *cells;  // of all slots, one for each byte
    struct entry {
        const char *file;
        int id;  // -1: dynamic shared memory
        struct shared_array array;
    } entry[SLOTS];
    int entries, slots;             // of one variable: as many entries as the cluster has blocks, by rank
    size_t fixed;                   // static bytes so far
    size_t packed;                  // where the next static variable may begin
    size_t dynamic;                 // bytes, as the launch says
    bool gone[MAX_CTAS], any_gone;  // blocks of the cluster that have ended
} shared;

static void map(void) {
    if (shared.mapped) return;
    shared.mapped = true;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *bytes = mmap((void *)SHARED_BASE, SHARED_SIZE, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1, 0);
    void *cells = mmap(NULL, SHARED_SIZE * sizeof(struct cell), PROT_READ | PROT_WRITE, flags, -1, 0);
    if (bytes == MAP_FAILED || cells == MAP_FAILED) fatal_memory("cannot reserve addresses for shared memory");
    shared.cells = cells;
}

void shared_begin_launch(size_t dynamic) {
    map();
    shadow_forget_pending();
    memset(shared_owner, 0, sizeof shared_owner);
    shared.entries = shared.slots = 0;
    memset(shared.gone, 0, sizeof shared.gone);
    shared.any_gone = false;
    shared.fixed = 0;
    shared.packed = SYSTEM + (dynamic ? (SYSTEM / 2 + dynamic + SYSTEM - 1) / SYSTEM * SYSTEM : 0);
    shared.dynamic = dynamic;
}

size_t shared_static_size(void) {
    return shared.fixed;
}

static size_t slots_of(size_t size) {
    return (REDZONE + SYSTEM + size + REDZONE + SHARED_SLOT - 1) / SHARED_SLOT;
}

// Its slots are its own; or nobody's.
static void own(struct shared_array *a, bool live) {
    const size_t first = a->variable.start / SHARED_SLOT, slots = slots_of(a->variable.size);
    for (size_t i = first; i < first + slots; i++) shared_owner[i] = live ? a : NULL;
}

// 0xff: NaN as a float, -1 as an int. Who reads what nobody wrote does not get a zero by luck.
void shared_poison(void) {
    for (int i = 0; i < shared.entries; i++) {
        const struct shared_variable *v = &shared.entry[i].array.variable;
        memset((void *)(SHARED_BASE + v->start), 0xff, v->size);
    }
}

void shared_begin_block(void) {
    for (int i = 0; shared.any_gone && i < shared.entries; i++) own(&shared.entry[i].array, true);
    memset(shared.gone, 0, sizeof shared.gone);
    shared.any_gone = false;
}

void shared_end_cta(int cta) {
    shared.gone[cta] = shared.any_gone = true;
    for (int i = cta; i < shared.entries; i += simt_now.ctas) own(&shared.entry[i].array, false);
}

bool shared_gone(uintptr_t address) {
    const struct shared_variable *v = shared.any_gone && shared_holds(address) ? shared_nearest(address) : NULL;
    return v && shared.gone[v->cta];
}

// The variable of block `cta`.
static void add_one(const struct entry *like, int cta, size_t slots) {
    struct entry *e = &shared.entry[shared.entries++];
    struct shared_variable *v = &e->array.variable;
    const size_t base = shared.slots * SHARED_SLOT;
    *e = *like;
    v->start = base + REDZONE + v->packed % SYSTEM;
    v->cta = cta;
    e->array.shadow = shadow_in(shared.cells + base * sizeof(struct cell), v->size);
    own(&e->array, true);
    shared.slots += slots;
    memset((void *)(SHARED_BASE + v->start), 0xff, v->size);
}

// The variable of all blocks; returns the first of them.
static const struct entry *add(const struct entry *e) {
    const struct shared_variable *v = &e->array.variable;
    const size_t slots = slots_of(v->size);
    if (shared.slots + slots * simt_now.ctas > SLOTS) {
        memory_finding(SIMT_UNSUPPORTED, simt_now.pc, 0, NULL,
                       "more shared memory than the simulator can lay out: %s has no place", v->name);
        simt_kill(cudaErrorLaunchOutOfResources);
    }
    const struct entry *first = &shared.entry[shared.entries];
    for (int cta = 0; cta < simt_now.ctas; cta++) add_one(e, cta, slots);
    return first;
}

// Of the block that asks.
static void *address_of(const struct entry *first) {
    return (void *)(SHARED_BASE + first[simt_self ? simt_self->cta : 0].array.variable.start);
}

// The first place from `from` on. Who asks for less than 1024 bytes, as swizzled tiles want them, does not get them by luck.
static size_t place(size_t from, size_t alignment) {
    const size_t at = (from + alignment - 1) / alignment * alignment;
    const bool lucky = alignment >= 128 && alignment < SYSTEM && at % (2 * alignment) == 0;
    return lucky ? at + alignment : at;
}

void *simt_shared_variable(const char *file, int line, int id, size_t size, size_t alignment, const char *name) {
    for (int i = 0; i < shared.entries; i += simt_now.ctas) {
        const struct entry *e = &shared.entry[i];
        if (e->id == id && e->array.variable.size == size && (e->file == file || strcmp(e->file, file) == 0))
            return address_of(e);
    }
    const size_t packed = place(shared.packed, alignment);
    shared.packed = packed + size;
    shared.fixed = (shared.fixed + alignment - 1) / alignment * alignment + size;
    return address_of(add(&(struct entry){
        file, id, {.variable = {.name = name, .size = size, .declared = {file, line}, .packed = packed}}}));
}

void *simt_dynamic_shared(size_t alignment, const char *name) {
    for (int i = 0; i < shared.entries; i += simt_now.ctas)
        if (shared.entry[i].id == -1) return address_of(&shared.entry[i]);
    const size_t packed = place(SYSTEM, alignment < 128 ? 128 : alignment);
    return address_of(add(&(struct entry){
        "", -1, {.variable = {.name = name, .size = shared.dynamic, .declared = {"", 0}, .packed = packed}}}));
}

const struct shared_variable *shared_find(uintptr_t address) {
    struct shared_array *a = shared_holds(address) ? shared_at(address) : NULL;
    return a && address - SHARED_BASE - a->variable.start < a->variable.size ? &a->variable : NULL;
}

const struct shared_variable *shared_nearest(uintptr_t address) {
    const struct shared_variable *best = NULL;
    size_t least = SIZE_MAX, at = address - SHARED_BASE;
    for (int i = 0; i < shared.entries; i++) {
        const struct shared_variable *v = &shared.entry[i].array.variable;
        size_t distance = at < v->start ? v->start - at : at - v->start < v->size ? 0 : at - v->start - v->size;
        if (distance < least) best = v, least = distance;
    }
    return best;
}

// ---- addresses as instructions take them ----------------------------------------------------------------------------
// Of a byte before or after a variable, too: there a GPU has another.
static const struct shared_variable *variable_of(uintptr_t address) {
    const struct shared_array *a = shared_holds(address) ? shared_at(address) : NULL;
    return a ? &a->variable : shared_gone(address) ? shared_nearest(address) : NULL;
}

uint32_t shared_packed(uintptr_t address) {
    const struct shared_variable *v = variable_of(address);
    const size_t packed = v ? v->packed + (address - SHARED_BASE - v->start) : 0;
    return packed >> PACKED_BITS ? 0 : (uint32_t)packed;
}

void *shared_unpacked(uint32_t packed, int rank) {
    for (int i = rank; rank >= 0 && rank < simt_now.ctas && i < shared.entries; i += simt_now.ctas) {
        const struct shared_variable *v = &shared.entry[i].array.variable;
        if (packed - v->packed < v->size) return (void *)(SHARED_BASE + v->start + (packed - v->packed));
    }
    return NULL;
}

void *shared_of_rank(const void *p, int rank) {
    const struct shared_variable *v = variable_of((uintptr_t)p);
    if (!v || rank < 0 || rank >= simt_now.ctas) return NULL;
    const struct entry *e = (const struct entry *)((const char *)v - offsetof(struct entry, array.variable));
    return (void *)((uintptr_t)p - v->start + e[rank - v->cta].array.variable.start);
}

uint32_t simt_shared_address(const void *p) {
    const struct shared_variable *v = variable_of((uintptr_t)p);
    const uint32_t packed = shared_packed((uintptr_t)p);
    return packed ? (uint32_t)v->cta << RANK_SHIFT | packed : 0;
}

void *simt_shared_pointer(uint32_t address) {
    return shared_unpacked(address & ((1u << RANK_SHIFT) - 1), (int)(address >> RANK_SHIFT));
}
