// EXPECT race
// ALSO uninitialised
// Fenced, but the thread that stores does not wait for the others. (sm_90a)
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

// out (8, 32) gets i at element i
__global__ void numbers(const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(128) float tile[8 * 32];
    tile[threadIdx.x] = float(threadIdx.x);  // BUG-OTHER
    fence_proxy_async();
    if (threadIdx.x == 255) {
        tma_store_2d(&map, tile, 0, 0);  // BUG
        tma_commit();
        tma_wait_read<0>();
    }
}

int main() {
    std::vector<float> out(256);
    float *dout = upload(out);
    const CUtensorMap map =
        tensor_map_rows(dout, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 8, 32, 8, 32, CU_TENSOR_MAP_SWIZZLE_NONE);
    numbers<<<1, 256>>>(map);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(dout));
    return 0;
}
