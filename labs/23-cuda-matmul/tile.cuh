// What the rungs share and no exercise asks for: reading and writing pieces of a matrix that may stick out of it.
//
// A float4 is 16 bytes, and a GPU loads it only from an address that is a multiple of 16. Row i of a matrix begins
// i*columns floats after the first: all rows begin at multiples of 16 bytes if the matrix does and `columns` is a
// multiple of 4. Then no group of four columns that begins at a multiple of 4 sticks out: it is all inside or all
// outside. ALIGNED says that it is so.
#pragma once
#include <cuda_runtime.h>
#include <stddef.h>
#include <stdint.h>

__host__ __device__ static inline int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

// Element (row,column) of a matrix (rows,columns), 0 outside of it.
__device__ static inline float load1(const float *matrix, int rows, int columns, int row, int column) {
    return row < rows && column < columns ? matrix[(size_t)row * columns + column] : 0;
}

// Elements (row,column) to (row,column+3), 0 outside; column is a multiple of 4.
template <bool ALIGNED>
__device__ static inline float4 load4(const float *matrix, int rows, int columns, int row, int column) {
    if (ALIGNED) {
        if (row >= rows || column >= columns) return make_float4(0, 0, 0, 0);
        return *reinterpret_cast<const float4 *>(matrix + (size_t)row * columns + column);
    }
    return make_float4(load1(matrix, rows, columns, row, column), load1(matrix, rows, columns, row, column + 1),
                       load1(matrix, rows, columns, row, column + 2), load1(matrix, rows, columns, row, column + 3));
}

// Writes v to elements (row,column) to (row,column+3), as far as they exist; column is a multiple of 4.
template <bool ALIGNED>
__device__ static inline void store4(float *matrix, int rows, int columns, int row, int column, float4 v) {
    if (row >= rows || column >= columns) return;
    float *to = matrix + (size_t)row * columns + column;
    if (ALIGNED) {
        *reinterpret_cast<float4 *>(to) = v;
        return;
    }
    to[0] = v.x;
    if (column + 1 < columns) to[1] = v.y;
    if (column + 2 < columns) to[2] = v.z;
    if (column + 3 < columns) to[3] = v.w;
}

// Four floats at a multiple of 16 bytes, in shared memory or registers.
__device__ static inline float4 &as_float4(float &first) {
    return reinterpret_cast<float4 &>(first);
}
__device__ static inline const float4 &as_float4(const float &first) {
    return reinterpret_cast<const float4 &>(first);
}
