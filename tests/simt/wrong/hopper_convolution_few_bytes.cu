// EXPECT async
// A convolution: the last of the nine boxes was forgotten where the bytes are expected. (sm_90a)
#include <cuda_fp16.h>

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

// Swizzled: leading offset, and that of 8 rows; code 1: 128 bytes, 3: 32
__device__ uint64_t describe(const void *start, uint32_t leading, uint32_t stride, uint64_t code) {
    return (ptx_shared(start) & 0x3ffff) >> 4 | (uint64_t)(leading >> 4) << 16 | (uint64_t)(stride >> 4) << 32 |
           code << 62;
}

static int number(int row, int column, int seed) {
    return (row * 7 + column * 13 + seed * 5 + row * column % 5) % 9 - 4;
}

enum { CHANNELS = 16, TAPS = 9, PIXELS = 64 };

__global__ void __launch_bounds__(128) convolve(float *y, int height, int width, const __grid_constant__ CUtensorMap in,
                                                const __grid_constant__ CUtensorMap weights) {
    __shared__ __align__(256) half xs[TAPS][PIXELS * CHANNELS], ws[TAPS * CHANNELS * CHANNELS];
    __shared__ uint64_t full;
    const int t = threadIdx.x, x0 = blockIdx.x * 8, y0 = blockIdx.y * 8;
    if (t == 0) {
        mbarrier_init(&full, 1);
        fence_mbarrier_init();
        mbarrier_arrive_expect_tx(&full, sizeof ws + (TAPS - 1) * sizeof xs[0]);
        tma_load_2d(ws, &weights, &full, 0, 0);
        for (int i = 0; i < TAPS; i++) tma_load_3d(xs[i], &in, &full, 0, x0 + i % 3 - 1, y0 + i / 3 - 1);  // BUG-OTHER
    }
    __syncthreads();
    mbarrier_wait(&full, 0);
    float d[CHANNELS / 2];
    wgmma_fence();
#pragma unroll
    for (int i = 0; i < TAPS; i++) {
        const uint64_t weight = describe(ws + i * CHANNELS * CHANNELS, 0, 256, 3);
        wgmma_f16<CHANNELS>(d, describe(xs[i], 0, 256, 3), weight, i > 0);  // BUG
    }
    wgmma_commit();
    wgmma_wait<0>();
    for (int i = 0; i < CHANNELS / 2; i++) {
        const int pixel = t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8, channel = i / 4 * 8 + t % 4 * 2 + i % 2;
        const int px = x0 + pixel % 8, py = y0 + pixel / 8;
        if (px < width && py < height) y[(py * width + px) * CHANNELS + channel] = d[i];
    }
}

int main() {
    const int height = 13, width = 19, n = height * width * CHANNELS;
    std::vector<half> x(n), w(TAPS * CHANNELS * CHANNELS);
    for (int i = 0; i < n; i++) x[i] = __float2half(number(i / CHANNELS, i % CHANNELS, 2));
    for (size_t i = 0; i < w.size(); i++) w[i] = __float2half(number((int)i / CHANNELS, (int)i % CHANNELS, 3));
    half *in = upload(x), *weights = upload(w);
    float *out;
    check(cudaMalloc(&out, n * sizeof(float)));
    const uint64_t sizes[3] = {CHANNELS, width, height}, bytes[2] = {2 * CHANNELS, 2 * CHANNELS * width};
    const uint32_t box[3] = {CHANNELS, 8, 8};
    const CUtensorMap map =
        tensor_map(in, CU_TENSOR_MAP_DATA_TYPE_FLOAT16, 2, 3, sizes, bytes, box, CU_TENSOR_MAP_SWIZZLE_32B);
    const CUtensorMap map_w = tensor_map_rows(weights, CU_TENSOR_MAP_DATA_TYPE_FLOAT16, 2, TAPS * CHANNELS, CHANNELS,
                                              TAPS * CHANNELS, CHANNELS, CU_TENSOR_MAP_SWIZZLE_32B);
    convolve<<<dim3((width + 7) / 8, (height + 7) / 8), 128>>>(out, height, width, map, map_w);
    check(cudaGetLastError());
    check(cudaFree(out));
    check(cudaFree(in));
    check(cudaFree(weights));
    return 0;
}
