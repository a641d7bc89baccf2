// Stores with every swizzle: what lies outside of the matrix is not written, and two buffers take turns. (sm_90a)
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

// Each block writes BOX_ROWS rows, box by box: number 1 + row * COLUMNS + column.
template <int SPAN, bool SWIZZLED>
__global__ void fill(const __grid_constant__ CUtensorMap map) {
    __shared__ __align__(1024) char tile[2][BOX_ROWS * SPAN];
    const int y = blockIdx.x * BOX_ROWS, width = SPAN / 4;
    for (int x = 0, k = 0; x < COLUMNS; x += width, k++) {
        if (threadIdx.x == 0) tma_wait_read<1>();
        __syncthreads();
        for (int i = threadIdx.x; i < BOX_ROWS * width; i += blockDim.x) {
            const int r = i / width, b = i % width * 4;
            if (y + r >= ROWS || x + i % width >= COLUMNS) continue;
            const int turn = SPAN == 128 ? r % 8 : SPAN == 64 ? r / 2 % 4 : r / 4 % 2, piece = b / 16;
            *reinterpret_cast<float *>(&tile[k % 2][r * SPAN + (SWIZZLED ? piece ^ turn : piece) * 16 + b % 16]) =
                1 + (y + r) * COLUMNS + x + i % width;
        }
        fence_proxy_async();
        __syncthreads();
        if (threadIdx.x == 0) {
            tma_store_2d(&map, tile[k % 2], x, y);
            tma_commit();
        }
    }
    if (threadIdx.x == 0) tma_wait_read<0>();
}

template <int SPAN, bool SWIZZLED>
static int wrong_numbers(CUtensorMapSwizzle swizzle) {
    std::vector<float> out((ROWS + 1) * COLUMNS);
    float *dout = upload(out);
    const CUtensorMap map =
        tensor_map_rows(dout, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, ROWS, COLUMNS, BOX_ROWS, SPAN / 4, swizzle);
    fill<SPAN, SWIZZLED><<<(ROWS + BOX_ROWS - 1) / BOX_ROWS, 64>>>(map);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, out.size() * 4, cudaMemcpyDeviceToHost));
    check(cudaFree(dout));
    int wrong = 0;
    for (int i = 0; i < (ROWS + 1) * COLUMNS; i++) wrong += out[i] != (i < ROWS * COLUMNS ? 1 + i : 0);
    return wrong;
}

int main() {
    int wrong =
        wrong_numbers<128, true>(CU_TENSOR_MAP_SWIZZLE_128B) + wrong_numbers<64, true>(CU_TENSOR_MAP_SWIZZLE_64B) +
        wrong_numbers<32, true>(CU_TENSOR_MAP_SWIZZLE_32B) + wrong_numbers<64, false>(CU_TENSOR_MAP_SWIZZLE_NONE);
    return wrong != 0;
}
