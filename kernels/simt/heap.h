// What the files about memory share among themselves: heap.c, memcpy.c, device_variables.c, describe.c, shadow.c, hooks.c.
#pragma once
#include "simt/runtime.h"
#include "simt/shadow.h"

// The call of the learner that a function of the API came from.
#define CALLER ((uint32_t)(uintptr_t)__builtin_return_address(0))

// ---- heap.c ---------------------------------------------------------------------------------------------------------
#define MIB ((size_t)1 << 20)
extern struct allocation *heap_owner[HEAP_SIZE / MIB];  // which array has bytes in this MiB: never two
// In the reserved addresses of device memory, be there an array or not.
static inline bool heap_holds(uintptr_t address) {
    return address - HEAP_BASE < HEAP_SIZE;
}
static inline struct allocation *heap_at(uintptr_t address) {
    return heap_owner[(address - HEAP_BASE) / MIB];
}
bool heap_reaches(uintptr_t address);  // before the end of the last array and its gap: open in kernels
// The same as heap_open and heap_close for some bytes of one array.
void heap_open_part(uintptr_t start, size_t size);
void heap_close_part(uintptr_t start, size_t size);

// ---- shared.c -------------------------------------------------------------------------------------------------------
struct shared_array {
    struct shared_variable variable;
    struct shadow shadow;
};
#define SHARED_SLOT ((size_t)128 << 10)
extern struct shared_array *shared_owner[SHARED_SIZE / SHARED_SLOT];  // whose bytes lie in this slot: never two
static inline bool shared_holds(uintptr_t address) {
    return address - SHARED_BASE < SHARED_SIZE;
}
static inline struct shared_array *shared_at(uintptr_t address) {
    return shared_owner[(address - SHARED_BASE) / SHARED_SLOT];
}
void shared_poison(void);  // a block begins: no byte holds what the block before left

// ---- device_variables.c: __device__ and __constant__ ----------------------------------------------------------------
struct variable {
    const char *name;
    uintptr_t start;
    size_t size;
};
enum section { NO_SECTION, DEVICE_SECTION, CONSTANT_SECTION };
enum section section_of(uintptr_t address);
struct shadow *section_shadow(uintptr_t *start);  // of all __device__ variables together
struct variable section_variable(
    uintptr_t address);  // of the program, that holds the byte (__device__: or lies before it); name NULL: none
bool section_constant_data(uintptr_t address);  // what the program itself cannot write: string literals, const tables

// ---- describe.c: memory in words ------------------------------------------------------------------------------------
// `pc` is the line that speaks: other lines are named with their file where that is another.
struct words {
    char text[320];
};
struct words describe_allocation(const struct allocation *a, uint32_t pc);  // "d_x, the 4000-byte cudaMalloc of line 6"
// "element 3 of ...", "0 bytes past the end of ...", "8 bytes before ...", "host memory". size: of an element, 0: not known
struct words describe_memory(uintptr_t address, unsigned size, uint32_t pc);
struct words describe_thread(int thread);                // "thread (3,0,0)"
struct words describe_line(uint32_t line, uint32_t pc);  // "line 12", "line 12 of main.c"

// A finding, unless the program was built without checks.
void memory_finding(enum simt_kind kind, uint32_t pc, uint32_t other, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
int memory_error(int error, uint32_t pc, const char *call);  // returns error, after api_error
_Noreturn void fatal_memory(const char *what);
