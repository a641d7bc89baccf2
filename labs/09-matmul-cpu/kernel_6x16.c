// The micro-kernel in vectors: 6 x 16 results in 12 registers of 8 floats, 2 more for a row of B, 1 or 2 for A. x86-64
// has 16 such registers. Vectors are GCC's (clang's too), so this compiles everywhere; where the processor's vectors are
// shorter the compiler splits them.
#include "09-matmul-cpu/matmul.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("avx2,fma")))
#else
#define TARGET
#endif

enum { MR = 6, NR = 16, LANES = 8 };
typedef float vector __attribute__((vector_size(32)));
typedef float vector_in_memory __attribute__((vector_size(32), aligned(4), may_alias));

TARGET static inline vector load(const float *p) {
    return *(const vector_in_memory *)p;
}

TARGET static inline void store(float *p, vector v) {
    *(vector_in_memory *)p = v;
}

TARGET static inline vector broadcast(float x) {
    return (vector){x, x, x, x, x, x, x, x};
}

// x * y + z. Strict C rounds the product before it adds; the machine's fused instruction does both at once.
TARGET static inline vector multiply_add(vector x, vector y, vector z) {
#if defined(__x86_64__)
    return _mm256_fmadd_ps(x, y, z);
#else
    return x * y + z;
#endif
}

// c (6,16), rows ldc apart = alpha * sum + beta * c
TARGET static inline void write_tile(float *c, int ldc, vector sum[MR][2], float alpha, float beta) {
#pragma GCC unroll 6
    for (int i = 0; i < MR; i++) {
        float *c_i = c + (size_t)i * ldc;
        vector left = broadcast(alpha) * sum[i][0], right = broadcast(alpha) * sum[i][1];
        if (beta != 0) {
            left = multiply_add(broadcast(beta), load(c_i), left);
            right = multiply_add(broadcast(beta), load(c_i + LANES), right);
        }
        store(c_i, left);
        store(c_i + LANES, right);
    }
}

// The loop is 145 bytes of code. Aligned, it lies in three lines of the cache; a core that is shared with somebody else's
// program takes a fourth line amiss, and a quarter more time.
TARGET __attribute__((aligned(64))) void kernel_6x16(float *c, int ldc, int kc, const float *a, const float *b,
                                                     float alpha, float beta) {
    vector sum[MR][2] = {{{0}}};
#pragma GCC unroll 6
    for (int i = 0; i < MR; i++) __builtin_prefetch(c + (size_t)i * ldc, 1);
    // TODO 09.10 kernel_6x16: for each k load a row of b (two vectors); multiply-add it to the 6 rows of sum
    todo("09.10 kernel_6x16");
    write_tile(c, ldc, sum, alpha, beta);
}
