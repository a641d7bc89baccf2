// EXPECT async
// A 16-byte asynchronous copy that nobody waits for before its data are used. (sm_80)
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

__global__ void reverse(float4 *out, const float4 *in) {
    __shared__ float4 tile[64];
    int t = threadIdx.x;
    cp_async_16(&tile[t], &in[t]);  // BUG
    cp_async_commit();
    __syncthreads();
    out[t] = tile[63 - t];  // BUG BUG-OTHER
}

int main() {
    float4 *in = upload(std::vector<float4>(64)), *out = upload(std::vector<float4>(64));
    reverse<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
