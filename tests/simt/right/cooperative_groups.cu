// A block and its tiles of 32 as cooperative groups.
#include <cooperative_groups.h>
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

namespace cg = cooperative_groups;

__global__ void sum(int *out, const int *in, int n) {
    __shared__ int partial[32];
    cg::thread_block block = cg::this_thread_block();
    cg::thread_block_tile<32> tile = cg::tiled_partition<32>(block);
    int value = 0;
    for (int i = block.thread_rank(); i < n; i += block.size()) value += in[i];
    for (int offset = tile.size() / 2; offset > 0; offset /= 2) value += tile.shfl_down(value, offset);
    if (tile.thread_rank() == 0) partial[tile.meta_group_rank()] = value;
    block.sync();
    if (tile.meta_group_rank() == 0) {
        value = tile.thread_rank() < tile.meta_group_size() ? partial[tile.thread_rank()] : 0;
        for (int offset = 16; offset > 0; offset /= 2) value += tile.shfl_xor(value, offset);
        if (tile.thread_rank() == 0) *out = value;
    }
}

int main() {
    const int n = 1234;
    std::vector<int> in(n), out(1);
    for (int i = 0; i < n; i++) in[i] = i;
    int *din = upload(in), *dout = upload(out);
    sum<<<1, 192>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    return out[0] != n * (n - 1) / 2;
}
