// Loads by 3 and 4 coordinates: tiles of 64 columns of a wide matrix as a third dimension, and heads of a batch. (sm_90a)
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

enum { ROWS = 24, COLUMNS = 256 };

__device__ void ready(uint64_t *full) {
    if (threadIdx.x == 0) {
        mbarrier_init(full, 1);
        fence_mbarrier_init();
    }
    __syncthreads();
}

// out (2, 16, 64): columns 64 x to 64 x + 127 of rows y and on, as two tiles of 64 columns
__global__ void tiles(short *out, const __grid_constant__ CUtensorMap map, int x, int y) {
    __shared__ __align__(1024) short tile[2 * 16 * 64];
    __shared__ uint64_t full;
    ready(&full);
    if (threadIdx.x == 0) {
        mbarrier_arrive_expect_tx(&full, sizeof tile);
        tma_load_3d(tile, &map, &full, 0, y, x);
    }
    mbarrier_wait(&full, 0);
    for (int i = threadIdx.x; i < 2 * 16 * 64; i += blockDim.x) {
        const int row = i / 64 % 16, piece = i % 64 / 8;
        out[i] = tile[i / 64 * 64 + (piece ^ row % 8) * 8 + i % 8];
    }
}

// out (8, 16): of batch b and head h, 8 positions from t on; in (3, 5, 10, 16): batch, position, head
__global__ void heads(float *out, const __grid_constant__ CUtensorMap map, int t, int h, int b) {
    __shared__ __align__(128) float tile[8 * 16];
    __shared__ uint64_t full;
    ready(&full);
    if (threadIdx.x == 0) {
        mbarrier_arrive_expect_tx(&full, sizeof tile);
        tma_load_4d(tile, &map, &full, 0, h, t, b);
    }
    mbarrier_wait(&full, 0);
    for (int i = threadIdx.x; i < 8 * 16; i += blockDim.x) out[i] = tile[i];
}

static int wide() {
    std::vector<short> in(ROWS * COLUMNS), out(2 * 16 * 64);
    for (size_t i = 0; i < in.size(); i++) in[i] = 1 + i;
    short *din = upload(in), *dout = upload(out);
    const uint64_t sizes[3] = {64, ROWS, COLUMNS / 64}, bytes[2] = {COLUMNS * 2, 128};
    const uint32_t box[3] = {64, 16, 2};
    const CUtensorMap map =
        tensor_map(din, CU_TENSOR_MAP_DATA_TYPE_UINT16, 2, 3, sizes, bytes, box, CU_TENSOR_MAP_SWIZZLE_128B);
    int wrong = 0;
    for (int x = 0; x < 4; x++) {
        tiles<<<1, 96>>>(dout, map, x, 16);
        check(cudaGetLastError());
        check(cudaMemcpy(out.data(), dout, out.size() * 2, cudaMemcpyDeviceToHost));
        for (int i = 0; i < 2 * 16 * 64; i++) {
            const int r = 16 + i / 64 % 16, c = 64 * (x + i / 1024) + i % 64;
            wrong += out[i] != (r < ROWS && c < COLUMNS ? in[r * COLUMNS + c] : 0);
        }
    }
    check(cudaFree(din));
    check(cudaFree(dout));
    return wrong;
}

static int batch() {
    const int B = 3, T = 10, H = 5, W = 16;
    std::vector<float> in(B * T * H * W), out(8 * W);
    for (size_t i = 0; i < in.size(); i++) in[i] = 1 + i;
    float *din = upload(in), *dout = upload(out);
    const uint64_t sizes[4] = {(uint64_t)W, (uint64_t)H, (uint64_t)T, (uint64_t)B};
    const uint64_t bytes[3] = {W * 4ull, H * W * 4ull, T * H * W * 4ull};
    const uint32_t box[4] = {16, 1, 8, 1};
    const CUtensorMap map =
        tensor_map(din, CU_TENSOR_MAP_DATA_TYPE_FLOAT32, 4, 4, sizes, bytes, box, CU_TENSOR_MAP_SWIZZLE_NONE);
    int wrong = 0;
    for (int b = 0; b < B; b++) {
        heads<<<1, 32>>>(dout, map, 8, 3, b);
        check(cudaGetLastError());
        check(cudaMemcpy(out.data(), dout, out.size() * 4, cudaMemcpyDeviceToHost));
        for (int i = 0; i < 8 * W; i++) {
            const int t = 8 + i / W;
            wrong += out[i] != (t < T ? in[((b * T + t) * H + 3) * W + i % W] : 0);
        }
    }
    check(cudaFree(din));
    check(cudaFree(dout));
    return wrong;
}

int main() {
    return wide() + batch() != 0;
}
