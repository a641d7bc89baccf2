// Two blocks of a cluster share what they load: each brings one half to both. (sm_90a)
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

// out: what each block sums up, of both halves
__global__ void __cluster_dims__(2, 1, 1) sums(float *out, const __grid_constant__ CUtensorMap map, int chunks) {
    __shared__ __align__(1024) float tile[2][16][32];
    __shared__ uint64_t full, empty;
    const uint32_t rank = cluster_rank();
    float sum = 0;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        mbarrier_init(&empty, 2);
        fence_mbarrier_init();
    }
    cluster_sync();
    for (int k = 0; k < chunks; k++) {
        if (threadIdx.x == 0) {
            mbarrier_wait(&empty, (k + 1) % 2);  // both blocks are through with the chunk before
            mbarrier_arrive_expect_tx(&full, sizeof tile);
            tma_multicast_2d(tile[rank], &map, &full, 0, 32 * k + 16 * rank, 3);
        }
        mbarrier_wait(&full, k % 2);
        for (int half = 0; half < 2; half++) sum += tile[half][threadIdx.x / 32][threadIdx.x % 32];
        __syncthreads();
        if (threadIdx.x < 2) mbarrier_arrive_cluster(&empty, threadIdx.x);
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
    cluster_sync();
}

int main() {
    const int chunks = 3;
    std::vector<float> in(32 * 32 * chunks), out(2 * 512);
    for (size_t i = 0; i < in.size(); i++) in[i] = i;
    float *din = upload(in), *dout = upload(out);
    const CUtensorMap map =
        tensor_map_rows(din, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 32 * chunks, 32, 16, 32, CU_TENSOR_MAP_SWIZZLE_NONE);
    sums<<<2, 512>>>(dout, map, chunks);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    int wrong = 0;
    for (int i = 0; i < 1024; i++) {
        float want = 0;
        for (int h = 0; h < 2 * chunks; h++) want += in[512 * h + i % 512];
        wrong += out[i] != want;
    }
    return wrong != 0;
}
