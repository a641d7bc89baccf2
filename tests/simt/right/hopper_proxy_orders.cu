// Ordinary stores, a fence and a message, in the orders that are right; then TMA stores and loads there; and the same bytes again.
// (sm_90a)
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

constexpr int ROWS = 8, COLUMNS = 32, SIZE = ROWS * COLUMNS, TURNS = 4;

// Each turn: the threads write a tile, one of them stores it to `out` and loads one of `in` in its place, and all add it to theirs.
// way 0: each thread fences, then all meet. 1: they meet, then the thread that stores fences. 2: fence and arrival at an mbarrier
__global__ void turns(float *sums, const __grid_constant__ CUtensorMap out, const __grid_constant__ CUtensorMap in,
                      int way) {
    __shared__ __align__(128) float tile[SIZE];
    __shared__ uint64_t written, full;
    const int t = threadIdx.x;
    if (t == 0) {
        mbarrier_init(&written, SIZE);
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    float sum = 0;
    for (int n = 0; n < TURNS; n++) {
        tile[t] = float(t + n);
        if (way != 1) fence_proxy_async();
        if (way == 2) mbarrier_arrive(&written);
        else __syncthreads();
        if (t == 0) {
            if (way == 1) fence_proxy_async();
            if (way == 2) mbarrier_wait(&written, n & 1);
            tma_store_2d(&out, tile, 0, n * ROWS);
            tma_commit();
            tma_wait_read<0>();
            mbarrier_arrive_expect_tx(&full, sizeof tile);
            tma_load_2d(tile, &in, &full, 0, n * ROWS);
        }
        mbarrier_wait(&full, n & 1);
        sum += tile[t];
        tile[t] = 0;  // its own: nobody else touches it
        __syncthreads();
    }
    sums[t] = sum;
}

int main() {
    std::vector<float> in(TURNS * SIZE), out(TURNS * SIZE), sums(SIZE);
    for (size_t i = 0; i < in.size(); i++) in[i] = float(i % 101);
    int wrong = 0;
    for (int way = 0; way < 3; way++) {
        float *din = upload(in), *dout = upload(out), *dsums = upload(sums);
        const CUtensorMap map_in = tensor_map_rows(din, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, TURNS * ROWS, COLUMNS, ROWS,
                                                   COLUMNS, CU_TENSOR_MAP_SWIZZLE_NONE);
        const CUtensorMap map_out = tensor_map_rows(dout, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, TURNS * ROWS, COLUMNS,
                                                    ROWS, COLUMNS, CU_TENSOR_MAP_SWIZZLE_NONE);
        turns<<<1, SIZE>>>(dsums, map_out, map_in, way);
        check(cudaGetLastError());
        std::vector<float> result(TURNS * SIZE), total(SIZE);
        check(cudaMemcpy(result.data(), dout, result.size() * sizeof(float), cudaMemcpyDeviceToHost));
        check(cudaMemcpy(total.data(), dsums, total.size() * sizeof(float), cudaMemcpyDeviceToHost));
        check(cudaFree(din));
        check(cudaFree(dout));
        check(cudaFree(dsums));
        for (int i = 0; i < TURNS * SIZE; i++) wrong += result[i] != float(i % SIZE + i / SIZE);
        for (int i = 0; i < SIZE; i++) wrong += total[i] != in[i] + in[i + SIZE] + in[i + 2 * SIZE] + in[i + 3 * SIZE];
    }
    return wrong != 0;
}
