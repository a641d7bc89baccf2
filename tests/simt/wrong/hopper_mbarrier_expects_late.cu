// EXPECT mbarrier
// The bytes of a second box are expected when the first is on its way: where that comes quickly, the phase is over too
// early. (sm_90a)
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

constexpr int ROWS = 8, COLUMNS = 32, STAGES = 2, TILES = 6;

// x (TILES * ROWS, COLUMNS), out (32): thread 0 asks for tiles, warp 1 adds them up, each lane its column
__global__ void sums(float *out, const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(128) float tile[STAGES][ROWS * COLUMNS];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    const int lane = threadIdx.x % 32;
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) {
            mbarrier_init(&full[s], 1);
            mbarrier_init(&empty[s], 32);
        }
        fence_mbarrier_init();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        for (int t = 0; t < TILES; t++) {
            const int s = t % STAGES, round = t / STAGES;
            mbarrier_wait(&empty[s], (round & 1) ^ 1);
            mbarrier_arrive_expect_tx(&full[s], sizeof tile[s] / 2);
            tma_load_2d(tile[s], &map, &full[s], 0, t * ROWS);
            mbarrier_expect_tx(&full[s], sizeof tile[s] / 2);  // BUG
            tma_load_2d(tile[s] + ROWS / 2 * COLUMNS, &map, &full[s], 0, t * ROWS + ROWS / 2);
        }
    } else if (threadIdx.x >= 32) {
        float sum = 0;
        for (int t = 0; t < TILES; t++) {
            const int s = t % STAGES, round = t / STAGES;
            mbarrier_wait(&full[s], round & 1);
            for (int row = 0; row < ROWS; row++) sum += tile[s][row * COLUMNS + lane];
            mbarrier_arrive(&empty[s]);
        }
        out[lane] = sum;
    }
}

int main() {
    std::vector<float> x(TILES * ROWS * COLUMNS), out(32);
    for (size_t i = 0; i < x.size(); i++) x[i] = float(i % 37);
    float *dx = upload(x), *dout = upload(out);
    const CUtensorMap map = tensor_map_rows(dx, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, TILES * ROWS, COLUMNS, ROWS / 2,
                                            COLUMNS, CU_TENSOR_MAP_SWIZZLE_NONE);
    sums<<<1, 64>>>(dout, map);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(dx));
    check(cudaFree(dout));
    return 0;
}
