// Rung 9: blocks that stay.
//
// What limits rung 8: its beginnings and ends. A block starts with empty buffers and waits for the first tiles, and
// ends by storing C while nothing is multiplied. At K = 4096 that is a few steps in 256, at K = 256 a good part of 16.
// And blocks come in waves: 4096 x 4096 has 512 tiles of 128 x 256, on 132 multiprocessors 3 full waves and one of 116
// blocks.
// The idea: as many blocks as multiprocessors. Each stays and takes tile number b, b + blocks, b + 2 blocks, ... The
// pipeline does not know where a tile ends: while the last steps of one tile are multiplied, the first of the next are
// on their way, and they land while C is being stored.
//
//     copies      t0 t0 t0 t0|t1 t1 t1 t1|t5 t5 t5 t5|...        a cursor (tile, step) that runs 3 steps ahead
//     arithmetic           t0 t0 t0 t0|t1 t1 t1 t1|t5 ...
//     stores of C                     |t0         |t1
//
// In which order? 132 tiles are worked on at a time, and what they read should meet in the second-level cache. 128
// tiles in one row of a very wide C share 1 strip of A and need 128 strips of B. A square patch needs far fewer: 16 x 8
// tiles, 2048 x 2048 elements, need 16 strips of A and 8 of B. So tiles are counted in groups of 16 rows, column by
// column.
//
//     row by row       0 1 2 3 4 5 ...      groups of 2 rows    0 2 4 ...
//                      .                                        1 3 5 ...
//
// What will limit it: arithmetic and the clock. The counters per operation are those of rung 8; what changes is time
// that no counter of traffic shows. TMA, which makes the copies themselves cheap, comes in chapter 24.
// The simulator counts: as rung 8.
// In the profiler: one wave; no gap between tiles on the timeline; a better hit rate of the second-level cache.
#include "23-cuda-matmul/sgemm.h"

#include <cuda_runtime.h>

#include "23-cuda-matmul/async.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

enum { BM = 128, BN = 256, BK = 16, STAGES = 4, THREADS = 256, GROUP = 16 };

struct stage {
    float A[BM][BK];  // pieces of four exchanged: piece_of
    float B[BK][BN];
};

__host__ __device__ static inline element place_of(int tile, int rows, int columns, int group) {
    // BEGIN SOLUTION 23.11 tile_order: which group of rows, how many rows has it, and the place in it, column by column
    int first_row = tile / (group * columns) * group, inside = tile % (group * columns);
    int height = rows - first_row < group ? rows - first_row : group;
    return {first_row + inside % height, inside / height};
    // END SOLUTION
}

struct element tile_order(int tile, int rows, int columns, int group) {
    return place_of(tile, rows, columns, group);
}

// A thread's results: rows row + 8 i (i < 8), columns column + 16 q + j (q, j < 4), of the block's tile.
__device__ static inline element first_result(int thread) {
    int warp = thread / 32, lane = thread % 32;
    return {warp / 4 * 64 + lane / 2 % 8, warp % 4 * 64 + (lane % 2 + lane / 16 * 2) * 4};
}

// The column of A's buffer at which piece c of a row (k from 4c to 4c + 3) is kept.
[[maybe_unused]] __device__ static inline int piece_of(int row, int c) {
    return (c ^ (row / 2 % 4)) * 4;
}

// The product's sizes, and the tiles and steps that they make.
struct work {
    const float *A, *B;
    int M, N, K;
    int rows, columns, steps;  // tiles below and beside each other; steps of BK along k
};

// Which step of which tile is fetched next.
struct cursor {
    int tile, step;
};

// Starts the copies of A's tile at (row0,k0) and B's at (k0,column0).
template <bool ALIGNED>
__device__ static inline void copy_tiles(stage *to, const work &w, int row0, int column0, int k0) {
    // BEGIN SOLUTION 23.9 sgemm_09: the copies of rung 8
    int thread = threadIdx.x;
#pragma unroll
    for (int n = 0; n < BM / 64; n++) {
        int row = thread / 4 + 64 * n, c = thread % 4;
        copy4_async<ALIGNED>(&to->A[row][piece_of(row, c)], w.A, w.M, w.K, row0 + row, k0 + 4 * c);
    }
#pragma unroll
    for (int n = 0; n < BK / 4; n++) {
        int k = thread / 64 + 4 * n, column = thread % 64 * 4;
        copy4_async<ALIGNED>(&to->B[k][column], w.B, w.K, w.N, k0 + k, column0 + column);
    }
    // END SOLUTION
}

// Starts the copies of the step under the cursor, if there is one, as a group, and moves the cursor to the block's next
// step.
template <bool ALIGNED>
__device__ static inline void fetch(stage *to, const work &w, cursor &next) {
    if (next.tile < w.rows * w.columns) {
        element tile = place_of(next.tile, w.rows, w.columns, GROUP);
        copy_tiles<ALIGNED>(to, w, tile.row * BM, tile.column * BN, next.step * BK);
    }
    cp_async_commit();
    // BEGIN SOLUTION 23.9 sgemm_09: the next step of the tile; after the last one the first step of the block's next tile
    if (++next.step == w.steps) {
        next.step = 0;
        next.tile += gridDim.x;
    }
    // END SOLUTION
}

// sum += the tile of A times the tile of B.
__device__ static inline void multiply(float (&sum)[8][16], const stage *tiles, element at) {
    // BEGIN SOLUTION 23.9 sgemm_09: as in rung 8
#pragma unroll
    for (int c = 0; c < BK / 4; c++) {
        __align__(16) float a[8][4], b[16];
#pragma unroll
        for (int i = 0; i < 8; i++) as_float4(a[i][0]) = as_float4(tiles->A[at.row + 8 * i][piece_of(at.row, c)]);
#pragma unroll
        for (int k = 0; k < 4; k++) {
#pragma unroll
            for (int q = 0; q < 4; q++) as_float4(b[4 * q]) = as_float4(tiles->B[4 * c + k][at.column + 16 * q]);
#pragma unroll
            for (int i = 0; i < 8; i++)
#pragma unroll
                for (int j = 0; j < 16; j++) sum[i][j] += a[i][k] * b[j];
        }
    }
    // END SOLUTION
}

// Writes a tile's sums to C and sets them to 0.
template <bool ALIGNED>
__device__ static inline void store(float *C, const work &w, float (&sum)[8][16], element tile, element at) {
#pragma unroll
    for (int i = 0; i < 8; i++)
#pragma unroll
        for (int j = 0; j < 16; j += 4) {
            store4<ALIGNED>(C, w.M, w.N, tile.row * BM + at.row + 8 * i, tile.column * BN + at.column + 4 * j,
                            make_float4(sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]));
            sum[i][j] = sum[i][j + 1] = sum[i][j + 2] = sum[i][j + 3] = 0;
        }
}

template <bool ALIGNED>
__global__ void __launch_bounds__(THREADS) persistent(float *C, work w) {
    extern __shared__ __align__(16) unsigned char memory[];
    stage *stages = reinterpret_cast<stage *>(memory);
    element at = first_result(threadIdx.x);
    float sum[8][16] = {{0}};
    cursor next = {(int)blockIdx.x, 0};
    for (int s = 0; s < STAGES - 1; s++) fetch<ALIGNED>(&stages[s], w, next);
    int full = 0;  // the buffer of this step
    for (int tile = blockIdx.x; tile < w.rows * w.columns; tile += gridDim.x) {
        for (int step = 0; step < w.steps; step++) {
            // BEGIN SOLUTION 23.9 sgemm_09: wait until this step is there; barrier; fetch into the buffer that is free
            cp_async_wait<STAGES - 2>();
            __syncthreads();
            fetch<ALIGNED>(&stages[(full + STAGES - 1) % STAGES], w, next);
            // END SOLUTION
            multiply(sum, &stages[full], at);
            full = (full + 1) % STAGES;
        }
        store<ALIGNED>(C, w, sum, place_of(tile, w.rows, w.columns, GROUP), at);
    }
}

template <bool ALIGNED>
static void launch(float *C, work w, int blocks) {
    int bytes = STAGES * sizeof(stage);
    CUDA_CHECK(cudaFuncSetAttribute(persistent<ALIGNED>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    persistent<ALIGNED><<<blocks, THREADS, bytes>>>(C, w);
    CUDA_CHECK(cudaGetLastError());
}

void sgemm_09_blocks(float *C, const float *A, const float *B, int M, int N, int K, int blocks) {
    work w = {A, B, M, N, K, 0, 0, 0};
    // BEGIN SOLUTION 23.9 sgemm_09: tiles below and beside each other, and steps along k, all rounded up
    w.rows = ceil_div(M, BM);
    w.columns = ceil_div(N, BN);
    w.steps = ceil_div(K, BK);
    // END SOLUTION
    if (rows_aligned(C, A, B, N, K)) launch<true>(C, w, blocks);
    else launch<false>(C, w, blocks);
}

void sgemm_09(float *C, const float *A, const float *B, int M, int N, int K) {
    int multiprocessors = 0;
    CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0));
    int tiles = ceil_div(M, BM) * ceil_div(N, BN);
    sgemm_09_blocks(C, A, B, M, N, K, tiles < multiprocessors ? tiles : multiprocessors);
}
