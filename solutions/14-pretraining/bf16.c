// Numbers of 16 bits: the upper half of a float.
#include <string.h>

#include "14-pretraining/pretraining.h"

// The bits of a float, as an integer, to those of the nearest bfloat16: the same with the lower 16 bits zero.
static uint32_t round_bits(uint32_t bits) {
    // BEGIN SOLUTION 14.9 bf16_round: NaN stays NaN; else add so much that cutting
    //   off the lower half rounds to the nearest, ties to even
    if ((bits & 0x7FFFFFFF) > 0x7F800000) return (bits & 0xFFFF0000) | 0x00400000;  // NaN, and not made infinite
    const uint32_t last = bits >> 16 & 1;                                           // of what will remain
    return (bits + 0x7FFF + last) & 0xFFFF0000;
    // END SOLUTION
}

void bf16_round(float *x, size_t n) {
#pragma omp parallel for schedule(static) if (n > 65536)
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits = round_bits(bits);
        memcpy(&x[i], &bits, sizeof bits);
    }
}
