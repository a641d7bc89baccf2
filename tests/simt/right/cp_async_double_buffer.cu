// Two stages of 16-byte asynchronous copies: the next chunk comes while this one is used; zeros beyond the end. (sm_80)
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

__device__ void fetch(float4 *to, const float *in, int chunk, int n) {
    int first = chunk * 256 + 4 * threadIdx.x, left = n - first;
    uint32_t bytes = left >= 4 ? 16 : left > 0 ? 4 * left : 0;
    cp_async_16(&to[threadIdx.x], bytes ? in + first : in, bytes);
}

__global__ void sums(float *out, const float *in, int chunks, int n) {
    __shared__ float4 stage[2][64];
    float sum = 0;
    fetch(stage[0], in, 0, n);
    cp_async_commit();
    for (int k = 0; k < chunks; k++) {
        if (k + 1 < chunks) fetch(stage[(k + 1) % 2], in, k + 1, n);
        cp_async_commit();
        cp_async_wait<1>();
        __syncthreads();
        float4 v = stage[k % 2][63 - threadIdx.x];
        sum += v.x + v.y + v.z + v.w;
        __syncthreads();
    }
    out[threadIdx.x] = sum;
}

int main() {
    const int n = 1027, chunks = (n + 255) / 256;
    std::vector<float> in(n), out(64);
    float want = 0;
    for (int i = 0; i < n; i++) want += in[i] = i % 50;
    float *din = upload(in), *dout = upload(out);
    sums<<<1, 64>>>(dout, din, chunks, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 64 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (float sum : out) want -= sum;
    return want != 0;
}
