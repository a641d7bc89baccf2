// Accesses that are wrong by themselves, and what lies in neither shared memory nor heap. What would end a kernel on a GPU ends it here.
#include <stdio.h>

#include "simt/access.h"
#include "simt/include/cuda_runtime_api.h"

static const char *verb(int how) {
    return how & ACCESS_ATOMIC ? "atomic operation on" : how & ACCESS_WRITE ? "write of" : "read of";
}

static const char *preposition(int how) {
    return how & ACCESS_WRITE ? "to" : "from";
}

void illegal_misaligned(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (!finding_known(SIMT_MISALIGNED, pc, 0))
        memory_finding(SIMT_MISALIGNED, pc, 0,
                       "go by whole vectors: the pointer that is cast must point to a multiple of their size",
                       "%s %u bytes at an address that is no multiple of %u: %s", verb(how), size, size,
                       describe_memory(address, 0, pc).text);
    simt_kill(cudaErrorMisalignedAddress);
}

// ---- out of bounds --------------------------------------------------------------------------------------------------
static void out_of_bounds(uintptr_t address, unsigned size, int how, uint32_t pc, const char *fix) {
    if (finding_known(SIMT_OUT_OF_BOUNDS, pc, 0)) return;
    memory_finding(SIMT_OUT_OF_BOUNDS, pc, 0, fix, "%s %u bytes, %s", verb(how), size,
                   describe_memory(address, size, pc).text);
}

void illegal_shared(uintptr_t address, unsigned size, int how, uint32_t pc) {
    const struct shared_variable *v = shared_nearest(address);
    if (shared_gone(address)) {
        memory_finding(SIMT_CLUSTER, pc, 0, NULL, "%s %u bytes %s %s, and that block may have ended", verb(how), size,
                       preposition(how), describe_memory(address, size, pc).text);
        return;
    }
    const char *fix = "look at the index, and at the size of the array: in [a][b], b is the length of a row";
    if (v && v->size == 0) fix = "give its size in bytes as third argument of the launch: <<<blocks, threads, bytes>>>";
    else if (v && v->declared.line == 0)
        fix = "the third argument of the launch is its size in bytes, not in elements: does it suffice?";
    out_of_bounds(address, size, how, pc, fix);
}

// Whether it looks like x[k - 1] with an unsigned k that is 0: 4 Gi elements on, or a little less.
static bool below_zero(size_t distance, unsigned size) {
    size_t whole = (size_t)size << 32;
    return distance <= whole && distance + (64 << 20) > whole;
}

void illegal_heap(uintptr_t address, unsigned size, int how, uint32_t pc) {
    struct allocation *a = heap_find(address), *near = heap_nearest(address);
    if (a && !a->live) {
        if (finding_known(SIMT_USE_AFTER_FREE, pc, a->freed)) return;
        memory_finding(SIMT_USE_AFTER_FREE, pc, a->freed, NULL, "%s %u bytes %s %s, which %s freed", verb(how), size,
                       preposition(how), describe_memory(address, size, pc).text, describe_line(a->freed, pc).text);
        return;
    }
    if (near && address < near->start)
        out_of_bounds(address, size, how, pc, "the index is negative: guard it with if (i >= 0)");
    else if (near && below_zero(address - near->start, size))
        out_of_bounds(address, size, how, pc,
                      "an unsigned index went below 0: guard what is subtracted, as in blockIdx.x - 1 of block 0");
    else out_of_bounds(address, size, how, pc, "guard it: if (i < n), with n the number of elements of this array");
    if (!heap_reaches(address)) simt_kill(cudaErrorIllegalAddress);
}

// Of a read that nobody wrote: what may be behind it. A copy that ended too early is the usual case.
static struct words advice_for_unwritten(uintptr_t address, uint32_t pc) {
    struct words w = {"write it first: cudaMemcpy or cudaMemset on the host, or a store in a kernel"};
    struct allocation *a = heap_find(address);
    if (shared_holds(address) && shadow_now.careful & MESSAGES)
        snprintf(w.text, sizeof w.text,
                 "let threads of this block write every element that is read, or TMA bring it; and wait for them first: "
                 "mbarrier_wait, or __syncthreads()");
    else if (shared_holds(address))
        snprintf(w.text, sizeof w.text,
                 "let the threads of this block write every element that is read, then call __syncthreads()");
    else if (a && a->copy && address - a->start >= a->copied)
        snprintf(w.text, sizeof w.text,
                 "the copy of %.60s wrote the first %zu of these %zu bytes: its size is in bytes, n * sizeof",
                 describe_line(a->copy, pc).text, a->copied, a->size);
    return w;
}

void illegal_unwritten(uintptr_t address, unsigned size, uint32_t pc) {
    if (finding_known(SIMT_UNINITIALISED, pc, 0)) return;
    memory_finding(SIMT_UNINITIALISED, pc, 0, advice_for_unwritten(address, pc).text, "reads %s, which %s wrote",
                   describe_memory(address, size, pc).text,
                   shared_holds(address) ? "no thread of this block" : "nobody ever");
}

// ---- elsewhere ------------------------------------------------------------------------------------------------------
static void access_device_variable(uintptr_t address, unsigned size, int how, uint32_t pc) {
    uintptr_t base;
    struct shadow *s = section_shadow(&base);
    struct variable v = section_variable(address);
    if (v.name && address + size > v.start + v.size) {
        out_of_bounds(address, size, how, pc, "guard the index: it must be smaller than the number of elements");
        return;
    }
    if (simt_counting) event_access(simt_self->id % WARP, pc, how & 3, false, size, address);
    if (how & (ACCESS_ATOMIC | ACCESS_VOLATILE)) order_atomic(address);
    check_cells(s, base, address, size, how, false, pc);
}

static void read_only(uintptr_t address, unsigned size, int how, uint32_t pc) {
    bool constant = section_of(address) == CONSTANT_SECTION;
    struct variable v = section_variable(address);
    struct words at = describe_memory(address, size, pc);
    if (!constant) snprintf(at.text, sizeof at.text, "the program's constant %.80s", v.name ? v.name : "data");
    memory_finding(SIMT_READ_ONLY, pc, 0,
                   constant
                       ? "only cudaMemcpyToSymbol writes __constant__ memory; what a kernel changes must be __device__"
                       : NULL,
                   "%s %u bytes %s %s", verb(how), size, preposition(how), at.text);
    simt_kill(cudaErrorIllegalAddress);
}

static void null_pointer(uintptr_t address, unsigned size, int how, uint32_t pc) {
    memory_finding(SIMT_OUT_OF_BOUNDS, pc, 0,
                   "did cudaMalloc get the address of this pointer, before the launch, and succeed?",
                   "%s %u bytes at address %zu, through a null pointer", verb(how), size, (size_t)address);
    simt_kill(cudaErrorIllegalAddress);
}

static void other_stack(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (finding_known(SIMT_OUT_OF_BOUNDS, pc, 0)) return;
    memory_finding(SIMT_OUT_OF_BOUNDS, pc, 0,
                   "a local variable is its thread's alone: exchange values by shared memory or shuffles",
                   "%s %u bytes %s %s", verb(how), size, preposition(how), describe_memory(address, size, pc).text);
}

static void host_memory(uintptr_t address, unsigned size, int how, uint32_t pc) {
    struct variable v = section_variable(address);
    const char *fix =
        "declare it __device__ (or __constant__, if kernels only read it), or pass its value as an argument";
    memory_finding(SIMT_HOST_POINTER, pc, 0, v.name ? fix : NULL, "%s %u bytes %s %s%s", verb(how), size,
                   preposition(how), v.name ? "the host's variable " : "host memory", v.name ? v.name : "");
    simt_kill(cudaErrorIllegalAddress);
}

void access_elsewhere(uintptr_t address, unsigned size, int how, uint32_t pc) {
    enum section section = section_of(address);
    if (section == DEVICE_SECTION) access_device_variable(address, size, how, pc);
    else if (address - (uintptr_t)simt_parameters() < 4096) return;
    else if (address - STACK_BASE < STACK_SIZE * MAX_THREADS) other_stack(address, size, how, pc);
    else if (address < 65536) null_pointer(address, size, how, pc);
    else if (section != CONSTANT_SECTION && !section_constant_data(address)) host_memory(address, size, how, pc);
    else if (how & ACCESS_WRITE) read_only(address, size, how, pc);
}
