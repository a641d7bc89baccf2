// A block's shared memory. A GPU packs its variables; here each lies in slots of its own, so that an overrun meets no other, at
// the place within a slot that it has within 1024 bytes on a GPU: the same banks, the same alignment.
//
//   slot    | REDZONE + packed % 1024 | variable | nothing until the slot ends, REDZONE at least |
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "simt/heap.h"
#include "simt/include/cuda_runtime_api.h"

enum { SLOTS = SHARED_SIZE / SHARED_SLOT, REDZONE = 32 << 10 };

struct shared_array *shared_owner[SLOTS];

static struct {
    bool mapped;
    char *cells;  // of all slots, one for each byte
    struct entry {
        const char *file;
        int id;  // -1: dynamic shared memory
        struct shared_array array;
    } entry[SLOTS];
    int entries, slots;
    size_t packed;   // static bytes so far
    size_t dynamic;  // bytes, as the launch says
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
    shared.packed = 0;
    shared.dynamic = dynamic;
}

size_t shared_static_size(void) {
    return shared.packed;
}

// 0xff: NaN as a float, -1 as an int. Who reads what nobody wrote does not get a zero by luck.
void shared_poison(void) {
    for (int i = 0; i < shared.entries; i++) {
        const struct shared_variable *v = &shared.entry[i].array.variable;
        memset((void *)(SHARED_BASE + v->start), 0xff, v->size);
    }
}

static struct entry *add(const char *file, int line, int id, size_t size, size_t packed, const char *name) {
    size_t slots = (REDZONE + 1024 + size + REDZONE + SHARED_SLOT - 1) / SHARED_SLOT;
    if (shared.slots + slots > SLOTS) {
        memory_finding(SIMT_UNSUPPORTED, simt_now.pc, 0, NULL,
                       "more shared memory than the simulator can lay out: %s has no place", name);
        simt_kill(cudaErrorLaunchOutOfResources);
    }
    struct entry *e = &shared.entry[shared.entries++];
    size_t base = shared.slots * SHARED_SLOT;
    *e = (struct entry){file, id, {.variable = {name, base + REDZONE + packed % 1024, size, {file, line}}}};
    e->array.shadow = shadow_in(shared.cells + base * sizeof(struct cell), size);
    for (size_t i = 0; i < slots; i++) shared_owner[shared.slots + i] = &e->array;
    shared.slots += slots;
    memset((void *)(SHARED_BASE + e->array.variable.start), 0xff, size);
    return e;
}

static void *address_of(const struct entry *e) {
    return (void *)(SHARED_BASE + e->array.variable.start);
}

void *simt_shared_variable(const char *file, int line, int id, size_t size, size_t alignment, const char *name) {
    for (int i = 0; i < shared.entries; i++) {
        const struct entry *e = &shared.entry[i];
        if (e->id == id && e->array.variable.size == size && (e->file == file || strcmp(e->file, file) == 0))
            return address_of(e);
    }
    size_t packed = (shared.packed + alignment - 1) / alignment * alignment;
    shared.packed = packed + size;
    return address_of(add(file, line, id, size, packed, name));
}

void *simt_dynamic_shared(size_t alignment, const char *name) {
    (void)alignment;  // every slot's start suits all
    for (int i = 0; i < shared.entries; i++)
        if (shared.entry[i].id == -1) return address_of(&shared.entry[i]);
    return address_of(add("", 0, -1, shared.dynamic, 0, name));
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

// To be written
#include "simt/hopper.h"
uint32_t shared_packed(uintptr_t address) { (void)address; return 0; }
void *shared_unpacked(uint32_t packed, int rank) { (void)packed, (void)rank; return NULL; }
void *shared_of_rank(const void *p, int rank) { (void)rank; return (void *)p; }
uint32_t simt_shared_address(const void *p) { (void)p; return 0; }
void *simt_shared_pointer(uint32_t address) { (void)address; return NULL; }
