// EXPECT race never-written
// ALSO race never-written
// The coordinates are x, then y: swapped, rows of the matrix are never written. (sm_90a)
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

__global__ void fill(const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(1024) float tile[16][32];
    const int x = 32 * blockIdx.x, y = 16 * blockIdx.y;
    for (int i = threadIdx.x; i < 16 * 32; i += 64) tile[i / 32][i % 32] = i;
    fence_proxy_async();
    __syncthreads();
    if (threadIdx.x == 0) {
        tma_store_2d(&map, tile, y, x);  // BUG
        tma_commit();
        tma_wait_read<0>();
    }
}

int main() {
    std::vector<float> host(64 * 32);
    float *out;
    check(cudaMalloc(&out, 64 * 32 * sizeof(float)));
    const CUtensorMap map =
        tensor_map_rows(out, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 64, 32, 16, 32, CU_TENSOR_MAP_SWIZZLE_NONE);
    fill<<<dim3(1, 4), 64>>>(map);
    check(cudaGetLastError());
    check(cudaMemcpy(host.data(), out, 64 * 32 * sizeof(float), cudaMemcpyDeviceToHost));  // BUG
    check(cudaFree(out));
    return 0;
}
