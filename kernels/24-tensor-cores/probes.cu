// Questions to the instructions themselves (probes.h). Given: it shows what the exercises' functions must agree with, and uses
// your swizzle_place and matrix_descriptor where that is the question.
#include "24-tensor-cores/probes.h"

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"
#include "swizzle.cuh"

extern const struct header_functions header_functions = {swizzle_place, matrix_descriptor, ring_stage, ring_full_parity,
                                                         ring_empty_parity};

static void *device_bytes(size_t bytes) {
    void *p = nullptr;
    CUDA_CHECK(cudaMalloc(&p, bytes));
    return p;
}

// What a kernel left in `device`, which is freed.
static void fetch_and_free(void *host, void *device, size_t bytes) {
    CUDA_CHECK(cudaGetLastError());
    CUDA_CHECK(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost));
    CUDA_CHECK(cudaFree(device));
}

// Whole numbers up to 256 are exact in bfloat16.
__device__ static uint16_t number(int value) {
    return __bfloat16_as_ushort(__float2bfloat16_rn((float)value));
}

__device__ static int value(uint32_t bits) {
    return (int)__bfloat162float(__ushort_as_bfloat16((uint16_t)bits));
}

// ---- mma.sync and ldmatrix ------------------------------------------------------------------------------------------
// Elements of A (16,16) are 16 * row + column, those of B (16,8) 8 * k + column. ldmatrix brings both, as its picture in ptx/warp.h
// says, and a product of A with the unit matrix shows where the results are.
__global__ static void ask_mma(struct probed_fragments *out) {
    __shared__ __align__(16) uint16_t A[16][16], B[16][8], unit[16][8];
    int lane = threadIdx.x;
    for (int i = lane; i < 256; i += 32) A[i / 16][i % 16] = number(i);
    for (int i = lane; i < 128; i += 32) {
        B[i / 8][i % 8] = number(i);
        unit[i / 8][i % 8] = number(i / 8 == i % 8);
    }
    __syncwarp();
    uint32_t a[4], b[2], one[2];
    float d[4] = {0};
    ldmatrix_x4(a, &A[lane % 16][lane / 16 * 8]);
    ldmatrix_x2_trans(b, B[lane % 16]);
    ldmatrix_x2_trans(one, unit[lane % 16]);
    mma_m16n8k16_bf16(d, a, one, d);
    for (int i = 0; i < 8; i++) {
        int code = value(a[i / 2] >> 16 * (i % 2));
        out->a[8 * lane + i] = {code / 16, code % 16};
    }
    for (int i = 0; i < 4; i++) {
        int code = value(b[i / 2] >> 16 * (i % 2));
        out->b[4 * lane + i] = {code / 8, code % 8};
        out->c[4 * lane + i] = {(int)d[i] / 16, (int)d[i] % 16};
    }
}

void probe_mma(struct probed_fragments *out) {
    struct probed_fragments *device = (struct probed_fragments *)device_bytes(sizeof *device);
    ask_mma<<<1, 32>>>(device);
    fetch_and_free(out, device, sizeof *device);
}

// Row i of 32 has the number i eight times, and lane i gives its address.
__global__ static void ask_ldmatrix(int *out) {
    __shared__ __align__(16) uint16_t rows[32][8];
    int lane = threadIdx.x;
    for (int i = 0; i < 8; i++) rows[lane][i] = number(lane);
    __syncwarp();
    uint32_t r[4];
    ldmatrix_x4(r, rows[lane]);
    for (int tile = 0; tile < 4; tile++) out[8 * tile + lane / 4] = value(r[tile]);  // lanes 4g to 4g + 3 hold row g
}

void probe_ldmatrix(int lane[32]) {
    int *device = (int *)device_bytes(32 * sizeof *device);
    ask_ldmatrix<<<1, 32>>>(device);
    fetch_and_free(lane, device, 32 * sizeof *device);
}

// ---- wgmma's results ------------------------------------------------------------------------------------------------
// Two products of A (64,16) and B (16,64) of which only k = 0 is not 0. In the first, row i of A is i, and B is 1: the results
// are their rows. In the second, A is 1, and column j of B is j. No swizzle: 8 rows of 16 bytes of k, then the other 8 k,
// then the next 8 rows.
__device__ static void write_codes(uint16_t *tile, bool codes) {
    for (int i = threadIdx.x; i < 64 * 16; i += 128) {
        int row = i / 128 * 8 + i % 64 / 8, k = i % 128 / 64 * 8 + i % 8;
        tile[i] = number(k > 0 ? 0 : codes ? row : 1);
    }
}

__global__ static void ask_wgmma(struct place *out) {
    __shared__ __align__(1024) uint16_t codes[64 * 16], ones[64 * 16];
    write_codes(codes, true);
    write_codes(ones, false);
    fence_proxy_async();
    __syncthreads();
    const uint64_t layout = 0x0000001000080000;  // the next rows after 256 bytes, the next k after 128
    uint64_t of_codes = layout | ptx_shared(codes) >> 4, of_ones = layout | ptx_shared(ones) >> 4;
    float row[32] = {0}, column[32] = {0};
    wgmma_fence();
    wgmma_bf16<64>(row, of_codes, of_ones, false);
    wgmma_commit();
    wgmma_wait<0>();
    wgmma_fence();
    wgmma_bf16<64>(column, of_ones, of_codes, false);
    wgmma_commit();
    wgmma_wait<0>();
    for (int i = 0; i < 32; i++) out[32 * threadIdx.x + i] = {(int)row[i], (int)column[i]};
}

void probe_wgmma_d(struct place out[128 * 32]) {
    struct place *device = (struct place *)device_bytes(128 * 32 * sizeof *device);
    ask_wgmma<<<1, 128>>>(device);
    fetch_and_free(out, device, 128 * 32 * sizeof *device);
}

// ---- the swizzle ----------------------------------------------------------------------------------------------------
static CUtensorMapSwizzle swizzle_of(int span) {
    return span == 128  ? CU_TENSOR_MAP_SWIZZLE_128B
           : span == 64 ? CU_TENSOR_MAP_SWIZZLE_64B
           : span == 32 ? CU_TENSOR_MAP_SWIZZLE_32B
                        : CU_TENSOR_MAP_SWIZZLE_NONE;
}

__global__ static void ask_tma(uint16_t *out, const __grid_constant__ CUtensorMap map, int numbers) {
    extern __shared__ __align__(1024) unsigned char memory[];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
        mbarrier_arrive_expect_tx(&full, numbers * sizeof *out);
        tma_load_2d(memory, &map, &full, 0, 0);
    }
    __syncthreads();
    mbarrier_wait(&full, 0);
    for (int i = threadIdx.x; i < numbers; i += blockDim.x) out[i] = reinterpret_cast<uint16_t *>(memory)[i];
}

void probe_tma(uint16_t *kept, int rows, int span) {
    int numbers = rows * span / (int)sizeof *kept;
    size_t bytes = numbers * sizeof *kept;
    uint16_t *in = (uint16_t *)device_bytes(bytes), *out = (uint16_t *)device_bytes(bytes);
    for (int i = 0; i < numbers; i++) kept[i] = (uint16_t)i;
    CUDA_CHECK(cudaMemcpy(in, kept, bytes, cudaMemcpyHostToDevice));
    CUtensorMap map = tensor_map_rows(in, CU_TENSOR_MAP_DATA_TYPE_UINT16, sizeof *in, rows, span / (int)sizeof *in,
                                      rows, span / (int)sizeof *in, swizzle_of(span));
    ask_tma<<<1, 32, bytes>>>(out, map, numbers);
    fetch_and_free(kept, out, bytes);
    CUDA_CHECK(cudaFree(in));
}

__global__ static void read_columns(uint32_t *out, int span, bool swizzled) {
    __shared__ __align__(1024) unsigned char tile[32 * 128];
    int lane = threadIdx.x;
    for (int i = lane; i < 32 * 128 / 16; i += 32) reinterpret_cast<uint4 *>(tile)[i] = {0, 0, 0, 0};
    __syncwarp();
    uint32_t sum = 0;
    for (int chunk = 0; chunk < span / 16; chunk++) {
        int offset = lane * span + 16 * chunk;
        uint32_t r[4];
        ldmatrix_x4(r, tile + (swizzled ? swizzle_place(offset, span) : offset));
        sum += r[0] + r[1] + r[2] + r[3];
    }
    out[lane] = sum;
}

void probe_columns(int span, bool swizzled) {
    uint32_t sums[32], *device = (uint32_t *)device_bytes(sizeof sums);
    read_columns<<<1, 32>>>(device, span, swizzled);
    fetch_and_free(sums, device, sizeof sums);
}

// ---- descriptors ----------------------------------------------------------------------------------------------------
enum { SIDE = 64 };  // of D, A and B

static int box_bytes(struct probed_layout p) {  // of a row of a box
    return p.span ? p.span : 16;
}

struct probed_layout probe_layout(bool turned, int span) {
    struct probed_layout p = {turned, span, 0, 0};
    int width = box_bytes(p), box = SIDE * width, eight_rows = 8 * width;
    // With a swizzle: turned, `leading` leads to the next box along the row; else it is not used. Without: see ptx/wgmma.h.
    p.leading = span ? (turned ? box : 16) : turned ? eight_rows : box;
    p.stride = span || !turned ? eight_rows : box;
    return p;
}

struct operand {
    struct probed_layout layout;
    int width;  // bytes of a row of a box
};

// Bytes from the tile's beginning to where k = 16 * step lies.
__device__ static int step_offset(struct operand o, int step) {
    if (o.layout.turned) return 16 * step * o.width;
    int byte = 32 * step;
    return byte / o.width * SIDE * o.width + byte % o.width;
}

__device__ static uint64_t describe(const void *tile, struct operand o, int step) {
    return matrix_descriptor(ptx_shared(tile) + step_offset(o, step), o.layout.leading, o.layout.stride, o.layout.span);
}

template <int A_TURNED, int B_TURNED>
__global__ static void multiply_tiles(float *D, const __grid_constant__ CUtensorMap A,
                                      const __grid_constant__ CUtensorMap B, struct operand a, struct operand b) {
    __shared__ __align__(1024) uint16_t tile_A[SIDE * SIDE], tile_B[SIDE * SIDE];
    __shared__ uint64_t full;
    int t = threadIdx.x;
    if (t == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
        mbarrier_arrive_expect_tx(&full, sizeof tile_A + sizeof tile_B);
        for (int x = 0; x < SIDE; x += a.width / 2) tma_load_2d(tile_A + x * SIDE, &A, &full, x, 0);
        for (int x = 0; x < SIDE; x += b.width / 2) tma_load_2d(tile_B + x * SIDE, &B, &full, x, 0);
    }
    __syncthreads();
    mbarrier_wait(&full, 0);
    uint64_t at_a[SIDE / 16], at_b[SIDE / 16];
#pragma unroll
    for (int step = 0; step < SIDE / 16; step++) {
        at_a[step] = describe(tile_A, a, step);
        at_b[step] = describe(tile_B, b, step);
    }
    float d[SIDE / 2] = {0};
    wgmma_fence();
#pragma unroll
    for (int step = 0; step < SIDE / 16; step++) wgmma_bf16<SIDE, A_TURNED, B_TURNED>(d, at_a[step], at_b[step], step > 0);
    wgmma_commit();
    wgmma_wait<0>();
    for (int i = 0; i < SIDE / 2; i++) {
        int row = t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8, column = i / 4 * 8 + t % 4 * 2 + i % 2;
        D[row * SIDE + column] = d[i];
    }
}

static CUtensorMap boxes(const uint16_t *start, struct operand o) {
    return tensor_map_rows(start, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, sizeof *start, SIDE, SIDE, SIDE,
                           o.width / (int)sizeof *start, swizzle_of(o.layout.span));
}

void probe_wgmma(float *D, const uint16_t *A, const uint16_t *B, struct probed_layout a, struct probed_layout b) {
    struct operand of_a = {a, box_bytes(a)}, of_b = {b, box_bytes(b)};
    CUtensorMap map_A = boxes(A, of_a), map_B = boxes(B, of_b);
    if (a.turned && b.turned) multiply_tiles<1, 1><<<1, 128>>>(D, map_A, map_B, of_a, of_b);
    if (a.turned && !b.turned) multiply_tiles<1, 0><<<1, 128>>>(D, map_A, map_B, of_a, of_b);
    if (!a.turned && b.turned) multiply_tiles<0, 1><<<1, 128>>>(D, map_A, map_B, of_a, of_b);
    if (!a.turned && !b.turned) multiply_tiles<0, 0><<<1, 128>>>(D, map_A, map_B, of_a, of_b);
    CUDA_CHECK(cudaGetLastError());
}
