// EXPECT misaligned
// float4 at an address that is no multiple of 16.
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

__global__ void copy(float4 *out, const float *in) {
    out[threadIdx.x] = *reinterpret_cast<const float4 *>(in + 4 * threadIdx.x + 1);  // BUG
}

int main() {
    float *in = upload(std::vector<float>(200));
    float4 *out = upload(std::vector<float4>(32));
    copy<<<1, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
