// A function for any group of threads: the block, a tile, a tile whose size is an argument.
#include <cooperative_groups.h>
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

namespace cg = cooperative_groups;

__device__ int total(cg::thread_group group, int *shared, int value) {
    for (unsigned step = group.size() / 2; step; step /= 2) {
        shared[group.thread_rank()] = value;
        group.sync();
        if (group.thread_rank() < step) value += shared[group.thread_rank() + step];
        cg::sync(group);
    }
    return value;
}

__global__ void totals(int *out, int threads) {
    extern __shared__ int shared[];
    cg::thread_block block = cg::this_thread_block();
    int all = total(block, shared, block.thread_rank());
    if (block.thread_rank() == 0) out[0] = all;
    block.sync();
    auto tile = cg::tiled_partition<16>(block);
    int first = block.thread_rank() - tile.thread_rank();
    int some = total(tile, shared + first, block.thread_rank());
    if (tile.thread_rank() == 0) out[1 + tile.meta_group_rank()] = some;
    block.sync();
    cg::thread_group group = cg::tiled_partition(block, threads);
    first = block.thread_rank() - group.thread_rank();
    some = total(group, shared + first, block.thread_rank());
    if (group.thread_rank() == 0) out[5 + first / threads] = some;
}

int main() {
    int *device, out[13], wrong = 0;
    check(cudaMalloc(&device, sizeof out));
    totals<<<1, 64, 64 * sizeof(int)>>>(device, 8);
    check(cudaMemcpy(out, device, sizeof out, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    wrong += out[0] != 64 * 63 / 2;
    for (int i = 0; i < 4; i++) wrong += out[1 + i] != 16 * 16 * i + 16 * 15 / 2;
    for (int i = 0; i < 8; i++) wrong += out[5 + i] != 8 * 8 * i + 8 * 7 / 2;
    return wrong;
}
