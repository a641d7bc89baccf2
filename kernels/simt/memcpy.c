// cudaMemcpy and its family. All are done when they return; a row is the simple case of a rectangle.
#include <string.h>

#include "simt/heap.h"
#include "simt/include/cuda_runtime_api.h"

struct copy {
    const char *call;
    uint32_t pc;
    uintptr_t to, from;
    size_t to_pitch, from_pitch, width, height;
    enum cudaMemcpyKind kind;
};

static bool on_device(uintptr_t address) {
    struct allocation *a = heap_find(address);
    if (a) return a->memory == DEVICE_MEMORY;
    return heap_holds(address) || section_of(address);
}

static bool symbol_told;  // cudaGetSymbolAddress was asked: here a variable's address is the same for host and device

// ---- what may be wrong ----------------------------------------------------------------------------------------------
static bool direction_fits(const struct copy *c) {
    bool to = on_device(c->to), from = on_device(c->from);
    bool want_to = c->kind == cudaMemcpyHostToDevice || c->kind == cudaMemcpyDeviceToDevice;
    bool want_from = c->kind == cudaMemcpyDeviceToHost || c->kind == cudaMemcpyDeviceToDevice;
    if (c->kind == cudaMemcpyDefault || (to == want_to && from == want_from)) return true;
    static const char *const names[] = {"cudaMemcpyHostToHost", "cudaMemcpyHostToDevice", "cudaMemcpyDeviceToHost",
                                        "cudaMemcpyDeviceToDevice"};
    const char *right = names[(to ? 1 : 0) + (from ? 2 : 0)];
    bool swapped = to == want_from && from == want_to;
    memory_finding(SIMT_MEMCPY, c->pc, 0,
                   swapped ? "the destination comes first: are the two pointers swapped, or is it the direction?"
                           : "name the direction of the two pointers: destination first, then source",
                   "%s with %s, but it goes from %s to %s memory: that is %s", c->call, names[c->kind],
                   from ? "device" : "host", to ? "device" : "host", right);
    return false;
}

// Whether `size` bytes from address lie in one array that lives. verb: "copies", "sets"; preposition: "into", "out of".
static bool fits(uintptr_t address, size_t size, const struct copy *c, const char *verb, const char *preposition) {
    struct allocation *a = heap_find(address);
    struct variable v = section_of(address) ? section_variable(address) : (struct variable){NULL, 0, 0};
    const char *fix = "the size is in bytes: number of elements times sizeof, and no more than was allocated";
    if (a && !a->live) {
        memory_finding(SIMT_USE_AFTER_FREE, c->pc, a->freed, NULL, "%s %s %s, which %s freed", c->call, preposition,
                       describe_allocation(a, c->pc).text, describe_line(a->freed, c->pc).text);
        return false;
    }
    if (v.name && !symbol_told && !strstr(c->call, "Symbol")) {
        memory_finding(SIMT_MEMCPY, c->pc, 0, "use cudaMemcpyToSymbol or cudaMemcpyFromSymbol",
                       "%s %s %s: on a GPU the host does not know its address", c->call, preposition, v.name);
        return false;
    }
    if (v.name && size > v.start + v.size - address) {
        memory_finding(SIMT_MEMCPY, c->pc, 0, fix, "%s %zu bytes %s %s (%zu bytes)%s", verb, size, preposition, v.name,
                       v.size, address > v.start ? ", not from its start" : "");
        return false;
    }
    if (!heap_holds(address)) return true;
    if (a && size <= a->start + a->size - address) return true;
    if (a && address == a->start)
        memory_finding(SIMT_MEMCPY, c->pc, a->pc, fix, "%s %zu bytes %s %s", verb, size, preposition,
                       describe_allocation(a, c->pc).text);
    else if (a)
        memory_finding(SIMT_MEMCPY, c->pc, a->pc, fix, "%s %zu bytes %s %s from offset %zu on", verb, size, preposition,
                       describe_allocation(a, c->pc).text, (size_t)(address - a->start));
    else
        memory_finding(SIMT_MEMCPY, c->pc, 0, "the pointer must lie in an array of cudaMalloc",
                       "%s %zu bytes %s device memory %s", verb, size, preposition,
                       describe_memory(address, 0, c->pc).text);
    return false;
}

static bool overlaps(const struct copy *c, size_t to_span, size_t from_span) {
    if (c->to >= c->from + from_span || c->from >= c->to + to_span) return false;
    memory_finding(SIMT_MEMCPY, c->pc, 0, "copy to another array first",
                   "%s between places that overlap: %zu bytes from one to the other", c->call,
                   (size_t)(c->to > c->from ? c->to - c->from : c->from - c->to));
    return true;
}

static bool is_null(uintptr_t to, uintptr_t from, const struct copy *c) {
    if (to && from) return false;
    memory_finding(SIMT_MEMCPY, c->pc, 0, "was it allocated before, and did that succeed?",
                   "%s with a null pointer as %s", c->call, to ? "source" : "destination");
    return true;
}

static void find_never_written(const struct copy *c) {
    size_t missing = 0, first = 0, element = 1, where = 0;
    for (size_t y = 0; y < c->height; y++) {
        size_t at, n = shadow_never_written(c->from + y * c->from_pitch, c->width, &at, &element);
        if (n && !missing) first = y * c->from_pitch + at;
        missing += n;
    }
    if (!missing || finding_known(SIMT_NEVER_WRITTEN, c->pc, 0)) return;
    struct allocation *a = heap_find(c->from);
    size_t all = c->width * c->height;
    where = c->from - a->start + first;
    struct words from = describe_allocation(a, c->pc);
    if (missing == all)
        memory_finding(SIMT_NEVER_WRITTEN, c->pc, 0,
                       "did the kernel run, and did it get this pointer? cudaMemset writes zeros",
                       "copies %zu bytes that nobody ever wrote, out of %s", all, from.text);
    else if (element == 1)
        memory_finding(SIMT_NEVER_WRITTEN, c->pc, 0, NULL,
                       "%zu of %zu bytes were never written, the first at offset %zu of %s", missing, all, where,
                       from.text);
    else
        memory_finding(SIMT_NEVER_WRITTEN, c->pc, 0, NULL,
                       "%zu of %zu elements were never written, the first is element %zu (offset %zu) of %s",
                       missing / element, all / element, where / element, where, from.text);
}

// ---- copying --------------------------------------------------------------------------------------------------------
static void open_part(uintptr_t address, size_t size, bool open) {
    if (!heap_holds(address)) return;
    if (open) heap_open_part(address, size);
    else heap_close_part(address, size);
}

static void move(const struct copy *c, size_t to_span, size_t from_span) {
    open_part(c->to, to_span, true);
    open_part(c->from, from_span, true);
    for (size_t y = 0; y < c->height; y++) {
        uintptr_t to = c->to + y * c->to_pitch, from = c->from + y * c->from_pitch;
        memcpy((void *)to, (const void *)from, c->width);
        if (on_device(from)) shadow_copy_written(to, from, c->width);
        else shadow_host_wrote(to, c->width);
    }
    open_part(c->to, to_span, false);
    open_part(c->from, from_span, false);
    struct allocation *a = heap_find(c->to);
    if (a) a->copied = c->to + to_span - a->start, a->copy = c->pc;
}

static cudaError_t copy(const struct copy *c) {
    if (api_sticky()) return api_sticky();
    if ((unsigned)c->kind > cudaMemcpyDefault) return memory_error(cudaErrorInvalidMemcpyDirection, c->pc, c->call);
    if (c->width == 0 || c->height == 0) return cudaSuccess;
    if (c->height > 1 && (c->to_pitch < c->width || c->from_pitch < c->width))
        return memory_error(cudaErrorInvalidPitchValue, c->pc, c->call);
    size_t to_span = (c->height - 1) * c->to_pitch + c->width, from_span = (c->height - 1) * c->from_pitch + c->width;
    if (is_null(c->to, c->from, c) || !direction_fits(c) || !fits(c->to, to_span, c, "copies", "into") ||
        !fits(c->from, from_span, c, "copies", "out of") || overlaps(c, to_span, from_span))
        return memory_error(cudaErrorInvalidValue, c->pc, c->call);
    if (on_device(c->from) && !on_device(c->to)) find_never_written(c);
    move(c, to_span, from_span);
    return cudaSuccess;
}

static cudaError_t copy_row(void *to, const void *from, size_t size, enum cudaMemcpyKind kind, uint32_t pc,
                            const char *call) {
    return copy(&(struct copy){call, pc, (uintptr_t)to, (uintptr_t)from, size, size, size, 1, kind});
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t size, enum cudaMemcpyKind kind) {
    return copy_row(to, from, size, kind, CALLER, "cudaMemcpy");
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t size, enum cudaMemcpyKind kind, cudaStream_t stream) {
    (void)stream;
    return copy_row(to, from, size, kind, CALLER, "cudaMemcpyAsync");
}

cudaError_t cudaMemcpy2D(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height,
                         enum cudaMemcpyKind kind) {
    return copy(&(struct copy){"cudaMemcpy2D", CALLER, (uintptr_t)to, (uintptr_t)from, to_pitch, from_pitch, width,
                               height, kind});
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                              size_t height, enum cudaMemcpyKind kind, cudaStream_t stream) {
    (void)stream;
    return copy(&(struct copy){"cudaMemcpy2DAsync", CALLER, (uintptr_t)to, (uintptr_t)from, to_pitch, from_pitch, width,
                               height, kind});
}

// ---- setting --------------------------------------------------------------------------------------------------------
static cudaError_t set(const struct copy *c, int value) {
    if (api_sticky()) return api_sticky();
    if (c->width == 0 || c->height == 0) return cudaSuccess;
    if (c->height > 1 && c->to_pitch < c->width) return memory_error(cudaErrorInvalidPitchValue, c->pc, c->call);
    size_t span = (c->height - 1) * c->to_pitch + c->width;
    bool wrong = is_null(c->to, 1, c);
    if (!wrong && !heap_holds(c->to) && !section_of(c->to)) {
        memory_finding(SIMT_MEMCPY, c->pc, 0, "use memset for host memory", "%s on host memory", c->call);
        wrong = true;
    }
    if (wrong || !fits(c->to, span, c, "sets", "of")) return memory_error(cudaErrorInvalidValue, c->pc, c->call);
    open_part(c->to, span, true);
    for (size_t y = 0; y < c->height; y++) {
        memset((void *)(c->to + y * c->to_pitch), value, c->width);
        shadow_host_wrote(c->to + y * c->to_pitch, c->width);
    }
    open_part(c->to, span, false);
    return cudaSuccess;
}

cudaError_t cudaMemset(void *to, int value, size_t size) {
    return set(&(struct copy){.call = "cudaMemset", .pc = CALLER, .to = (uintptr_t)to, .width = size, .height = 1},
               value);
}

cudaError_t cudaMemsetAsync(void *to, int value, size_t size, cudaStream_t stream) {
    (void)stream;
    return set(&(struct copy){.call = "cudaMemsetAsync", .pc = CALLER, .to = (uintptr_t)to, .width = size, .height = 1},
               value);
}

cudaError_t cudaMemset2D(void *to, size_t pitch, int value, size_t width, size_t height) {
    return set(&(struct copy){.call = "cudaMemset2D",
                              .pc = CALLER,
                              .to = (uintptr_t)to,
                              .to_pitch = pitch,
                              .width = width,
                              .height = height},
               value);
}

// ---- __device__ and __constant__ ------------------------------------------------------------------------------------
static bool is_symbol(const void *symbol, uint32_t pc, const char *call) {
    if (section_of((uintptr_t)symbol)) return true;
    memory_finding(SIMT_API, pc, 0, "give it the variable itself, not its name in quotes or another pointer",
                   "%s of what is no __device__ or __constant__ variable", call);
    return false;
}

static cudaError_t to_symbol(const void *symbol, const void *from, size_t size, size_t offset, enum cudaMemcpyKind kind,
                             uint32_t pc, const char *call) {
    if (!is_symbol(symbol, pc, call)) return memory_error(cudaErrorInvalidSymbol, pc, call);
    return copy_row((char *)symbol + offset, from, size, kind, pc, call);
}

static cudaError_t from_symbol(void *to, const void *symbol, size_t size, size_t offset, enum cudaMemcpyKind kind,
                               uint32_t pc, const char *call) {
    if (!is_symbol(symbol, pc, call)) return memory_error(cudaErrorInvalidSymbol, pc, call);
    return copy_row(to, (const char *)symbol + offset, size, kind, pc, call);
}

cudaError_t cudaMemcpyToSymbol(const void *symbol, const void *from, size_t size, size_t offset,
                               enum cudaMemcpyKind kind) {
    return to_symbol(symbol, from, size, offset, kind, CALLER, "cudaMemcpyToSymbol");
}

cudaError_t cudaMemcpyFromSymbol(void *to, const void *symbol, size_t size, size_t offset, enum cudaMemcpyKind kind) {
    return from_symbol(to, symbol, size, offset, kind, CALLER, "cudaMemcpyFromSymbol");
}

cudaError_t cudaMemcpyToSymbolAsync(const void *symbol, const void *from, size_t size, size_t offset,
                                    enum cudaMemcpyKind kind, cudaStream_t stream) {
    (void)stream;
    return to_symbol(symbol, from, size, offset, kind, CALLER, "cudaMemcpyToSymbolAsync");
}

cudaError_t cudaMemcpyFromSymbolAsync(void *to, const void *symbol, size_t size, size_t offset,
                                      enum cudaMemcpyKind kind, cudaStream_t stream) {
    (void)stream;
    return from_symbol(to, symbol, size, offset, kind, CALLER, "cudaMemcpyFromSymbolAsync");
}

cudaError_t cudaGetSymbolAddress(void **pointer, const void *symbol) {
    if (!pointer || !is_symbol(symbol, CALLER, "cudaGetSymbolAddress"))
        return memory_error(cudaErrorInvalidSymbol, CALLER, "cudaGetSymbolAddress");
    symbol_told = true;
    *pointer = (void *)symbol;
    return cudaSuccess;
}
