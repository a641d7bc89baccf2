// Two threads write the two halves of a word; after the barrier one thread reads both as half2.
// CLANG shared load: it knows tile[t], just written
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void pairs(half2 *sums, half *global, const float *in) {
    __shared__ __align__(4) half tile[64];
    int t = threadIdx.x;
    tile[t] = __float2half(in[t]);
    global[t] = tile[t];
    __syncthreads();
    if (t < 32) {
        half2 pair = *reinterpret_cast<half2 *>(&tile[2 * t]);
        sums[t] = __hadd2(pair, __halves2half2(__high2half(pair), __low2half(pair)));
    }
}

int main() {
    std::vector<float> in(64);
    std::vector<half2> sums(32);
    std::vector<half> copy(64);
    for (int i = 0; i < 64; i++) in[i] = 0.25f * i;
    float *din;
    half *dcopy;
    half2 *dsums;
    check(cudaMalloc(&din, 64 * sizeof(float)));
    check(cudaMalloc(&dcopy, 64 * sizeof(half)));
    check(cudaMalloc(&dsums, 32 * sizeof(half2)));
    check(cudaMemcpy(din, in.data(), 64 * sizeof(float), cudaMemcpyHostToDevice));
    pairs<<<1, 64>>>(dsums, dcopy, din);
    check(cudaGetLastError());
    check(cudaMemcpy(sums.data(), dsums, 32 * sizeof(half2), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(copy.data(), dcopy, 64 * sizeof(half), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dcopy));
    check(cudaFree(dsums));
    for (int i = 0; i < 64; i++) {
        float want = in[i / 2 * 2] + in[i / 2 * 2 + 1];
        float got = i % 2 ? __high2float(sums[i / 2]) : __low2float(sums[i / 2]);
        if (__half2float(copy[i]) != in[i] || got != want) return 1;
    }
    return 0;
}
