// Side rung 26: products of bytes, summed in integers.
//
// What limits the ladder: the tensor cores themselves. Whoever wants more has to multiply narrower numbers.
// The idea: the kernel of rung 17 with signed bytes. A network's weights and activations, divided by a scale of their
// own, fit into -127 to 127 with little loss. A tensor core multiplies bytes twice as fast as
// numbers of 16 bits, and tiles take half the memory. And the sums are exact: products of bytes are below 2^14, and an
// int32 holds 131,072 of them. There is no rounding at all, and so no order of summing that would matter.
//
//     wgmma        k per instruction     bytes of k     multiply-adds per instruction
//     bf16         16                    32             64 x N x 16
//     s8           32                    32             64 x N x 32
//
// Everything that counts in bytes stays: rows of 128 bytes are now 128 k instead of 64, the swizzle, the descriptors, the
// 32 bytes from one instruction to the next. Only operands with k in a row: there is no turned form of bytes.
//
// Who computes what: as in rung 17; a thread's results are int32, two neighbours are written at once: four lanes write
// 32 bytes of a row, a whole sector.
//
// What will limit it: memory and the ends of tiles. Results take four bytes each for two operands of one.
// The simulator counts: for the same M, N and K half the bytes by TMA of rung 17, and half the wgmma.
// In the profiler: twice the operations of bf16 at best, where K is large.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/order.cuh"
#include "24-tensor-cores/stages.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { BM = 128, BN = 256, BYTES_K = 128, STAGES = 4, GROUP = 16 };  // BYTES_K: k of a step, 128 bytes as in every rung
enum { CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };

typedef ring_memory<BM, BN, STAGES> block_ring;  // its tiles have rows of 128 bytes, whatever they hold

// The product's sizes, and the tiles and steps that they make.
struct product {
    int M, N;
    int rows, columns, steps;
};

// sum (64,N) += A (64,128) B (N,128)^T, of bytes, or without what was there.
__device__ static __forceinline__ void multiply_bytes(int (&sum)[BN / 2], uint64_t a, uint64_t b, bool keep) {
    wgmma_fence();
#pragma unroll
    for (int k = 0; k < BYTES_K / 32; k++) wgmma_s8<BN>(sum, a + 2 * k, b + 2 * k, keep || k > 0);
    wgmma_commit();
}

// A warpgroup's sums to C from (row0,column0) on.
__device__ static __forceinline__ void store_sums(int32_t *C, int M, int N, int row0, int column0,
                                                  const int (&sum)[BN / 2]) {
    int thread = threadIdx.x % 128;
    int row = row0 + thread / 32 * 16 + thread % 32 / 4, column = column0 + thread % 4 * 2;
#pragma unroll
    for (int i = 0; i < BN / 2; i += 2) {
        int r = row + i / 2 % 2 * 8, c = column + i / 4 * 8;
        if (r < M && c < N) *reinterpret_cast<int2 *>(C + (size_t)r * N + c) = make_int2(sum[i], sum[i + 1]);
    }
}

__global__ void __launch_bounds__(THREADS)
    int8(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B, int32_t *C, product p) {
    extern __shared__ __align__(1024) unsigned char memory[];
    block_ring &ring = *reinterpret_cast<block_ring *>(memory);
    int role = threadIdx.x / 128, n = 0;
    if (threadIdx.x == 0) ring_init(ring, CONSUMERS);
    __syncthreads();
    if (role == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x != 0) return;
        for (int i = blockIdx.x; i < p.rows * p.columns; i += gridDim.x) {
            place tile = in_groups(i, p.rows, p.columns, GROUP);
            for (int step = 0; step < p.steps; step++, n++) {
                int s = ring_stage(n, STAGES);
                mbarrier_wait(&ring.empty[s], ring_empty_parity(n, STAGES));
                fetch(ring, s, A, B, tile.row * BM, tile.column * BN, step * BYTES_K);
            }
        }
    } else {
        setmaxnreg_inc<CONSUMER_REGISTERS>();
        int half = (role - 1) * 64;  // rows of the tile
        int sum[BN / 2] = {0};
        for (int i = blockIdx.x; i < p.rows * p.columns; i += gridDim.x) {
            for (int step = 0; step < p.steps; step++, n++) {
                int s = ring_stage(n, STAGES);
                mbarrier_wait(&ring.full[s], ring_full_parity(n, STAGES));
                multiply_bytes(sum, matrix_descriptor(ptx_shared(ring.A[s] + half * BK), 16, 8 * ROW_BYTES, ROW_BYTES),
                               matrix_descriptor(ptx_shared(ring.B[s]), 16, 8 * ROW_BYTES, ROW_BYTES), step > 0);
                wgmma_wait<0>();
                if (threadIdx.x % 128 == 0) mbarrier_arrive(&ring.empty[s]);
            }
            wgmma_fence_operand(sum);
            place tile = in_groups(i, p.rows, p.columns, GROUP);
            store_sums(C, p.M, p.N, tile.row * BM + half, tile.column * BN, sum);
        }
    }
}

static CUtensorMap byte_map(const int8_t *start, int rows, int k, int box_rows) {
    return tensor_map_rows(start, CU_TENSOR_MAP_DATA_TYPE_UINT8, 1, rows, k, box_rows, BYTES_K,
                           CU_TENSOR_MAP_SWIZZLE_128B);
}

void gemm_int8(int32_t *C, const int8_t *A, const int8_t *B, int M, int N, int K) {
    product p = {M, N, ceil_div(M, BM), ceil_div(N, BN), ceil_div(K, BYTES_K)};
    int tiles = p.rows * p.columns, most = multiprocessors();
    int blocks = tiles < most ? tiles : most, bytes = sizeof(block_ring);
    CUDA_CHECK(cudaFuncSetAttribute(int8, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    int8<<<blocks, THREADS, bytes>>>(byte_map(A, M, K, BM), byte_map(B, N, K, BN), C, p);
    CUDA_CHECK(cudaGetLastError());
}
