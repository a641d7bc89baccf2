// How many blocks fit on one multiprocessor. Limits: NVIDIA, "CUDA C++ Programming Guide", table "Technical
// Specifications per Compute Capability"; registers are given to a warp 256 at a time, shared memory to a block 128
// bytes at a time (256 before sm_80), and from sm_80 on the driver takes 1 KiB more of it for every block (the guide,
// "Shared Memory").
#include <string.h>

#include "simt/runtime.h"

static const struct device {
    const char *name;
    int warps, blocks;
    int shared;  // bytes per multiprocessor
    int shared_unit, reserved;
} devices[] = {
    {"sm_75", 32, 16, 64 << 10, 256, 0},     {"sm_80", 64, 32, 164 << 10, 128, 1024},
    {"sm_86", 48, 16, 100 << 10, 128, 1024}, {"sm_89", 48, 24, 100 << 10, 128, 1024},
    {"sm_90", 64, 32, 228 << 10, 128, 1024}, {"sm_100", 64, 32, 228 << 10, 128, 1024},
};
enum { REGISTERS = 64 << 10, MOST_PER_THREAD = 255, REGISTER_UNIT = 256, SCHEDULERS = 4 };

static long round_up(long n, long unit) {
    return (n + unit - 1) / unit * unit;
}

// The registers of a multiprocessor belong to its four schedulers, and a warp stays with one of them.
static int blocks_by_registers(int warps_per_block, int registers) {
    if (registers > MOST_PER_THREAD) return 0;
    long per_warp = round_up((long)registers * WARP, REGISTER_UNIT);
    long warps = REGISTERS / SCHEDULERS / per_warp * SCHEDULERS;
    return (int)(warps / warps_per_block);
}

static int least(struct simt_occupancy *out, int blocks, const char *limit) {
    if (blocks >= out->blocks) return out->blocks;
    out->limit = limit;
    return out->blocks = blocks;
}

int simt_occupancy(struct simt_occupancy *out, const char *device, int block_threads, int registers,
                   size_t shared_bytes) {
    const struct device *d = NULL;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (strcmp(device, devices[i].name) == 0) d = &devices[i];
    if (!d) return -1;
    int warps = (block_threads + WARP - 1) / WARP;
    *out = (struct simt_occupancy){.max_warps = d->warps, .limit = "threads"};
    if (block_threads < 1 || block_threads > MAX_THREADS) return 0;
    out->blocks = d->warps / warps;
    least(out, d->blocks, "blocks");
    if (registers > 0) least(out, blocks_by_registers(warps, registers), "registers");
    long shared = shared_bytes > (size_t)d->shared ? d->shared + 1 : (long)shared_bytes;
    shared = round_up(shared + d->reserved, d->shared_unit);
    if (shared > 0) least(out, (int)(d->shared / shared), "shared memory");
    out->warps = out->blocks * warps;
    return out->blocks;
}
