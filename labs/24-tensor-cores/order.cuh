// What the persistent rungs share and no exercise asks for: how many blocks stay, and in which order they take tiles.
#pragma once
#include <cuda_runtime.h>

#include "24-tensor-cores/gemm.h"
#include "common/cuda_check.cuh"

// The place of tile number 0 <= tile < rows*columns, in groups of `group` rows of tiles, column by column inside a group: what the
// multiprocessors work on at the same time is nearly square, and shares most of what it reads (tile_order in chapter 23).
//     rows 3, columns 3, group 2:    0 2 4
//                                    1 3 5
//                                    6 7 8
__host__ __device__ static inline place in_groups(int tile, int rows, int columns, int group) {
    int first_row = tile / (group * columns) * group, inside = tile % (group * columns);
    int height = rows - first_row < group ? rows - first_row : group;
    return {first_row + inside % height, inside / height};
}

static inline int multiprocessors() {
    int count = 0;
    CUDA_CHECK(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0));
    return count;
}
