// Four floats of a matrix on their way to shared memory: what rungs 8 and 9 share and no exercise asks for.
#pragma once
#include "23-cuda-matmul/tile.cuh"
#include "ptx.h"

// Elements (row,column) to (row,column+3) of a matrix (rows,columns) to `to`, zeros for what lies outside; column is a
// multiple of 4, `to` one of 16 bytes. Aligned rows are copied by cp.async: the floats are there after the thread that
// asked has waited for its group (cp_async_wait), and for other threads after a barrier that follows. Other rows are
// read and written at once, which is right, too, and slower.
template <bool ALIGNED>
__device__ static inline void copy4_async(float *to, const float *matrix, int rows, int columns, int row, int column) {
    if (ALIGNED && row < rows && column < columns) cp_async_16(to, matrix + (size_t)row * columns + column);
    else as_float4(*to) = load4<ALIGNED>(matrix, rows, columns, row, column);
}
