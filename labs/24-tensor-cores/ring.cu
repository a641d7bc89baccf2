// A kernel whose only purpose is its ring: out = 2 in, piece by piece.
//
// One warp, the producer, copies pieces of `in` by TMA into the stages of a ring; four warps, the consumers, double what has
// arrived and write it to `out`. Nothing here is worth the effort, so nothing distracts from the barriers (ring.cuh):
//
//     producer, one thread, step n            consumers, 128 threads, step n
//        wait until the stage is empty           wait until the stage is full
//        tell `full` how many bytes will come    read, double, write
//        begin the copy                          say that it is empty
//
// The consumers read shared memory each for itself, so each has to say that it has read: 128 arrivals empty a stage. (Where a
// warpgroup only multiplies by wgmma, one arrival is enough: rung 17.) The last piece may stick out of the array: TMA fills it up
// with zeros, and these bytes count, too.
#include "24-tensor-cores/gemm.h"

#include <cuda_runtime.h>

#include "24-tensor-cores/tile.cuh"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"
#include "ptx.h"
#include "ring.cuh"

enum { MOST_STAGES = 8, MOST_PIECE = 256, CONSUMERS = 128, THREADS = CONSUMERS + 32 };

struct ring {
    alignas(128) float pieces[MOST_STAGES][MOST_PIECE];  // TMA writes to multiples of 128 bytes
    uint64_t full[MOST_STAGES], empty[MOST_STAGES];
};

// One thread: fills a stage for each of `pieces` pieces. A box of the map is a piece; x is the first float's number, y is 0.
__device__ static inline void produce(ring &r, const CUtensorMap &map, int pieces, int piece, int stages) {
    // TODO 24.5 ring_double: for each piece: wait until its stage is empty, tell `full` the bytes, begin the copy
    todo("24.5 ring_double");
}

// 128 threads: double what has arrived.
__device__ static inline void consume(ring &r, float *out, int n_floats, int pieces, int piece, int stages) {
    // TODO 24.5 ring_double: for each piece: wait until its stage is full, double what exists of it, say that it is empty
    todo("24.5 ring_double");
}

__global__ void __launch_bounds__(THREADS)
    double_pieces(const __grid_constant__ CUtensorMap map, float *out, int n, int piece, int stages) {
    __shared__ ring r;
    int pieces = ceil_div(n, piece);
    // TODO 24.5 ring_double: one thread prepares both barriers of each stage, with their arrivals; fence; all meet
    todo("24.5 ring_double");
    if (threadIdx.x < CONSUMERS) consume(r, out, n, pieces, piece, stages);
    else if (threadIdx.x == CONSUMERS) produce(r, map, pieces, piece, stages);
}

void ring_double(float *out, const float *in, int n, int piece, int stages) {
    // an array is a matrix of one row; its pitch, which nothing uses, has to be a multiple of 16 all the same
    const uint64_t sizes[2] = {(uint64_t)n, 1}, row_bytes[1] = {(uint64_t)ceil_div(n, 4) * 16};
    const uint32_t box[2] = {(uint32_t)piece, 1};
    CUtensorMap map = tensor_map(in, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, sizeof *in, 2, sizes, row_bytes, box,
                                 CU_TENSOR_MAP_SWIZZLE_NONE);
    double_pieces<<<1, THREADS>>>(map, out, n, piece, stages);
    CUDA_CHECK(cudaGetLastError());
}
