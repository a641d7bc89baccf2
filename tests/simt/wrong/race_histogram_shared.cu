// EXPECT race
// A histogram in shared memory whose counters are raised without atomics.
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

__global__ void histogram(int *out, const int *in, int n) {
    __shared__ int bins[16];
    int t = threadIdx.x;
    if (t < 16) bins[t] = 0;
    __syncthreads();
    for (int i = t; i < n; i += blockDim.x) bins[in[i]]++;  // BUG BUG-OTHER
    __syncthreads();
    if (t < 16) out[t] = bins[t];
}

int main() {
    const int n = 500;
    std::vector<int> host(n);
    for (int i = 0; i < n; i++) host[i] = i * 7 % 16;
    int *in = upload(host), *out = upload(std::vector<int>(16));
    histogram<<<1, 128>>>(out, in, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
