// EXPECT out-of-bounds
// An index that comes from data, and points nowhere near.
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

__global__ void gather(float *out, const float *in, const int *index, int n) {
    int i = threadIdx.x;
    if (i < n) out[i] = in[index[i]];  // BUG
}

int main() {
    const int n = 64;
    std::vector<int> index(n, 3);
    index[17] = 1 << 20;
    int *dindex = upload(index);
    float *in = upload(std::vector<float>(n)), *out = upload(std::vector<float>(n));
    gather<<<1, 64>>>(out, in, dindex, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    check(cudaFree(dindex));
    return 0;
}
