// A header with a kernel, and one that includes another by turns.
#pragma once
#include "size.h"

namespace tile {
__global__ void reverse(int *out) {
    __shared__ int tile[TILE_SIZE];
    tile[threadIdx.x] = out[threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = tile[TILE_SIZE - 1 - threadIdx.x];
}
}  // namespace tile
