// The compilers turn C and C++ atomics of instrumented code into calls. They belong to host code (guards of static variables, shared
// pointers); kernels have CUDA's. So they do just what they say.
#include <stdint.h>

// names, that no function can make
// NOLINTBEGIN(bugprone-macro-parentheses): TYPE is a type
#define FETCH(BITS, TYPE, NAME)                                                        \
    TYPE __tsan_atomic##BITS##_fetch_##NAME(volatile TYPE *p, TYPE value, int order) { \
        (void)order;                                                                   \
        return __atomic_fetch_##NAME(p, value, __ATOMIC_SEQ_CST);                      \
    }
#define EXCHANGE(BITS, TYPE, NAME)                                                                             \
    int __tsan_atomic##BITS##_compare_exchange_##NAME(volatile TYPE *p, TYPE *expected, TYPE value, int order, \
                                                      int failure) {                                           \
        (void)order, (void)failure;                                                                            \
        return __atomic_compare_exchange_n(p, expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);         \
    }
#define ATOMICS(BITS, TYPE)                                                                                 \
    TYPE __tsan_atomic##BITS##_load(const volatile TYPE *p, int order) {                                    \
        (void)order;                                                                                        \
        return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                        \
    }                                                                                                       \
    void __tsan_atomic##BITS##_store(volatile TYPE *p, TYPE value, int order) {                             \
        (void)order;                                                                                        \
        __atomic_store_n(p, value, __ATOMIC_SEQ_CST);                                                       \
    }                                                                                                       \
    TYPE __tsan_atomic##BITS##_exchange(volatile TYPE *p, TYPE value, int order) {                          \
        (void)order;                                                                                        \
        return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);                                             \
    }                                                                                                       \
    TYPE __tsan_atomic##BITS##_compare_exchange_val(volatile TYPE *p, TYPE expected, TYPE value, int order, \
                                                    int failure) {                                          \
        (void)order, (void)failure;                                                                         \
        __atomic_compare_exchange_n(p, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);            \
        return expected;                                                                                    \
    }                                                                                                       \
    EXCHANGE(BITS, TYPE, strong)                                                                            \
    EXCHANGE(BITS, TYPE, weak)                                                                              \
    FETCH(BITS, TYPE, add)                                                                                  \
    FETCH(BITS, TYPE, sub)                                                                                  \
    FETCH(BITS, TYPE, and)                                                                                  \
    FETCH(BITS, TYPE, or)                                                                                   \
    FETCH(BITS, TYPE, xor)                                                                                  \
    FETCH(BITS, TYPE, nand)
// NOLINTEND(bugprone-macro-parentheses)
ATOMICS(8, uint8_t);
ATOMICS(16, uint16_t);
ATOMICS(32, uint32_t);
ATOMICS(64, uint64_t);

void __tsan_atomic_thread_fence(int order) {
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_signal_fence(int order) {
    (void)order;
}
