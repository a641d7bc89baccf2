// EXPECT tma
// ALSO async
// Each thread stores the whole tile, and one of them is enough. (sm_90a)
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

__global__ void fill(const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(1024) float tile[16][32];
    for (int i = threadIdx.x; i < 16 * 32; i += 64) tile[i / 32][i % 32] = i;
    fence_proxy_async();
    __syncthreads();
    if (threadIdx.x < 32) {
        tma_store_2d(&map, tile, 0, 16);  // BUG
        tma_commit();
        tma_wait_read<0>();
    }
}

int main() {
    float *out = upload(std::vector<float>(64 * 32));
    const CUtensorMap map =
        tensor_map_rows(out, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 64, 32, 16, 32, CU_TENSOR_MAP_SWIZZLE_NONE);
    fill<<<1, 64>>>(map);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
