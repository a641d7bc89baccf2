// Four lines become one, in vectors: the 4 x 4 transpose that packing is made of.
#include "09-matmul-cpu/matmul.h"

enum { LANES = 4 };
typedef float vector __attribute__((vector_size(16)));
typedef float vector_in_memory __attribute__((vector_size(16), aligned(4), may_alias));

void interleave_4(float *to, const float *from, size_t line, int kc, int width) {
    int k = 0;
    for (; k + LANES <= kc; k += LANES) {
        vector row[LANES];
        for (int i = 0; i < LANES; i++) row[i] = *(const vector_in_memory *)(from + i * line + k);
        if (k % 16 == 0)  // the lines after these are on their way meanwhile
            for (int i = LANES; i < 2 * LANES; i++) __builtin_prefetch(from + i * line + k);
        vector low_01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
        vector high_01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
        vector low_23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
        vector high_23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
        float *to_k = to + (size_t)k * width;
        *(vector_in_memory *)to_k = __builtin_shufflevector(low_01, low_23, 0, 1, 4, 5);
        *(vector_in_memory *)(to_k + width) = __builtin_shufflevector(low_01, low_23, 2, 3, 6, 7);
        *(vector_in_memory *)(to_k + 2 * width) = __builtin_shufflevector(high_01, high_23, 0, 1, 4, 5);
        *(vector_in_memory *)(to_k + 3 * width) = __builtin_shufflevector(high_01, high_23, 2, 3, 6, 7);
    }
    for (; k < kc; k++)
        for (int i = 0; i < LANES; i++) to[(size_t)k * width + i] = from[i * line + k];
}
