// EXPECT out-of-bounds
// The halo of a shared tile was forgotten in its size.
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

__global__ void blur(float *out, const float *in) {
    __shared__ float tile[64];
    int t = threadIdx.x;
    tile[t + 1] = in[t];  // BUG
    if (t == 0) tile[0] = 0;
    __syncthreads();
    out[t] = tile[t] + tile[t + 1];  // BUG
}

int main() {
    float *in = upload(std::vector<float>(64)), *out = upload(std::vector<float>(64));
    blur<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
