// The device's memory: where cudaMalloc puts arrays, and whose byte an address is. Address space costs nothing, so arrays lie
// far apart and no address is used twice while there is room: an overrun lands in no other array, and a freed pointer is known
// for what it is.
//
//   HEAP_BASE                     HOST_PART                       end
//   | array .. gap .. array .. gap | the same for cudaMallocHost  |
//
// The lower part has no access rights while host code runs. Every array starts in a MiB of its own (heap_owner finds it).
#define _GNU_SOURCE
#include "simt/heap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "simt/include/cuda_runtime_api.h"

#define HOST_PART (HEAP_BASE + HEAP_SIZE / 2)
#define CAPACITY ((size_t)8 << 30)    // of the device
#define POISONED ((size_t)256 << 20)  // larger arrays are left alone: it would cost memory and time

struct part {
    uintptr_t start, end, next;  // next: the first address that was never given
};

static struct {
    bool reserved;
    struct part part[2];  // the device's, the host's
    struct allocation **list;
    int count, room;
    size_t used;  // bytes of live arrays of the device
} heap = {.part = {{HEAP_BASE, HOST_PART, HEAP_BASE + MIB}, {HOST_PART, HEAP_BASE + HEAP_SIZE, HOST_PART + MIB}}};

struct allocation *heap_owner[HEAP_SIZE / MIB];

static size_t whole_mib(size_t size) {
    return (size + MIB - 1) / MIB * MIB;
}

static void reserve(void) {
    if (heap.reserved) return;
    heap.reserved = true;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    if (mmap((void *)HEAP_BASE, HEAP_SIZE, PROT_NONE, flags, -1, 0) == MAP_FAILED)
        fatal_memory("cannot reserve 256 GiB of addresses (is there a limit? see ulimit -v)");
}

static void protect(uintptr_t start, uintptr_t end, int rights) {
    uintptr_t first = start & ~(uintptr_t)4095;
    if (mprotect((void *)first, end - first, rights)) fatal_memory("cannot change the rights of device memory");
}

void heap_open(void) {
    reserve();
    protect(HEAP_BASE, heap.part[0].next, PROT_READ | PROT_WRITE);
}

void heap_close(void) {
    race_settle();  // it looks at the memory once more
    protect(HEAP_BASE, heap.part[0].next, PROT_NONE);
}

void heap_open_part(uintptr_t start, size_t size) {
    if (start < HOST_PART) protect(start, start + size, PROT_READ | PROT_WRITE);
}

void heap_close_part(uintptr_t start, size_t size) {
    if (start < HOST_PART) protect(start, start + size, PROT_NONE);
}

bool heap_reaches(uintptr_t address) {
    const struct part *p = &heap.part[address >= HOST_PART];
    return heap_holds(address) && address < p->next;
}

struct allocation *heap_find(uintptr_t address) {
    struct allocation *a = heap_holds(address) ? heap_at(address) : NULL;
    return a && address - a->start < a->size ? a : NULL;
}

struct allocation *heap_nearest(uintptr_t address) {
    struct allocation *best = NULL;
    size_t least = SIZE_MAX;
    for (int i = 0; i < heap.count; i++) {
        struct allocation *a = heap.list[i];
        size_t distance = address < a->start             ? a->start - address
                          : address - a->start < a->size ? 0
                                                         : address - a->start - a->size;
        if (distance < least) best = a, least = distance;
    }
    return best;
}

// ---- taking and giving back -----------------------------------------------------------------------------------------
static void own(struct allocation *a, struct allocation *owner) {
    for (size_t mib = (a->start - HEAP_BASE) / MIB; mib <= (a->start + a->size - 1 - HEAP_BASE) / MIB; mib++)
        heap_owner[mib] = owner;
}

static void forget_freed(void) {
    int kept = 0;
    for (int i = 0; i < heap.count; i++) {
        struct allocation *a = heap.list[i];
        if (a->live) heap.list[kept++] = a;
        else own(a, NULL), free(a);
    }
    heap.count = kept;
}

// A start for `size` bytes with `gap` free bytes on both sides, among what lives in the part. 0: there is no room.
static uintptr_t hole(const struct part *p, size_t size, size_t gap) {
    uintptr_t at = p->start + MIB;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < heap.count; i++) {
            struct allocation *a = heap.list[i];
            uintptr_t after = a->start + whole_mib(a->size) + MIB;
            if (at + size + gap <= a->start || at >= after) continue;
            at = after, moved = true;
        }
    }
    return at + size + gap <= p->end ? at : 0;
}

// Far from all others: the gap behind an array is at least as long as itself.
static uintptr_t place(struct part *p, size_t size) {
    size_t whole = whole_mib(size), gap = whole;
    uintptr_t at = p->next;
    if (at + whole + gap > p->end) {
        forget_freed();
        at = hole(p, whole, gap);
    }
    if (at && at + whole + gap > p->next) p->next = at + whole + gap;
    return at;
}

// NaN, or -1: who reads what nobody wrote does not get a zero by luck.
static void poison(const struct allocation *a) {
    heap_open_part(a->start, a->size);
    memset((void *)a->start, 0xff, a->size);
    heap_close_part(a->start, a->size);
}

static struct allocation *take(enum memory kind, size_t size, uint32_t pc) {
    reserve();
    if (kind == DEVICE_MEMORY && size > CAPACITY - heap.used) return NULL;
    if (size > CAPACITY) return NULL;
    uintptr_t start = place(&heap.part[kind == HOST_MEMORY], size);
    if (!start) return NULL;
    struct allocation *a = calloc(1, sizeof *a);
    if (heap.count == heap.room) {
        heap.room = heap.room ? 2 * heap.room : 64;
        heap.list = realloc(heap.list, (size_t)heap.room * sizeof *heap.list);
    }
    if (!a || !heap.list) fatal_memory("out of memory");
    *a = (struct allocation){.start = start, .size = size, .pc = pc, .live = true, .memory = kind};
    heap.list[heap.count++] = a;
    own(a, a);
    if (kind == HOST_MEMORY) protect(start, start + size, PROT_READ | PROT_WRITE);
    else heap.used += size;
    if (simt_instrumented) a->shadow = shadow_make(size, kind == DEVICE_MEMORY);
    if (simt_instrumented && kind == DEVICE_MEMORY && size <= POISONED) poison(a);
    return a;
}

// The array stays known, its bytes go back to the system.
static void give_back(struct allocation *a, uint32_t pc) {
    a->live = false;
    a->freed = pc;
    shadow_free(a->shadow);
    a->shadow = NULL;
    if (a->memory == DEVICE_MEMORY) heap.used -= a->size;
    madvise((void *)a->start, a->size, MADV_DONTNEED);
}

void heap_reset(void) {
    for (int i = 0; i < heap.count; i++)
        if (heap.list[i]->live && heap.list[i]->memory == DEVICE_MEMORY) give_back(heap.list[i], 0);
}

int simt_live_allocations(void) {
    int live = 0;
    for (int i = 0; i < heap.count; i++) live += heap.list[i]->live;
    return live;
}

void heap_leaks(void) {
    if (api_broken()) return;  // after a launch that was killed, cudaFree does nothing
    for (int i = 0; i < heap.count; i++) {
        struct allocation *a = heap.list[i];
        if (!a->live || finding_known(SIMT_LEAK, a->pc, 0)) continue;
        memory_finding(SIMT_LEAK, a->pc, 0,
                       a->memory == HOST_MEMORY ? "call cudaFreeHost when it is no longer needed" : NULL,
                       "%zu bytes of %s were never freed", a->size, describe_allocation(a, a->pc).text);
    }
}

// ---- the calls ------------------------------------------------------------------------------------------------------
static cudaError_t allocate(enum memory kind, void **pointer, size_t size, uint32_t pc, const char *call) {
    if (!pointer) return memory_error(cudaErrorInvalidValue, pc, call);
    *pointer = NULL;
    if (size == 0) return cudaSuccess;
    struct allocation *a = take(kind, size, pc);
    if (!a) return memory_error(cudaErrorMemoryAllocation, pc, call);
    *pointer = (void *)a->start;
    return cudaSuccess;
}

cudaError_t cudaMalloc(void **pointer, size_t size) {
    return allocate(DEVICE_MEMORY, pointer, size, CALLER, "cudaMalloc");
}

cudaError_t cudaMallocAsync(void **pointer, size_t size, cudaStream_t stream) {
    (void)stream;
    return allocate(DEVICE_MEMORY, pointer, size, CALLER, "cudaMallocAsync");
}

cudaError_t cudaMallocHost(void **pointer, size_t size) {
    return allocate(HOST_MEMORY, pointer, size, CALLER, "cudaMallocHost");
}

cudaError_t cudaHostAlloc(void **pointer, size_t size, unsigned flags) {
    (void)flags;
    return allocate(HOST_MEMORY, pointer, size, CALLER, "cudaHostAlloc");
}

cudaError_t cudaMallocPitch(void **pointer, size_t *pitch, size_t width, size_t height) {
    if (!pitch) return memory_error(cudaErrorInvalidValue, CALLER, "cudaMallocPitch");
    *pitch = (width + 511) / 512 * 512;
    return allocate(DEVICE_MEMORY, pointer, *pitch * height, CALLER, "cudaMallocPitch");
}

static cudaError_t cannot_free(const void *pointer, uint32_t pc, const char *call) {
    struct allocation *a = heap_find((uintptr_t)pointer);
    const char *give = a && a->memory == HOST_MEMORY ? "cudaFreeHost" : "cudaFree";
    struct words at = describe_memory((uintptr_t)pointer, 0, pc);
    if (!a && heap_holds((uintptr_t)pointer))
        memory_finding(SIMT_API, pc, 0, "pass the pointer that cudaMalloc gave", "%s of %s", call, at.text);
    else if (!a)
        memory_finding(
            SIMT_API, pc, 0,
            "memory of malloc goes to free, that of new to delete; only what cudaMalloc gave goes to cudaFree",
            "%s of a pointer to %s", call, at.text);
    else if (!a->live)
        memory_finding(SIMT_API, pc, a->freed, "free every array once", "%s a second time of %s", call,
                       describe_allocation(a, pc).text);
    else if ((uintptr_t)pointer != a->start)
        memory_finding(SIMT_API, pc, 0, "pass the pointer that cudaMalloc gave, not one further on",
                       "%s of a pointer %zu bytes into %s", call, (uintptr_t)pointer - a->start,
                       describe_allocation(a, pc).text);
    else
        memory_finding(SIMT_API, pc, 0, NULL, "%s of %s: it is to go to %s", call, describe_allocation(a, pc).text,
                       give);
    return memory_error(cudaErrorInvalidValue, pc, call);
}

static cudaError_t release(enum memory kind, void *pointer, uint32_t pc, const char *call) {
    if (!pointer) return cudaSuccess;
    struct allocation *a = heap_find((uintptr_t)pointer);
    if (!a || !a->live || a->start != (uintptr_t)pointer || a->memory != kind) return cannot_free(pointer, pc, call);
    give_back(a, pc);
    return cudaSuccess;
}

cudaError_t cudaFree(void *pointer) {
    return release(DEVICE_MEMORY, pointer, CALLER, "cudaFree");
}
cudaError_t cudaFreeHost(void *pointer) {
    return release(HOST_MEMORY, pointer, CALLER, "cudaFreeHost");
}

cudaError_t cudaFreeAsync(void *pointer, cudaStream_t stream) {
    (void)stream;
    return release(DEVICE_MEMORY, pointer, CALLER, "cudaFreeAsync");
}

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total) {
    if (free_bytes) *free_bytes = CAPACITY - heap.used;
    if (total) *total = CAPACITY;
    return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *attributes, const void *pointer) {
    if (!attributes) return memory_error(cudaErrorInvalidValue, CALLER, "cudaPointerGetAttributes");
    struct allocation *a = heap_find((uintptr_t)pointer);
    *attributes = (struct cudaPointerAttributes){
        .type = cudaMemoryTypeUnregistered, .device = -2, .hostPointer = (void *)pointer};
    if (!a || !a->live) return cudaSuccess;
    bool host = a->memory == HOST_MEMORY;
    attributes->type = host ? cudaMemoryTypeHost : cudaMemoryTypeDevice;
    attributes->device = 0;
    attributes->devicePointer = (void *)pointer;
    if (!host) attributes->hostPointer = NULL;
    return cudaSuccess;
}
