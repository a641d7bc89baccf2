// Prefix sums. One after the other they are a loop of n additions; in parallel, two ways: many more additions in few
// rounds, or about twice as many additions in twice as many rounds. Tiles are joined by a scan of their totals.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"
#include "common/todo.cuh"

__global__ void scan_doubling_kernel(float *out, float *totals, const float *in, int n) {
    __shared__ float s[2][THREADS];
    int t = threadIdx.x, i = blockIdx.x * THREADS + t, now = 0;
    s[now][t] = i < n ? in[i] : 0;
    // TODO 22.9 scan_doubling: for step = 1, 2, 4, ...: s[t] + s[t - step], where there is one, goes from one
    //   buffer to the other
    todo("22.9 scan_doubling");
    if (i < n) out[i] = s[now][t];
    if (t == THREADS - 1) totals[blockIdx.x] = s[now][t];
}

void scan_doubling(float *out, float *totals, const float *in, int n) {
    scan_doubling_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(out, totals, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void scan_tree_kernel(float *out, float *totals, const float *in, int n) {
    __shared__ float s[SCAN_TILE];
    int t = threadIdx.x, first = blockIdx.x * SCAN_TILE;
    for (int k = t; k < SCAN_TILE; k += THREADS) s[k] = first + k < n ? in[first + k] : 0;
    // TODO 22.10 scan_tree: up: for step = 1, 2, 4, ... the last word of each pair of runs of `step` words
    //   gets the sum of both; down: for step = SCAN_TILE/4, ..., 2, 1 each finished word is added to the one `step` on
    todo("22.10 scan_tree");
    for (int k = t; k < SCAN_TILE; k += THREADS)
        if (first + k < n) out[first + k] = s[k];
    if (t == 0) totals[blockIdx.x] = s[SCAN_TILE - 1];
}

void scan_tree(float *out, float *totals, const float *in, int n) {
    scan_tree_kernel<<<(n + SCAN_TILE - 1) / SCAN_TILE, THREADS>>>(out, totals, in, n);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void scan_add_kernel(float *out, const float *totals, int n) {
    // TODO 22.11 scan: totals holds running sums; to each element of a tile, add what came before the tile
    todo("22.11 scan");
}

void scan(float *out, float *totals, const float *in, int n) {
    // TODO 22.11 scan: the tiles of in; totals in place (its own total goes behind it); the third kernel
    todo("22.11 scan");
    CUDA_CHECK(cudaGetLastError());
}
