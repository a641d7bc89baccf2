// Tiles of 8 lanes that do different amounts of work, and meet only among themselves.
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

__global__ void rows(int *out, const int *in, const int *lengths, int stride) {
    __shared__ int scratch[64];
    auto tile = cg::tiled_partition<8>(cg::this_thread_block());
    int row = threadIdx.x / 8, sum = 0;
    for (int start = 0; start < lengths[row]; start += 8) {
        int i = start + tile.thread_rank();
        int value = i < lengths[row] ? in[row * stride + i] : 0;
        scratch[threadIdx.x] = value;
        tile.sync();
        int next = scratch[threadIdx.x ^ 1];
        tile.sync();
        value = (value + next) * (tile.thread_rank() % 2 == 0);
        for (int mask = 4; mask > 0; mask /= 2) value += tile.shfl_xor(value, mask);
        sum += value;
    }
    if (tile.any(sum > 0) && tile.thread_rank() == 0) out[row] = sum;
}

int main() {
    const int stride = 40;
    std::vector<int> in(8 * stride), out(8), lengths = {1, 40, 8, 9, 17, 0, 33, 5};
    for (size_t i = 0; i < in.size(); i++) in[i] = i % 13;
    int *din = upload(in), *dout = upload(out), *dlengths = upload(lengths);
    rows<<<1, 64>>>(dout, din, dlengths, stride);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 8 * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dout, dlengths}) check(cudaFree(p));
    for (int row = 0; row < 8; row++) {
        int sum = 0;
        for (int i = 0; i < lengths[row]; i++) sum += in[row * stride + i];
        if (out[row] != sum) return 1;
    }
    return 0;
}
