// EXPECT tma
// A box must begin at a multiple of 128 bytes, and this one begins 64 bytes further. (sm_90a)
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

__global__ void corner(float *out, const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(1024) float tile[17][32];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        mbarrier_arrive_expect_tx(&full, 16 * 8 * 4);
        tma_load_2d(&tile[0][16], &map, &full, 32, 16);  // BUG
    }
    mbarrier_wait(&full, 0);
    out[threadIdx.x] = tile[3][threadIdx.x];
}

int main() {
    float *in = upload(std::vector<float>(64 * 64)), *out = upload(std::vector<float>(32));
    const CUtensorMap map =
        tensor_map_rows(in, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 64, 64, 16, 8, CU_TENSOR_MAP_SWIZZLE_32B);
    corner<<<1, 32>>>(out, map);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
