#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of blocks.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(matmul_blocks, .number = "09.12", .points = 5) {
    struct matmul_blocks got =
        matmul_blocks((struct matmul_caches){32 << 10, 512 << 10, 8 << 20}, 6, 16);  // section 9.6
    suspect_scalar("a panel of B fills half of L1: the other half is for what passes through", 512);
    suspect_scalar("a float has 4 bytes", 1024);
    grade_scalar("KC for 32 KiB of L1 and NR 16", got.KC, 256, 0);
    suspect_scalar("MC must be a multiple of MR", 256);
    suspect_scalar("MC must be a multiple of MR, rounded down: half of L2 is all there is", 258);
    grade_scalar("MC for 512 KiB of L2, KC 256 and MR 6", got.MC, 252, 0);
    grade_scalar("NC for 8 MiB of L3, KC 256 and NR 16", got.NC, 4096, 0);
    for (int turn = 0; turn < 20; turn++) {
        struct matmul_caches caches = {grade_int(4000, 70000), grade_int(100000, 3000000), grade_int(1000000, 9000000)};
        int MR = grade_int(3, 14), NR = grade_int(5, 32);
        got = matmul_blocks(caches, MR, NR);
        // half a cache holds KC, and not one more
        char what[120];
        snprintf(what, sizeof what, "L1 %d, L2 %d, L3 %d bytes, MR %d, NR %d: ", caches.L1, caches.L2, caches.L3, MR,
                 NR);
        int KC = 1, MC = MR, NC = NR;
        while (8L * (KC + 1) * NR <= caches.L1) KC++;
        while (8L * KC * (MC + MR) <= caches.L2) MC += MR;
        while (8L * KC * (NC + NR) <= caches.L3) NC += NR;
        grade_true(got.KC == KC, "%sKC is %d, not %d", what, KC, got.KC);
        grade_true(got.MC == MC, "%sMC is %d, not %d", what, MC, got.MC);
        grade_true(got.NC == NC, "%sNC is %d, not %d", what, NC, got.NC);
    }
    got = matmul_blocks((struct matmul_caches){64, 128, 256}, 6, 16);
    grade_true(got.KC == 1 && got.MC == 12 && got.NC == 32,
               "caches of 64, 128 and 256 bytes, 6 x 16: KC 1, MC 12, NC 32, not %d, %d, %d", got.KC, got.MC, got.NC);
    got = matmul_blocks((struct matmul_caches){16, 16, 16}, 6, 16);
    grade_true(got.KC == 1 && got.MC == 6 && got.NC == 16,
               "caches of 16 bytes, 6 x 16: at least KC 1, MC 6, NC 16, not %d, %d, %d", got.KC, got.MC, got.NC);
}
