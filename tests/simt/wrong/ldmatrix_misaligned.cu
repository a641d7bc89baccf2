// EXPECT misaligned
// Rows padded by one half: their starts are no multiples of 16 bytes. (sm_80)
#include <cuda_fp16.h>

#include "ptx.h"
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

__global__ void load(unsigned *out, const half *in) {
    __shared__ __align__(16) half tile[16][17];
    int lane = threadIdx.x;
    for (int i = lane; i < 256; i += 32) tile[i / 16][i % 16] = in[i];
    __syncwarp();
    uint32_t r[4];
    ldmatrix_x4(r, &tile[lane % 16][lane / 16 * 8]);  // BUG
    for (int i = 0; i < 4; i++) out[4 * lane + i] = r[i];
}

int main() {
    half *in = upload(std::vector<half>(256));
    unsigned *out = upload(std::vector<unsigned>(128));
    load<<<1, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
