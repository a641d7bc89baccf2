// EXPECT race
// ALSO uninitialised
// Writing neighbouring halves is fine; reading the neighbour's as half2 before a barrier is not.
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

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

__global__ void pairs(float *out, const float *in) {
    __shared__ __align__(4) half tile[64];
    int t = threadIdx.x;
    tile[t] = __float2half(in[t]);  // BUG
    half2 pair = *(half2 *)&tile[t / 2 * 2];  // BUG-OTHER
    out[t] = __low2float(pair) + __high2float(pair);
}

int main() {
    float *in = upload(std::vector<float>(64)), *out = upload(std::vector<float>(64));
    pairs<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
