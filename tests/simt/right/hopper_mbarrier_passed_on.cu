// One thread waits for a tile and tells others, by another mbarrier, by a named barrier, inside its warp; and the news that it was
// read goes back the same ways. (sm_90a)
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

constexpr int ROWS = 8, COLUMNS = 32, TILES = 5, THREADS = 128;

// x (TILES * ROWS, COLUMNS), out (COLUMNS): one stage. Thread 0 fetches, thread 32 waits for the tile and tells warps 2 and 3.
__global__ void sums(float *out, const __grid_constant__ CUtensorMap map, int way) {
    __shared__ __align__(128) float tile[ROWS * COLUMNS];
    __shared__ uint64_t full, told, read;
    const int t = threadIdx.x, lane = t % 32;
    if (t == 0) {
        mbarrier_init(&full, 1);
        mbarrier_init(&told, 1);
        mbarrier_init(&read, 2);
        fence_mbarrier_init();
    }
    __syncthreads();
    float sum = 0;
    for (int n = 0; n < TILES; n++) {
        if (t == 0) {
            if (n) mbarrier_wait(&read, (n - 1) & 1);
            mbarrier_arrive_expect_tx(&full, sizeof tile);
            tma_load_2d(tile, &map, &full, 0, n * ROWS);
        } else if (t / 32 == 1) {
            if (lane == 0) mbarrier_wait(&full, n & 1);
            __syncwarp();
            if (way) bar_arrive(1, 96);
            else if (lane == 7) mbarrier_arrive(&told);
        } else if (t / 32 >= 2) {
            if (way) bar_sync(1, 96);
            else mbarrier_wait(&told, n & 1);
            for (int row = t / 32 % 2; row < ROWS; row += 2) sum += tile[row * COLUMNS + lane];
            __syncwarp();
            if (lane == 31) mbarrier_arrive(&read);
        }
    }
    if (t / 32 >= 2) atomicAdd(&out[lane], sum);
}

int main() {
    std::vector<float> x(TILES * ROWS * COLUMNS), out(COLUMNS);
    for (size_t i = 0; i < x.size(); i++) x[i] = float(i % 37);
    int wrong = 0;
    for (int way = 0; way < 2; way++) {
        float *dx = upload(x), *dout = upload(out);
        const CUtensorMap map = tensor_map_rows(dx, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, TILES * ROWS, COLUMNS, ROWS,
                                                COLUMNS, CU_TENSOR_MAP_SWIZZLE_NONE);
        sums<<<1, THREADS>>>(dout, map, way);
        check(cudaGetLastError());
        std::vector<float> result(COLUMNS);
        check(cudaMemcpy(result.data(), dout, result.size() * sizeof(float), cudaMemcpyDeviceToHost));
        check(cudaFree(dx));
        check(cudaFree(dout));
        for (int c = 0; c < COLUMNS; c++) {
            float sum = 0;
            for (int r = 0; r < TILES * ROWS; r++) sum += x[r * COLUMNS + c];
            wrong += result[c] != sum;
        }
    }
    return wrong != 0;
}
