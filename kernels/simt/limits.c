// What a GPU does not take: the limits of a launch, of all GPUs from Volta to Blackwell.
#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

enum {
    MAX_BLOCK_Z = 64,
    MAX_GRID_YZ = 65535,
    MAX_SHARED = 48 << 10,          // of a block, without being asked for
    MAX_SHARED_OPT_IN = 227 << 10,  // on Hopper and Blackwell; 163 KiB on Ampere's A100
    MAX_GRID_X = 0x7fffffff,
};

static size_t opted_in = MAX_SHARED;  // dynamic shared memory that a kernel of the program may have at most
static bool asked;                    // for more than what is left of 48 KiB

// The product of three dimensions, each of which may be as large as 2^32 - 1.
static double volume(struct uint3 n) {
    return (double)n.x * n.y * n.z;
}

static int refuse_block(struct uint3 n) {
    if (volume(n) == 0)
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "give every dimension of the block at least 1 thread",
                    "the block has no threads: (%u,%u,%u)", n.x, n.y, n.z);
    else if (volume(n) > MAX_THREADS)
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "take smaller blocks, and more of them",
                    "a block of (%u,%u,%u) = %.0f threads, and %d is the most", n.x, n.y, n.z, volume(n), MAX_THREADS);
    else
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "put the long side of the block into x or y",
                    "a block of (%u,%u,%u) threads, and %d is the most in z", n.x, n.y, n.z, MAX_BLOCK_Z);
    return cudaErrorInvalidConfiguration;
}

static int refuse_grid(struct uint3 n) {
    if (volume(n) == 0)
        finding_add(SIMT_LAUNCH, simt_now.pc, 0,
                    "round the number of blocks up, (n + threads - 1) / threads, and launch nothing where n is 0",
                    "the grid has no blocks: (%u,%u,%u)", n.x, n.y, n.z);
    else
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "put the long side of the grid into x, or let each block do more",
                    "a grid of (%u,%u,%u) blocks, and (%d,%d,%d) is the most", n.x, n.y, n.z, MAX_GRID_X, MAX_GRID_YZ,
                    MAX_GRID_YZ);
    return cudaErrorInvalidConfiguration;
}

static int refuse_shared(size_t bytes) {
    if (bytes > MAX_SHARED_OPT_IN)
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "take smaller tiles",
                    "%zu bytes of dynamic shared memory per block, and %d is the most (227 KiB, on Hopper)", bytes,
                    MAX_SHARED_OPT_IN);
    else
        finding_add(
            SIMT_LAUNCH, simt_now.pc, 0,
            "before the launch, call cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)",
            "%zu bytes of dynamic shared memory per block, and without being asked a GPU gives %zu at most", bytes,
            opted_in);
    return cudaErrorInvalidValue;
}

int limits_check(void) {
    const struct simt_config *c = &simt_now.config;
    if (volume(c->block) == 0 || volume(c->block) > MAX_THREADS || c->block.z > MAX_BLOCK_Z)
        return refuse_block(c->block);
    if (volume(c->grid) == 0 || c->grid.x > MAX_GRID_X || c->grid.y > MAX_GRID_YZ || c->grid.z > MAX_GRID_YZ)
        return refuse_grid(c->grid);
    if (c->shared > opted_in) return refuse_shared(c->shared);
    if (stream_live(c->stream)) return cudaSuccess;
    finding_add(SIMT_LAUNCH, simt_now.pc, 0, "create the stream before the launch, and destroy it after the last one",
                "the stream of this launch was destroyed, or never created");
    return cudaErrorInvalidResourceHandle;
}

static int refuse_cluster(enum simt_kind kind, const char *fix, const char *why) {
    const struct uint3 n = simt_now.config.cluster;
    finding_add(kind, simt_now.pc, 0, fix, "clusters of (%u,%u,%u) blocks: %s", n.x, n.y, n.z, why);
    return cudaErrorInvalidConfiguration;
}

int limits_check_cluster(void) {
    const struct uint3 n = simt_now.config.cluster, grid = simt_now.config.grid;
    const double blocks = volume(n), threads = volume(simt_now.config.block);
    if (n.x == 0) return cudaSuccess;
    if (blocks == 0 || blocks > MAX_CTAS)
        return refuse_cluster(
            SIMT_LAUNCH, "take clusters of 2, 4 or 8 blocks",
            blocks == 0 ? "a dimension is 0" : "every GPU with clusters has 8, and only some have more");
    if (grid.x % n.x || grid.y % n.y || grid.z % n.z)
        return refuse_cluster(SIMT_LAUNCH,
                              "round every dimension of the grid up to a multiple of the cluster's, and let the blocks "
                              "that are too many have nothing to do",
                              "the grid's dimensions are no multiples of these");
    if (blocks == 1) return cudaSuccess;
    if ((int)threads % WARP)
        return refuse_cluster(SIMT_UNSUPPORTED, "take blocks of a multiple of 32 threads",
                              "the simulator runs those of whole warps only");
    if (blocks * threads > MAX_THREADS)
        return refuse_cluster(SIMT_UNSUPPORTED, "take smaller clusters, or smaller blocks",
                              "together more than the 1024 threads that the simulator runs at once");
    return cudaSuccess;
}

void limits_check_shared(void) {
    const size_t fixed = shared_static_size(), sum = fixed + simt_now.config.shared;
    const int most = asked ? MAX_SHARED_OPT_IN : MAX_SHARED;
    if (fixed <= MAX_SHARED && sum <= (size_t)most) return;
    if (fixed > MAX_SHARED)
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "take smaller tiles, or dynamic shared memory (extern __shared__)",
                    "the kernel's __shared__ variables are %zu bytes, and %d is the most: nvcc refuses this", fixed,
                    MAX_SHARED);
    else
        finding_add(SIMT_LAUNCH, simt_now.pc, 0, "take smaller tiles",
                    "%zu bytes of shared memory per block (%zu of them dynamic), and %d is the most", sum,
                    simt_now.config.shared, most);
    simt_kill(cudaErrorInvalidValue);
}

cudaError_t cudaFuncSetAttribute(const void *kernel, enum cudaFuncAttribute attribute, int value) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    if (api_sticky()) return api_sticky();
    if (!kernel) return api_misuse(cudaErrorInvalidDeviceFunction, pc, "cudaFuncSetAttribute: there is no kernel");
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (value < 0 || value > MAX_SHARED_OPT_IN)
        return api_misuse(
            cudaErrorInvalidValue, pc,
            "cudaFuncSetAttribute: %d bytes of dynamic shared memory, and %d is the most (227 KiB, on Hopper)", value,
            MAX_SHARED_OPT_IN);
    asked = true;
    if ((size_t)value > opted_in) opted_in = (size_t)value;
    return cudaSuccess;
}
