// What the compilers call before every load and store of a program built with -fsanitize=thread (gcc 12 and clang 14 and newer), and
// what the simulator's headers call for accesses that a compiler does not see. The return address names the place.
#include "simt/access.h"
#include "simt/hopper.h"

bool simt_instrumented;

// A thread's own variables are nobody else's concern.
INLINE bool is_private(uintptr_t address) {
    const struct thread *self = simt_self;
    return !self || address - (STACK_BASE + (uintptr_t)self->id * STACK_SIZE) < STACK_SIZE;
}

// But wgmma writes to them, too.
INLINE void access_private(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (UNLIKELY(simt_self && simt_self->accumulates)) wgmma_touch(address, size, how, pc);
}

INLINE void access_one(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (is_private(address)) access_private(address, size, how, pc);
    else access_any(address, size, how, pc);
}

// From the headers and the runtime: programs without hooks come here, too.
void simt_access(uintptr_t address, unsigned size, int how, uint32_t pc) {
    if (!simt_instrumented) return;
    switch (size) {
        case 1:
            access_one(address, 1, how, pc);
            break;
        case 2:
            access_one(address, 2, how, pc);
            break;
        case 4:
            access_one(address, 4, how, pc);
            break;
        case 8:
            access_one(address, 8, how, pc);
            break;
        default:
            access_one(address, 16, how, pc);
            break;
    }
}

// Bytes of any number: a copied struct. A GPU's compiler splits it as its members are aligned, mostly by words.
static void access_bytes(uintptr_t address, size_t size, int how, uint32_t pc) {
    if (!simt_self) return;
    for (unsigned step; size; address += step, size -= step) {
        step = address % 4 == 0 && size >= 4 ? 4 : address % 2 == 0 && size >= 2 ? 2 : 1;
        simt_access(address, step, how, pc);
    }
}

// Before an atomic or a volatile read: who waits for a value lets others run. The address may still be a wrong one.
static void poll(const void *p, unsigned size, uint32_t pc) {
    uintptr_t address = (uintptr_t)p;
    if (simt_self && (shared_holds(address) || heap_reaches(address) || section_of(address))) simt_poll(p, size, pc);
}

// ---- the headers ----------------------------------------------------------------------------------------------------
void simt_atomic(const void *p, unsigned size) {
    poll(p, size, CALLER);
    simt_access((uintptr_t)p, size, ACCESS_WRITE | ACCESS_ATOMIC, CALLER);
}

void simt_atomic_cas(const void *p, unsigned size) {
    poll(p, size, CALLER);
    simt_access((uintptr_t)p, size, ACCESS_WRITE | ACCESS_ATOMIC | ACCESS_CAS, CALLER);
}

void simt_fence(void) {
    if (simt_self) shadow_fence(simt_self->id);
}

void simt_touch(const void *p, unsigned size, int write) {
    if (size <= 16 && (size & (size - 1)) == 0) simt_access((uintptr_t)p, size, write ? ACCESS_WRITE : 0, CALLER);
    else access_bytes((uintptr_t)p, size, write ? ACCESS_WRITE : 0, CALLER);
}

// ---- the compilers --------------------------------------------------------------------------------------------------
void __tsan_init(void) {
    simt_instrumented = true;
}

// Names and sizes, which no function can make. What is not usual goes on in functions of its own: so the hooks stay short.
#define HOOKS(SIZE)                                                                                    \
    static __attribute__((noinline)) void read_any##SIZE(uintptr_t address, uint32_t pc) {             \
        access_any(address, SIZE, 0, pc);                                                              \
    }                                                                                                  \
    static __attribute__((noinline)) void write_any##SIZE(uintptr_t address, uint32_t pc) {            \
        access_any(address, SIZE, ACCESS_WRITE, pc);                                                   \
    }                                                                                                  \
    void __tsan_read##SIZE(void *p) {                                                                  \
        uintptr_t address = (uintptr_t)p;                                                              \
        if (is_private(address)) access_private(address, SIZE, 0, CALLER);                             \
        else if (!usual_access(address, SIZE, 0, CALLER)) read_any##SIZE(address, CALLER);             \
    }                                                                                                  \
    void __tsan_write##SIZE(void *p) {                                                                 \
        uintptr_t address = (uintptr_t)p;                                                              \
        if (is_private(address)) access_private(address, SIZE, ACCESS_WRITE, CALLER);                  \
        else if (!usual_access(address, SIZE, ACCESS_WRITE, CALLER)) write_any##SIZE(address, CALLER); \
    }                                                                                                  \
    void __tsan_read_write##SIZE(void *p) {                                                            \
        simt_access((uintptr_t)p, SIZE, 0, CALLER);                                                    \
        simt_access((uintptr_t)p, SIZE, ACCESS_WRITE, CALLER);                                         \
    }                                                                                                  \
    void __tsan_volatile_read##SIZE(void *p) {                                                         \
        poll(p, SIZE, CALLER);                                                                         \
        simt_access((uintptr_t)p, SIZE, ACCESS_VOLATILE, CALLER);                                      \
    }                                                                                                  \
    void __tsan_volatile_write##SIZE(void *p) {                                                        \
        simt_access((uintptr_t)p, SIZE, ACCESS_WRITE | ACCESS_VOLATILE, CALLER);                       \
    }
HOOKS(1);
HOOKS(2);
HOOKS(4);
HOOKS(8);
HOOKS(16);

#define UNALIGNED_HOOKS(SIZE)                                                     \
    void __tsan_unaligned_read##SIZE(void *p) {                                   \
        access_bytes((uintptr_t)p, SIZE, 0, CALLER);                              \
    }                                                                             \
    void __tsan_unaligned_write##SIZE(void *p) {                                  \
        access_bytes((uintptr_t)p, SIZE, ACCESS_WRITE, CALLER);                   \
    }                                                                             \
    void __tsan_unaligned_read_write##SIZE(void *p) {                             \
        access_bytes((uintptr_t)p, SIZE, 0, CALLER);                              \
        access_bytes((uintptr_t)p, SIZE, ACCESS_WRITE, CALLER);                   \
    }                                                                             \
    void __tsan_unaligned_volatile_read##SIZE(void *p) {                          \
        access_bytes((uintptr_t)p, SIZE, ACCESS_VOLATILE, CALLER);                \
    }                                                                             \
    void __tsan_unaligned_volatile_write##SIZE(void *p) {                         \
        access_bytes((uintptr_t)p, SIZE, ACCESS_WRITE | ACCESS_VOLATILE, CALLER); \
    }
UNALIGNED_HOOKS(2);
UNALIGNED_HOOKS(4);
UNALIGNED_HOOKS(8);
UNALIGNED_HOOKS(16);

void __tsan_read_range(void *p, size_t size) {
    access_bytes((uintptr_t)p, size, 0, CALLER);
}
void __tsan_write_range(void *p, size_t size) {
    access_bytes((uintptr_t)p, size, ACCESS_WRITE, CALLER);
}

void *__tsan_memcpy(void *to, const void *from, size_t size) {
    access_bytes((uintptr_t)from, size, 0, CALLER);
    access_bytes((uintptr_t)to, size, ACCESS_WRITE, CALLER);
    return __builtin_memcpy(to, from, size);
}

void *__tsan_memmove(void *to, const void *from, size_t size) {
    access_bytes((uintptr_t)from, size, 0, CALLER);
    access_bytes((uintptr_t)to, size, ACCESS_WRITE, CALLER);
    return __builtin_memmove(to, from, size);
}

void *__tsan_memset(void *to, int value, size_t size) {
    access_bytes((uintptr_t)to, size, ACCESS_WRITE, CALLER);
    return __builtin_memset(to, value, size);
}

void __tsan_func_entry(void *caller) {
    (void)caller;
}
void __tsan_func_exit(void) {}
void __tsan_ignore_thread_begin(void) {}
void __tsan_ignore_thread_end(void) {}
void __tsan_vptr_read(void **vptr) {
    (void)vptr;
}
void __tsan_vptr_update(void **vptr, void *value) {
    (void)vptr, (void)value;
}
