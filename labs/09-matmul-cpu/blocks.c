// How much to pack at a time: what fits.
#include <unistd.h>

#include "09-matmul-cpu/matmul.h"

// Sizes that the system does not tell are those of a small machine. A third level is shared, and larger panels gain
// nothing: 8 MiB at most.
struct matmul_caches matmul_caches(void) {
    struct matmul_caches caches = {32 << 10, 256 << 10, 4 << 20};
#ifdef _SC_LEVEL1_DCACHE_SIZE
    long L1 = sysconf(_SC_LEVEL1_DCACHE_SIZE), L2 = sysconf(_SC_LEVEL2_CACHE_SIZE), L3 = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (L1 > 0) caches.L1 = (int)L1;
    if (L2 > 0) caches.L2 = (int)L2;
    if (L3 > 0) caches.L3 = (int)(L3 < 8 << 20 ? L3 : 8 << 20);
#endif
    return caches;
}

struct matmul_blocks matmul_blocks(struct matmul_caches caches, int MR, int NR) {
    // TODO 09.12 matmul_blocks: half of L1, L2, L3 by the bytes of what lies there: KC first, then MC and NC
    todo("09.12 matmul_blocks");
}
