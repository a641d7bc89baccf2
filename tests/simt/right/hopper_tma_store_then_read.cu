// A thread waits for its whole store; then others read the global memory that it wrote, in the same kernel. (sm_90a)
#include <cuda_runtime.h>
#include "ptx.h"

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

__global__ void twice(float *out, const __grid_constant__ CUtensorMap map, const float *there) {
    __shared__ __align__(128) float tile[2][8][32];
    for (int z = 0; z < 2; z++)
        for (int r = 0; r < 8; r++) tile[z][r][threadIdx.x] = 100 * z + 32 * r + threadIdx.x;
    fence_proxy_async();
    __syncwarp();
    if (threadIdx.x == 0) {
        tma_store_3d(&map, tile, 0, 0, 0);
        tma_commit();
        tma_wait<0>();
    }
    __syncwarp();
    for (int z = 0; z < 2; z++)
        for (int r = 0; r < 8; r++) out[(8 * z + r) * 32 + threadIdx.x] = there[(8 * z + r) * 32 + 31 - threadIdx.x];
}

int main() {
    std::vector<float> out(512);
    float *middle = nullptr, *dout = upload(out);
    check(cudaMalloc(&middle, 512 * sizeof(float)));
    const uint64_t sizes[3] = {32, 8, 2}, bytes[2] = {128, 1024};
    const uint32_t box[3] = {32, 8, 2};
    const CUtensorMap map =
        tensor_map(middle, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 3, sizes, bytes, box, CU_TENSOR_MAP_SWIZZLE_NONE);
    twice<<<1, 32>>>(dout, map, middle);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 512 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(middle));
    check(cudaFree(dout));
    int wrong = 0;
    for (int i = 0; i < 512; i++) wrong += out[i] != 100 * (i / 256) + i % 256 / 32 * 32 + 31 - i % 32;
    return wrong != 0;
}
