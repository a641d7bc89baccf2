// One mma.sync per 8 columns, its operands brought by ldmatrix from padded rows in shared memory. (sm_80)
#include <cuda_fp16.h>

#include "ptx.h"
#include <cuda_runtime.h>

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

__global__ void product(float *c, const half *a, const half *b) {  // (16,16) = (16,16) (16,16)
    __shared__ __align__(16) half as[16][24], bs[16][24];
    int lane = threadIdx.x;
    for (int i = lane; i < 256; i += 32) as[i / 16][i % 16] = a[i], bs[i / 16][i % 16] = b[i];
    __syncwarp();
    uint32_t left[4], right[2];
    ldmatrix_x4(left, &as[lane % 16][lane / 16 * 8]);
    for (int column = 0; column < 16; column += 8) {
        float sum[4] = {0, 0, 0, 0};
        ldmatrix_x2_trans(right, &bs[lane % 16][column]);
        mma_m16n8k16_f16(sum, left, right, sum);
        for (int i = 0; i < 4; i++) c[(lane / 4 + i / 2 * 8) * 16 + column + lane % 4 * 2 + i % 2] = sum[i];
    }
}

int main() {
    std::vector<half> a(256), b(256);
    std::vector<float> c(256);
    for (int i = 0; i < 256; i++) a[i] = __float2half(i % 7 - 3), b[i] = __float2half(i % 11 - 5);
    half *da = upload(a), *db = upload(b);
    float *dc;
    check(cudaMalloc(&dc, 256 * sizeof(float)));
    product<<<1, 32>>>(dc, da, db);
    check(cudaGetLastError());
    check(cudaMemcpy(c.data(), dc, 256 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(da));
    check(cudaFree(db));
    check(cudaFree(dc));
    for (int i = 0; i < 256; i++) {
        float sum = 0;
        for (int k = 0; k < 16; k++) sum += ((i / 16 * 16 + k) % 7 - 3) * ((k * 16 + i % 16) % 11 - 5);
        if (c[i] != sum) return 1;
    }
    return 0;
}
