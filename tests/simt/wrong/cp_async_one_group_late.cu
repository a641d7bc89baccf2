// EXPECT async
// MOST 5
// Two stages, but the wait lets two groups stay under way: one more than it may. (sm_80)
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

__global__ void sums(float *out, const float *in, int chunks) {
    __shared__ float stage[2][64];
    int t = threadIdx.x;
    float sum = 0;
    cp_async_4(&stage[0][t], &in[t]);  // BUG
    cp_async_commit();
    for (int k = 0; k < chunks; k++) {
        if (k + 1 < chunks) cp_async_4(&stage[(k + 1) % 2][t], &in[(k + 1) * 64 + t]);  // BUG
        cp_async_commit();
        cp_async_wait<2>();
        __syncthreads();
        sum += stage[k % 2][63 - t];  // BUG BUG-OTHER
        __syncthreads();
    }
    out[t] = sum;
}

int main() {
    float *in = upload(std::vector<float>(256)), *out = upload(std::vector<float>(64));
    sums<<<1, 64>>>(out, in, 4);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
