// EXPECT cluster
// ALSO async
// One block does not wait for what the other brings to it, and has ended when it comes. (sm_90a)
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

__global__ void __cluster_dims__(2, 1, 1) both(float *out, const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(1024) float tile[16][32];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    cluster_sync();
    if (cluster_rank() == 0) return;
    __syncthreads();
    if (threadIdx.x == 0) {
        mbarrier_arrive_expect_tx(&full, sizeof tile);
        tma_multicast_2d(tile, &map, &full, 32, 16, 3);  // BUG
    }
    mbarrier_wait(&full, 0);
    out[threadIdx.x] = tile[3][threadIdx.x];
}

int main() {
    float *in = upload(std::vector<float>(64 * 64)), *out = upload(std::vector<float>(64));
    const CUtensorMap map =
        tensor_map_rows(in, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 64, 64, 16, 32, CU_TENSOR_MAP_SWIZZLE_128B);
    both<<<2, 32>>>(out, map);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
