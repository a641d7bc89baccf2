// 2-D loads with every swizzle, all around the edge of a matrix: each number is where it belongs, and zeros are outside. (sm_90a)
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

enum { ROWS = 40, COLUMNS = 52, BOX_ROWS = 16 };

// Where byte b of row r of a box lies whose rows have `span` bytes, and are swizzled if `swizzled`.
__device__ int place(int r, int b, int span, bool swizzled) {
    int piece = b / 16, turn = span == 128 ? r % 8 : span == 64 ? r / 2 % 4 : r / 4 % 2;
    return r * span + (swizzled ? piece ^ turn : piece) * 16 + b % 16;
}

// out (BOX_ROWS, width): the box at (x, y). Two boxes follow each other in shared memory; the second is the one that counts.
template <int SPAN, bool SWIZZLED>
__global__ void box(float *out, const __grid_constant__ CUtensorMap map, int x, int y) {
    __shared__ __align__(1024) char tile[2][BOX_ROWS * SPAN];
    __shared__ uint64_t full;
    if (threadIdx.x == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        tma_prefetch(&map);
        mbarrier_arrive_expect_tx(&full, 2 * BOX_ROWS * SPAN);
        tma_load_2d(tile[0], &map, &full, 0, 0);
        tma_load_2d(tile[1], &map, &full, x, y, TMA_EVICT_FIRST);
    }
    mbarrier_wait(&full, 0);
    for (int i = threadIdx.x; i < BOX_ROWS * SPAN / 4; i += blockDim.x)
        out[i] = *reinterpret_cast<float *>(&tile[1][place(i / (SPAN / 4), i % (SPAN / 4) * 4, SPAN, SWIZZLED)]);
}

template <int SPAN, bool SWIZZLED>
static int wrong_numbers(const float *in, CUtensorMapSwizzle swizzle) {
    const int width = SPAN / 4, places[5] = {-4, 0, 20, 48, 60};
    std::vector<float> out(BOX_ROWS * width);
    float *dout = upload(out);
    const CUtensorMap map =
        tensor_map_rows(in, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, ROWS, COLUMNS, BOX_ROWS, width, swizzle);
    int wrong = 0;
    for (int x : places)
        for (int y : places) {
            box<SPAN, SWIZZLED><<<1, 64>>>(dout, map, x, y);
            check(cudaGetLastError());
            check(cudaMemcpy(out.data(), dout, out.size() * 4, cudaMemcpyDeviceToHost));
            for (int i = 0; i < BOX_ROWS * width; i++) {
                const int r = y + i / width, c = x + i % width;
                const bool inside = r >= 0 && r < ROWS && c >= 0 && c < COLUMNS;
                wrong += out[i] != (inside ? 1 + r * COLUMNS + c : 0);
            }
        }
    check(cudaFree(dout));
    return wrong;
}

int main() {
    std::vector<float> in(ROWS * COLUMNS);
    for (size_t i = 0; i < in.size(); i++) in[i] = 1 + i;
    float *din = upload(in);
    int wrong = wrong_numbers<128, true>(din, CU_TENSOR_MAP_SWIZZLE_128B) +
                wrong_numbers<64, true>(din, CU_TENSOR_MAP_SWIZZLE_64B) +
                wrong_numbers<32, true>(din, CU_TENSOR_MAP_SWIZZLE_32B) +
                wrong_numbers<64, false>(din, CU_TENSOR_MAP_SWIZZLE_NONE);
    check(cudaFree(din));
    return wrong != 0;
}
