// PCG32 (O'Neill 2014): 64 bits of state, 32 bits out, a separate sequence per stream.
#include <math.h>

#include "common/common.h"

void rng_seed(struct rng *r, uint64_t seed, uint64_t stream) {
    r->state = 0;
    r->increment = 2 * stream + 1;
    rng_u32(r);
    r->state += seed;
    rng_u32(r);
}

uint32_t rng_u32(struct rng *r) {
    uint64_t old = r->state;
    r->state = old * 6364136223846793005u + r->increment;
    uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27);
    uint32_t turn = (uint32_t)(old >> 59);
    return (mixed >> turn) | (mixed << (-turn & 31));
}

float rng_uniform(struct rng *r) {
    return (float)(rng_u32(r) >> 8) * 0x1p-24f;
}

float rng_normal(struct rng *r) {
    double radius_from = 1.0 - (double)rng_uniform(r);  // in (0, 1]: the logarithm is finite
    double angle = 6.283185307179586 * (double)rng_uniform(r);
    return (float)(sqrt(-2.0 * log(radius_from)) * cos(angle));
}

int rng_below(struct rng *r, int n) {
    uint32_t size = (uint32_t)n;
    uint32_t reject = -size % size;  // 2^32 mod n: below it, some remainders would come once too often
    uint32_t draw;
    do draw = rng_u32(r);
    while (draw < reject);
    return (int)(draw % size);
}

void rng_shuffle(struct rng *r, int *items, int n) {
    for (int i = n - 1; i > 0; i--) {
        int j = rng_below(r, i + 1);
        int kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}
