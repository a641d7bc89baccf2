// Rung 23: nobody waits, and the three forms.
//
// What limits rung 22: small waits that add up. A consumer begins the products of a step, waits for them, tells the
// producer, waits for the next stage: between two groups the tensor cores have nothing of it. It waits for its staging
// buffer four times a tile. And when K is small, both consumers come to the end of a tile together, and the tensor cores
// stand still while C is written: at K = 768 one part in seven of the time, by the estimate at the end of this file.
// The ideas:
// - One group stays under way. Begin the products of step n, then wait until those of step n - 1 are done (wgmma_wait<1>),
//   and release the stage of step n - 1, not n's: that one is being read.
//
//       products     | 0           | 1           | 2           |       rung 22: begin 0, wait 0, release 0, begin 1, ...
//       release                     0             1                    here: begin 0, begin 1, wait 0, release 0, begin 2 ...
//
// - Two staging buffers for each consumer: a piece is written while TMA reads the one before (tma_wait_read<1>).
// - Descriptors are made once. A stage is an addition, a step of 16 k another.
// - C's lines shall be the first to leave the second-level cache (a hint to TMA), for nobody here reads them again.
// - For small K, and where tiles of 128 x 256 are too few to occupy all multiprocessors: tiles of 128 x 128, six stages,
//   and the consumers take turns ("ping-pong"): each has tiles of its own, and writes C while the other multiplies.
//
//       consumer 0   | multiply tile 0 | write 0 |       | multiply tile 2 | write 2 |
//       consumer 1                     | multiply tile 1 | write 1 |       | multiply tile 3 |
//
//   The turn is handed on by named barriers, one for each consumer: who is through with its last step arrives, the other
//   waits. That is needed, not only fast: a wait names a phase's parity, and a consumer that runs ahead by a whole tile
//   would take an early phase for its own.
//
// The three forms. Training multiplies with k in a column, too: NN, C = A B, and TN, C = A^T B. wgmma reads numbers of 16
// bits either way round: the operand is "turned", M or N lie in a row ("MN-major"). TMA brings boxes of 64 columns and 64
// k, 128 bytes a row again, so swizzle and bytes are the same; only what the descriptor says differs:
//
//                       a row of 128 bytes is   8 rows further (stride)   64 columns further (leading)   16 k further
//       k in a row      one m or n, 64 k        8 m or n: 1024 bytes      -                              + 32 bytes
//       turned          64 m or n, one k        8 k: 1024 bytes           next box: 8192 bytes           + 2048 bytes
//
// No matrix is transposed in memory. Numbers of 8 and 32 bits have no turned form.
//
// Who computes what: as rung 22, or by turns.
//
// What will limit it: power. On random numbers the chip lowers its clock before these instructions run out of data.
// The simulator counts: with tiles of 128 x 256 as rung 22; smaller ones take half as much again from memory by TMA.
// In the profiler: the tensor pipe above 90% of its time at the clock it has; watch the clock.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/curve.cuh"
#include "24-tensor-cores/pairs.cuh"
#include "24-tensor-cores/staging.cuh"
#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "descriptor.cuh"
#include "ptx.h"
#include "ring.cuh"
#include "swizzle.cuh"

enum { BM = 128, CONSUMERS = 2, THREADS = 128 * (1 + CONSUMERS), PRODUCER_REGISTERS = 40, CONSUMER_REGISTERS = 232 };
enum { STORE_BARRIER = 1, TURN_BARRIER = STORE_BARRIER + CONSUMERS };  // named barriers, one of each for a consumer

// A kernel's form. TURNS: consumers take turns with tiles of BM x BN; otherwise each has half of every tile.
template <int BN_, int STAGES_, bool TURNS_, bool A_TURNED_, bool B_TURNED_>
struct form {
    static constexpr int BN = BN_, STAGES = STAGES_;
    static constexpr bool TURNS = TURNS_, A_TURNED = A_TURNED_, B_TURNED = B_TURNED_;
    static constexpr int HEIGHT = TURNS ? BM / 64 : BM / 64 / CONSUMERS;  // a consumer's part of a tile, in 64 rows
    typedef ring_memory<BM, BN, STAGES> ring;
    struct memory {
        form::ring ring;
        alignas(1024) uint16_t staging[CONSUMERS][2][PIECE * PIECE];
    };
};
template <bool A_TURNED, bool B_TURNED>
using together = form<256, 4, false, A_TURNED, B_TURNED>;
template <bool A_TURNED, bool B_TURNED>
using by_turns = form<128, 6, true, A_TURNED, B_TURNED>;

// ---- the producer -----------------------------------------------------------------------------------------------------
// ROWS rows (or columns, if turned) from `first` on, k0 to k0 + 63, for the blocks of a mask; 0: only this one.
template <bool TURNED, int ROWS, int BLOCKS>
__device__ static inline void load(uint16_t *to, const CUtensorMap &map, uint64_t *full, int first, int k0) {
#pragma unroll
    for (int i = 0; i < ROWS; i += TURNED ? 64 : ROWS) {
        int x = TURNED ? first + i : k0, y = TURNED ? k0 : first;
        if (BLOCKS) tma_multicast_2d(to + i * BK, &map, full, x, y, BLOCKS);
        else tma_load_2d(to + i * BK, &map, full, x, y);
    }
}

template <class F>
__device__ static inline void produce(typename F::ring &ring, const CUtensorMap &A, const CUtensorMap &B,
                                      const curved_work &w, int rank) {
    const int part = F::BN / PAIR;  // what this block loads of B
    int n = 0;
    for (int pair = blockIdx.x / PAIR; pair < w.rows * w.columns; pair += gridDim.x / PAIR) {
        place tile = on_curve(w.order, pair, w.rows, w.columns);
        int row0 = (tile.row * PAIR + rank) * BM, column0 = tile.column * F::BN + rank * part;
        for (int step = 0; step < w.steps; step++, n++) {
            int s = ring_stage(n, F::STAGES);
            mbarrier_wait(&ring.empty[s], ring_empty_parity(n, F::STAGES));
            mbarrier_arrive_expect_tx(&ring.full[s], sizeof ring.A[s] + sizeof ring.B[s]);
            load<F::A_TURNED, BM, 0>(ring.A[s], A, &ring.full[s], row0, step * BK);
            load<F::B_TURNED, F::BN / PAIR, (1 << PAIR) - 1>(ring.B[s] + rank * part * BK, B, &ring.full[s], column0,
                                                             step * BK);
        }
    }
    drain(ring, n);
}

// ---- a consumer -------------------------------------------------------------------------------------------------------
// Of a tile's beginning; the way to 16 k further on is K_STEP in the descriptor's units of 16 bytes.
template <bool TURNED>
__device__ static inline uint64_t operand(const uint16_t *tile) {
    return matrix_descriptor(ptx_shared(tile), TURNED ? 64 * ROW_BYTES : 16, 8 * ROW_BYTES, ROW_BYTES);
}
template <bool TURNED>
constexpr int K_STEP = TURNED ? 16 * ROW_BYTES / 16 : 2;

// The sums of one tile, whose first step is n: one group of products is always under way.
template <class F>
__device__ static __forceinline__ void multiply_tile(float (&sum)[F::HEIGHT][F::BN / 2], typename F::ring &ring,
                                                     uint64_t a0, uint64_t b0, int n, int steps) {
    for (int step = 0; step < steps; step++) {
        int s = ring_stage(n + step, F::STAGES);
        mbarrier_wait(&ring.full[s], ring_full_parity(n + step, F::STAGES));
        uint64_t a = a0 + s * (int)sizeof ring.A[0] / 16, b = b0 + s * (int)sizeof ring.B[0] / 16;
        wgmma_fence();
#pragma unroll
        for (int k = 0; k < BK / 16; k++)
#pragma unroll
            for (int h = 0; h < F::HEIGHT; h++)
                wgmma_bf16<F::BN, F::A_TURNED, F::B_TURNED>(sum[h],
                                                            a + h * 64 * ROW_BYTES / 16 + k * K_STEP<F::A_TURNED>,
                                                            b + k * K_STEP<F::B_TURNED>, step > 0 || k > 0);
        wgmma_commit();
        wgmma_wait<1>();
        if (step > 0) release(ring, ring_stage(n + step - 1, F::STAGES));
    }
    wgmma_wait<0>();
    release(ring, ring_stage(n + steps - 1, F::STAGES));
#pragma unroll
    for (int h = 0; h < F::HEIGHT; h++) wgmma_fence_operand(sum[h]);
}

// 64 rows of sums to C, in pieces by two staging buffers; row of 16 bytes of a thread, and order, are those of rung 22.
template <int TILE_N>
__device__ static __forceinline__ void store_rows(const CUtensorMap &C, uint16_t (&staging)[2][PIECE * PIECE], int row0,
                                                  int column0, int barrier, const float (&sum)[TILE_N / 2]) {
    int thread = threadIdx.x % 128, lane = thread % 32, row = thread / 32 * 16 + lane % 16;
#pragma unroll
    for (int piece = 0; piece < TILE_N / PIECE; piece++) {
        uint16_t *buffer = staging[piece % 2];
        if (thread == 0) tma_wait_read<1>();
        bar_sync(barrier, 128);
#pragma unroll
        for (int q = 0; q < PIECE / 16; q++) {
            uint32_t r[4];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int first = piece * PIECE / 2 + 8 * q + 2 * i;
                r[i] = bf16_pair(sum[first], sum[first + 1]);
            }
            stmatrix_x4(
                reinterpret_cast<char *>(buffer) + swizzle_place(row * ROW_BYTES + (2 * q + lane / 16) * 16, 128), r);
        }
        fence_proxy_async();
        bar_sync(barrier, 128);
        if (thread == 0) {
            tma_store_2d(&C, buffer, column0 + piece * PIECE, row0, TMA_EVICT_FIRST);
            tma_commit();
        }
    }
}

template <class F>
__device__ static __forceinline__ void consume(typename F::memory &block, const CUtensorMap &C, const curved_work &w,
                                               int rank, int consumer) {
    int half = F::TURNS ? 0 : consumer * 64;  // the consumer's first row of the tile
    uint64_t a = operand<F::A_TURNED>(block.ring.A[0] + half * BK), b = operand<F::B_TURNED>(block.ring.B[0]);
    int pairs = w.rows * w.columns, clusters = gridDim.x / PAIR, first = blockIdx.x / PAIR;
    int mine = F::TURNS ? consumer : 0, step = F::TURNS ? CONSUMERS : 1;  // which of the cluster's tiles are this one's
    float sum[F::HEIGHT][F::BN / 2] = {{0}};
    for (int i = mine; first + i * clusters < pairs; i += step) {
        if (F::TURNS && i > 0) bar_sync(TURN_BARRIER + consumer, 256);
        multiply_tile<F>(sum, block.ring, a, b, i * w.steps, w.steps);
        if (F::TURNS && first + (i + 1) * clusters < pairs) bar_arrive(TURN_BARRIER + 1 - consumer, 256);
        place tile = on_curve(w.order, first + i * clusters, w.rows, w.columns);
        int row0 = (tile.row * PAIR + rank) * BM + half;
#pragma unroll
        for (int h = 0; h < F::HEIGHT; h++)
            store_rows<F::BN>(C, block.staging[consumer], row0 + 64 * h, tile.column * F::BN, STORE_BARRIER + consumer,
                              sum[h]);
    }
    if (threadIdx.x % 128 == 0) tma_wait_read<0>();
}

template <class F>
__global__ void __cluster_dims__(PAIR, 1, 1) __launch_bounds__(THREADS)
    last(const __grid_constant__ CUtensorMap A, const __grid_constant__ CUtensorMap B,
         const __grid_constant__ CUtensorMap C, curved_work w) {
    extern __shared__ __align__(1024) unsigned char memory[];
    auto &block = *reinterpret_cast<typename F::memory *>(memory);
    int rank = cluster_rank(), role = threadIdx.x / 128;
    if (threadIdx.x == 0) {  // the maps are on their way while the barriers are prepared
        tma_prefetch(&A);
        tma_prefetch(&B);
        tma_prefetch(&C);
    }
    prepare_pair(block.ring, F::TURNS ? 1 : CONSUMERS);
    if (role == 0) {
        setmaxnreg_dec<PRODUCER_REGISTERS>();
        if (threadIdx.x == 0) produce<F>(block.ring, A, B, w, rank);
    } else {
        setmaxnreg_inc<CONSUMER_REGISTERS>();
        consume<F>(block, C, w, rank, role - 1);
    }
}

// ---- the host's part --------------------------------------------------------------------------------------------------
// An operand of `rows` rows and k columns; or turned, of k rows and `rows` columns.
template <bool TURNED>
static CUtensorMap map_of(const uint16_t *start, int rows, int k, int box_rows) {
    if (!TURNED) return operand_map(start, rows, k, box_rows);
    return tensor_map_rows(start, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, sizeof *start, k, rows, BK, 64,
                           CU_TENSOR_MAP_SWIZZLE_128B);
}

template <class F>
static void launch(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    curved_work w = curved(pairs_of_tiles(M, N, K, BM, F::BN));
    CUtensorMap map_a = map_of<F::A_TURNED>(A, M, K, BM), map_b = map_of<F::B_TURNED>(B, N, K, F::BN / PAIR);
    int bytes = sizeof(typename F::memory);
    CUDA_CHECK(cudaFuncSetAttribute(last<F>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    last<F><<<blocks, THREADS, bytes>>>(map_a, map_b, result_map(C, M, N), w);
    CUDA_CHECK(cudaGetLastError());
}

// Cycles that `blocks` blocks take, an estimate: 2048 multiply-adds a cycle, somewhat less with N = 128, and about 2000 for the end of
// a tile, which is hidden, but for the last one, by taking turns.
static double cycles(int M, int N, int K, int columns, bool turns, int blocks) {
    work w = pairs_of_tiles(M, N, K, BM, columns);
    double tiles = ceil_div(w.rows * w.columns, blocks / PAIR), products = (double)w.steps * BM * columns * BK / 2048;
    return turns ? tiles * products * 1.08 + 2000 : tiles * (products + 2000);
}

template <bool A_TURNED, bool B_TURNED>
static void gemm(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    if (cycles(M, N, K, 256, false, blocks) <= cycles(M, N, K, 128, true, blocks))
        launch<together<A_TURNED, B_TURNED>>(C, A, B, M, N, K, blocks);
    else launch<by_turns<A_TURNED, B_TURNED>>(C, A, B, M, N, K, blocks);
}

// As many blocks as the GPU runs at a time, or as there are tiles of the smaller size.
static int blocks_of(int M, int N, int K) {
    return blocks_for(pairs_of_tiles(M, N, K, BM, 128));
}

void gemm_23_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    gemm<false, false>(C, A, B, M, N, K, blocks);
}

void gemm_23(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_blocks(C, A, B, M, N, K, blocks_of(M, N, K));
}

void gemm_23_nn_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    gemm<false, true>(C, A, B, M, N, K, blocks);
}

void gemm_23_nn(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_nn_blocks(C, A, B, M, N, K, blocks_of(M, N, K));
}

void gemm_23_tn_blocks(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K, int blocks) {
    gemm<true, true>(C, A, B, M, N, K, blocks);
}

void gemm_23_tn(uint16_t *C, const uint16_t *A, const uint16_t *B, int M, int N, int K) {
    gemm_23_tn_blocks(C, A, B, M, N, K, blocks_of(M, N, K));
}
