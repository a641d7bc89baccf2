// EXPECT uninitialised
// Only the even threads fill the tile; all read it.
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

__global__ void copy(float *out, const float *in) {
    __shared__ float tile[64];
    int t = threadIdx.x;
    if (t % 2 == 0) tile[t] = in[t];
    __syncthreads();
    out[t] = tile[63 - t];  // BUG
}

int main() {
    float *in = upload(std::vector<float>(64)), *out = upload(std::vector<float>(64));
    copy<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
