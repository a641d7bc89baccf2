// Transposing: whoever reads along rows must write down columns, unless a tile in shared memory lies in between. There,
// turning costs nothing but bank conflicts, and one unused word per row ends those.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

enum { TILE = 32, TILE_ROWS = 8 };  // a block of TILE x TILE_ROWS threads moves a tile of TILE x TILE elements

__global__ void transpose_naive_kernel(float *out, const float *in, int rows, int columns) {
    int j = blockIdx.x * TILE + threadIdx.x;
    for (int k = threadIdx.y; k < TILE; k += TILE_ROWS) {
        int i = blockIdx.y * TILE + k;
        if (i < rows && j < columns) out[j * rows + i] = in[i * columns + j];
    }
}

void transpose_naive(float *out, const float *in, int rows, int columns) {
    dim3 grid((columns + TILE - 1) / TILE, (rows + TILE - 1) / TILE), block(TILE, TILE_ROWS);
    transpose_naive_kernel<<<grid, block>>>(out, in, rows, columns);
    CUDA_CHECK(cudaGetLastError());
}

// PITCH: words from one row of the tile to the next, at least TILE.
template <int PITCH>
__global__ void transpose_kernel(float *out, const float *in, int rows, int columns) {
    __shared__ float tile[TILE][PITCH];
    // TODO 22.14 transpose_tiled: TILE_ROWS rows at a time, into tile with neighbouring threads along rows
    //   of in; wait; out of it with neighbouring threads along rows of out
    todo("22.14 transpose_tiled");
}

void transpose_tiled(float *out, const float *in, int rows, int columns) {
    dim3 grid((columns + TILE - 1) / TILE, (rows + TILE - 1) / TILE), block(TILE, TILE_ROWS);
    transpose_kernel<TILE><<<grid, block>>>(out, in, rows, columns);
    CUDA_CHECK(cudaGetLastError());
}

void transpose_padded(float *out, const float *in, int rows, int columns) {
    // TODO 22.15 transpose_padded: the same launch, with a PITCH at which a column's words lie in 32 banks
    todo("22.15 transpose_padded");
    CUDA_CHECK(cudaGetLastError());
}
