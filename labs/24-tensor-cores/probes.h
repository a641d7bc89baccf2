// Questions to the instructions themselves: what do they do with data whose numbers say where they are? The figures of the chapter
// and its tests are made from the answers (probes.cu).
#pragma once
#include "24-tensor-cores/gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

// The functions of swizzle.cuh, descriptor.cuh and ring.cuh, which are inline, for programs in C.
struct header_functions {
    int (*swizzle_place)(int offset, int span);
    uint64_t (*matrix_descriptor)(uint32_t shared_address, int leading, int stride, int span);
    int (*ring_stage)(int n, int stages);
    int (*ring_full_parity)(int n, int stages);
    int (*ring_empty_parity)(int n, int stages);
};
extern const struct header_functions header_functions;

// What the 32 lanes hold in mma.sync m16n8k16: element 8 * lane + 2 * r + half of a, 4 * lane + 2 * r + half of b,
// 4 * lane + i of c and d.
struct probed_fragments {
    struct place a[32 * 8], b[32 * 4], c[32 * 4];
};
void probe_mma(struct probed_fragments *out);
// What the threads of a warpgroup hold in wgmma m64n64: result 32 * thread + i.
void probe_wgmma_d(struct place out[128 * 32]);
// The lane whose address ldmatrix .x4 took for row r of tile j: lane[8 * j + r].
void probe_ldmatrix(int lane[32]);

// TMA loads a box of `rows` rows of `span` bytes (32, 64, 128) with the swizzle of that span, from an array of numbers of 16 bits
// that are 0, 1, 2, ...: what lies in shared memory then, number by number. rows: up to 256.
void probe_tma(uint16_t *kept, int rows, int span);
// A warp reads 32 rows of `span` bytes by ldmatrix .x4, 16 bytes of each row at a time, kept where swizzle_place says, or straight.
// What it costs is in the simulator's counters.
void probe_columns(int span, bool swizzled);

// D (64,64) = A B by wgmma with matrix_descriptor, for one operand's layout: k in a row (A (64,64) is (row, k), B (column, k)), or
// turned: A is (k, row), B (k, column). TMA brings it in boxes 16 bytes (span 0) or `span` bytes wide, 64 rows each, one
// after another: `stride` and `leading` are what wgmma has to know of that.
struct probed_layout {
    bool turned;
    int span, leading, stride;
};
struct probed_layout probe_layout(bool turned, int span);
// D, A and B are device pointers
void probe_wgmma(float *D, const uint16_t *A, const uint16_t *B, struct probed_layout a, struct probed_layout b);

#ifdef __cplusplus
}
#endif
